/** A Python text as logical lines, strings and comments blanked. No parser: this tells enough of a test. */
import { maskPython } from './masking.ts'

export interface Line {
  number: number
  indent: number
  text: string
}

/** A line that ends within brackets goes on; its first line's indentation counts. */
export function logicalLines(source: string): Line[] {
  const lines: Line[] = []
  let open = 0
  let continued = false
  maskPython(source)
    .split('\n')
    .forEach((raw, index) => {
      const text = raw.trim()
      const last = lines.at(-1)
      if ((open > 0 || continued) && last !== undefined) last.text += ` ${text.replace(/\\$/, '')}`
      else if (text !== '')
        lines.push({
          number: index + 1,
          indent: raw.length - raw.trimStart().length,
          text: text.replace(/\\$/, ''),
        })
      open += (text.match(/[([{]/g)?.length ?? 0) - (text.match(/[)\]}]/g)?.length ?? 0)
      continued = text.endsWith('\\')
    })
  return lines
}

/** The lines within a `def`, `try`, `if` …; what stands on its own line after the colon is the first of them. */
export function bodyOf(lines: readonly Line[], at: number): Line[] {
  const head = lines[at]
  if (head === undefined) return []
  const inline = head.text.slice(colonIn(head.text) + 1).trim()
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => line.indent <= head.indent)
  const first = inline === '' ? [] : [{ number: head.number, indent: head.indent + 1, text: inline }]
  return [...first, ...(end === -1 ? rest : rest.slice(0, end))]
}

/** The colon that ends a head: not one of an annotation or a slice. */
function colonIn(head: string): number {
  let open = 0
  for (let at = 0; at < head.length; at++) {
    const character = head.charAt(at)
    if ('([{'.includes(character)) open++
    else if (')]}'.includes(character)) open--
    else if (character === ':' && open === 0) return at
  }
  return head.length
}

/** From a line to the one before `next`, without what only leads over to that. */
export function textOf(source: string, start: number, next: Line | undefined): string {
  const lines = source.split('\n').slice(start - 1, next === undefined ? undefined : next.number - 1)
  while (/^\s*(?:#.*)?$/.test(lines.at(-1) ?? 'x')) lines.pop()
  return lines.join('\n')
}
