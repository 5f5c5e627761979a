/**
 * What comes before what: the tasks of a spec with everything that its two documents say of them, checked as a whole.
 * Pure. Ids that nobody bears, and circles, are named.
 */
import { unreadable } from '../io/errors.ts'
import type { Dependencies, FileAction } from './dependencies.ts'
import type { SpecTask, SpecTasks } from './tasks.ts'

export interface Node {
  task: SpecTask
  /** The task's own files, and those of the actions that it carries out; empty: not known. */
  files: string[]
  actions: FileAction[]
  /** Ids of tasks that come before it. */
  before: Set<string>
  /** From 0; a phase begins when the one before it is over. */
  phase: number
}

export interface Graph {
  /** By id, in the order of tasks.yaml. */
  nodes: Map<string, Node>
  /** Names of the phases; the last one holds the tasks that are in none, and has no name. */
  phases: (string | undefined)[]
}

/** @param where the document that is to be mended, for messages. @throws exit 65 */
export function graphOf(
  { tasks, phases: own }: SpecTasks,
  dependencies: Dependencies | undefined,
  where: string,
): Graph {
  const phases =
    dependencies !== undefined && dependencies.phases.length > 0
      ? dependencies.phases.map((phase) => ({ ...phase, tasks: phase.tasks.map(({ id }) => id) }))
      : own
  const nodes = new Map<string, Node>(
    tasks.map((task) => [
      task.id,
      { task, files: task.files, actions: [], before: new Set(task.dependsOn), phase: phases.length },
    ]),
  )
  const known = (id: string, by: string): Node => {
    const node = nodes.get(id)
    if (node === undefined)
      throw wrong(where, `${by} names ${id}, and there is no such task`, near(id, nodes))
    return node
  }
  phases.forEach(({ name, tasks: ids }, phase) => {
    for (const id of ids) known(id, `phase ${name ?? phase + 1}`).phase = phase
  })
  takeDependencies(dependencies, nodes, known, where)
  refuseLaterPhases(nodes, where)
  refuseCircles(nodes, where)
  return { nodes, phases: [...phases.map(({ name }) => name), undefined] }
}

type Known = (id: string, by: string) => Node

function takeDependencies(
  dependencies: Dependencies | undefined,
  nodes: Graph['nodes'],
  known: Known,
  where: string,
): void {
  const actions = new Map((dependencies?.actions ?? []).map((action) => [action.id, action]))
  for (const { tasks } of dependencies?.phases ?? [])
    for (const { id, file, dependsOn } of tasks) {
      const node = known(id, 'a phase')
      if (file !== undefined && !node.files.includes(file)) node.files = [...node.files, file]
      for (const other of dependsOn) node.before.add(other)
    }
  const owners = ownersOf(actions, nodes, known, where)
  for (const [id, node] of nodes)
    for (const other of [...node.before]) {
      const owner = owners.get(other)
      if (owner !== undefined) {
        node.before.delete(other)
        if (owner !== node) node.before.add(owner.task.id)
      } else known(other, `task ${id} depends_on`)
    }
}

/**
 * Who carries out what happens to files: the last of the tasks that an action comes after, else the first that waits
 * for it. So it is in somebody's claim, is tested and reviewed, and happens at its place in the order.
 */
function ownersOf(
  actions: ReadonlyMap<string, FileAction>,
  nodes: Graph['nodes'],
  known: Known,
  where: string,
): Map<string, Node> {
  const owners = new Map<string, Node>()
  const order = [...nodes.keys()]
  for (const [id, action] of actions) {
    if (nodes.has(id)) throw wrong(where, `the action ${id} bears the id of a task`)
    const earlier = action.dependsOn
      .filter((other) => !actions.has(other))
      .map((other) => known(other, `action ${id} depends_on`))
    const waiting = order.find((task) => nodes.get(task)?.before.has(id))
    const owner =
      earlier.sort((a, b) => order.indexOf(a.task.id) - order.indexOf(b.task.id)).at(-1) ??
      (waiting === undefined ? undefined : nodes.get(waiting))
    if (owner === undefined)
      throw wrong(
        where,
        `the action ${id} belongs to no task`,
        'depends_on with the task after which it happens',
      )
    for (const other of earlier) if (other !== owner) owner.before.add(other.task.id)
    owner.actions.push(action)
    owner.files = [...new Set([...owner.files, ...action.files])]
    owners.set(id, owner)
  }
  return owners
}

function refuseLaterPhases(nodes: Graph['nodes'], where: string): void {
  for (const [id, { before, phase }] of nodes)
    for (const other of before)
      if ((nodes.get(other)?.phase ?? 0) > phase)
        throw wrong(where, `${id} depends on ${other}, which is in a later phase`)
}

function refuseCircles(nodes: Graph['nodes'], where: string): void {
  const waiting = new Map([...nodes].map(([id, { before }]) => [id, before.size]))
  const after = new Map<string, string[]>()
  for (const [id, { before }] of nodes)
    for (const other of before) after.set(other, [...(after.get(other) ?? []), id])
  const free = [...waiting].flatMap(([id, count]) => (count === 0 ? [id] : []))
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    waiting.delete(id)
    for (const next of after.get(id) ?? []) {
      const left = (waiting.get(next) ?? 0) - 1
      waiting.set(next, left)
      if (left === 0) free.push(next)
    }
  }
  const [first] = waiting.keys()
  if (first === undefined) return
  const path = [first]
  for (let at: string | undefined = first; at !== undefined; ) {
    at = [...(nodes.get(at)?.before ?? [])].find((id) => waiting.has(id))
    if (at === undefined) break
    const begun = path.indexOf(at)
    path.push(at)
    if (begun !== -1) throw wrong(where, `these wait for each other: ${path.slice(begun).join(' → ')}`)
  }
}

export const wrong = (where: string, what: string, expected?: string) =>
  unreadable({ what, where, expected, next: 'Nothing was changed. Mend it, then try again.' })

function near(id: string, nodes: Graph['nodes']): string {
  const ids = [...nodes.keys()]
  return `one of ${ids.slice(0, 8).join(', ')}${ids.length > 8 ? ` … (${ids.length})` : ''}, not ${id}`
}
