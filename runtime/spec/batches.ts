/**
 * The plan of batches: which tasks are carried out together. Pure. Phases break batches; within a phase everything
 * goes together that waits for nothing and touches no file of another; a task whose files are not known goes alone.
 */
import type { Dependencies } from './dependencies.ts'
import { type Graph, graphOf, type Node, wrong } from './graph.ts'
import { isPattern, overlaps, withFolders } from './paths.ts'
import type { SpecTasks } from './tasks.ts'

interface Batch {
  /** From 1. */
  number: number
  /** Ids, in the order of tasks.yaml. */
  tasks: string[]
  phase: string | undefined
}

export interface Batches {
  /** Written down by the author, and verified; or computed. */
  source: 'given' | 'computed'
  batches: Batch[]
}

/**
 * Of the tasks that are not completed.
 * @param where the document that is to be mended, for messages
 * @throws exit 65: unknown ids, a circle; of given batches also a file twice, a dependency that comes too late, an
 *   open task that is missing
 */
export function batchesOf(tasks: SpecTasks, dependencies: Dependencies | undefined, where: string): Batches {
  const graph = graphOf(tasks, dependencies, where)
  const given = dependencies?.batches
  return given === undefined
    ? { source: 'computed', batches: computed(graph) }
    : { source: 'given', batches: verified(graph, given, where) }
}

const isOpen = ({ task }: Node) => task.status !== 'completed'

function computed({ nodes, phases }: Graph): Batch[] {
  const marked = [...nodes.values()].some(({ task }) => task.parallel === true)
  const batches: Batch[] = []
  phases.forEach((phase, n) => {
    const open = [...nodes.values()].filter((node) => node.phase === n && isOpen(node))
    for (const tasks of inOrder(open, (node) => goesAlone(node, marked)))
      batches.push({ number: batches.length + 1, tasks, phase })
  })
  return batches
}

/** Where the author marks what may go together (`[P]`, `parallel`), what is not marked may not. */
const goesAlone = ({ files, task }: Node, marked: boolean) =>
  files.length === 0 || files.some(isPattern) || !(task.parallel ?? !marked)

/** Layer by layer: all that is free goes together, but what goes alone. What touches the same file waits its turn. */
function inOrder(open: Node[], alone: (node: Node) => boolean): string[][] {
  const rank = new Map(open.map(({ task }, n) => [task.id, n]))
  const waiting = open.map(() => 0)
  const after: number[][] = open.map(() => [])
  const link = (from: number, to: number) => {
    after[from]?.push(to)
    waiting[to] = (waiting[to] ?? 0) + 1
  }
  open.forEach(({ before }, n) => {
    for (const id of before) {
      const other = rank.get(id)
      if (other !== undefined) link(other, n)
    }
  })
  for (const [from, to] of sameFile(open)) link(from, to)
  const layers: string[][] = []
  let free = open.flatMap((_, n) => (waiting[n] === 0 ? [n] : []))
  while (free.length > 0) {
    free.sort((a, b) => a - b)
    const single = (n: number) => {
      const node = open[n]
      return node !== undefined && alone(node)
    }
    const [first = 0] = free
    const layer = single(first) ? [first] : free.filter((n) => !single(n))
    const taken = new Set(layer)
    free = free.filter((n) => !taken.has(n))
    for (const n of layer)
      for (const next of after[n] ?? []) {
        const left = (waiting[next] ?? 0) - 1
        waiting[next] = left
        if (left === 0) free.push(next)
      }
    layers.push(layer.flatMap((n) => open[n]?.task.id ?? []))
  }
  return layers
}

/** Pairs [earlier, later] of tasks that touch one file (or one a folder, the other something in it). */
function sameFile(open: Node[]): [number, number][] {
  const pairs: [number, number][] = []
  /** By path: the last task that named it, and the last ones that named something below it. */
  const named = new Map<string, number>()
  const below = new Map<string, Map<string, number>>()
  for (const n of topological(open)) {
    const files = open[n]?.files ?? []
    const others = files.flatMap((path) => [
      ...withFolders(path).flatMap((folder) => named.get(folder) ?? []),
      ...(below.get(path)?.values() ?? []),
    ])
    for (const other of new Set(others)) if (other !== n) pairs.push([other, n])
    for (const path of files) {
      named.set(path, n)
      // Whoever comes after it comes after all that came before it.
      below.delete(path)
      for (const folder of withFolders(path).slice(1)) {
        const list = below.get(folder) ?? new Map<string, number>()
        below.set(folder, list.set(path, n))
      }
    }
  }
  return pairs
}

/** What a task depends on comes before it; else as listed. */
function topological(open: Node[]): number[] {
  const rank = new Map(open.map(({ task }, n) => [task.id, n]))
  const order: number[] = []
  const begun = new Set<number>()
  const stack = open.map((_, n) => ({ n, over: false })).reverse()
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { n } = at
    if (at.over) order.push(n)
    if (at.over || begun.has(n)) continue
    begun.add(n)
    stack.push({ n, over: true })
    for (const id of [...(open[n]?.before ?? [])].reverse()) {
      const other = rank.get(id)
      if (other !== undefined && !begun.has(other)) stack.push({ n: other, over: false })
    }
  }
  return order
}

function verified({ nodes, phases }: Graph, given: string[][], where: string): Batch[] {
  const placed = new Map<string, number>()
  given.forEach((ids, n) => {
    for (const id of ids) {
      if (!nodes.has(id)) throw wrong(where, `batch ${n + 1} names ${id}, and there is no such task`)
      if (placed.has(id))
        throw wrong(where, `${id} is in batch ${(placed.get(id) ?? 0) + 1} and in batch ${n + 1}`)
      placed.set(id, n)
    }
  })
  const open = [...nodes].filter(([, node]) => isOpen(node))
  const left = open.filter(([id]) => !placed.has(id)).map(([id]) => id)
  if (left.length > 0) throw wrong(where, `in no batch: ${left.join(', ')}`, 'every open task in one')
  for (const [id, { before }] of open)
    for (const other of before) {
      const node = nodes.get(other)
      if (node !== undefined && isOpen(node) && (placed.get(other) ?? 0) >= (placed.get(id) ?? 0))
        throw wrong(
          where,
          `${id} is in batch ${(placed.get(id) ?? 0) + 1} and depends on ${other}, which is in batch ${(placed.get(other) ?? 0) + 1}`,
          `${other} in an earlier one`,
        )
    }
  return given.flatMap((ids, n) => {
    const together = ids.flatMap((id) => nodes.get(id) ?? []).filter(isOpen)
    refuseSharedFiles(together, n + 1, where)
    const tasks = [...nodes.keys()].filter(
      (id) => ids.includes(id) && together.some(({ task }) => task.id === id),
    )
    return tasks.length === 0 ? [] : [{ number: n + 1, tasks, phase: phases[together[0]?.phase ?? 0] }]
  })
}

function refuseSharedFiles(nodes: Node[], number: number, where: string): void {
  nodes.forEach((one, n) => {
    for (const other of nodes.slice(n + 1))
      for (const path of one.files) {
        const same = other.files.find((file) => overlaps(path, file))
        if (same !== undefined)
          throw wrong(
            where,
            `batch ${number} has ${path} twice: in ${one.task.id} and in ${other.task.id}`,
            'tasks that touch different files',
          )
      }
  })
}
