/** The order that `--after` says. Pure. */

/** What each task comes after, by id. */
export type After = ReadonlyMap<string, readonly string[]>

/** A circle of tasks that would wait for each other, the first one named again at its end; undefined: there is none. */
export function circleIn(after: After): string[] | undefined {
  const clear = new Set<string>()
  const search = (id: string, way: string[]): string[] | undefined => {
    if (clear.has(id)) return undefined
    const at = way.indexOf(id)
    if (at !== -1) return [...way.slice(at), id]
    for (const next of after.get(id) ?? []) {
      const circle = search(next, [...way, id])
      if (circle !== undefined) return circle
    }
    clear.add(id)
    return undefined
  }
  for (const id of after.keys()) {
    const circle = search(id, [])
    if (circle !== undefined) return circle
  }
  return undefined
}
