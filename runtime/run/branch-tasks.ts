/** What somebody changed in tasks.yaml since the run was planned, and what becomes of it. Pure. */
import type { SpecTask, SpecTasks } from '../spec/tasks.ts'
import type { BatchFacts, Plan, PlannedTask } from './facts.ts'

export interface TaskChanges {
  added: string[]
  removed: string[]
  /** With what is different: `text`, `files`, `hints`. */
  changed: { id: string; what: string[] }[]
  /** Committed by the run, and open again in the file. */
  reopened: string[]
  /** Completed in the file, and not by the run. */
  finished: string[]
}

export function taskChanges(plan: Plan, { tasks }: SpecTasks, batches: readonly BatchFacts[]): TaskChanges {
  const done = tasksOf(plan, batches, ({ commit }) => commit !== undefined)
  const planned = new Map(plan.tasks.map((task) => [task.id, task]))
  const now = new Map(tasks.map((task) => [task.id, task]))
  const inPlan = new Set(plan.batches.flatMap(({ tasks }) => tasks))
  return {
    added: tasks.flatMap(({ id, status }) => (planned.has(id) || status === 'completed' ? [] : [id])),
    removed: plan.tasks.flatMap(({ id }) => (now.has(id) || !inPlan.has(id) ? [] : [id])),
    changed: plan.tasks.flatMap((task) => {
      const what = differences(task, now.get(task.id))
      return what.length === 0 || !inPlan.has(task.id) ? [] : [{ id: task.id, what }]
    }),
    reopened: tasks.flatMap(({ id, status }) => (done.has(id) && status !== 'completed' ? [id] : [])),
    finished: tasks.flatMap(({ id, status }) =>
      inPlan.has(id) && !done.has(id) && status === 'completed' ? [id] : [],
    ),
  }
}

const tasksOf = (
  plan: Plan,
  batches: readonly BatchFacts[],
  is: (batch: BatchFacts) => boolean,
): Set<string> => {
  const keys = new Set(batches.filter(is).map(({ key }) => key))
  return new Set(plan.batches.flatMap(({ number, tasks }) => (keys.has(number) ? tasks : [])))
}

function differences(task: PlannedTask, now: SpecTask | undefined): string[] {
  if (now === undefined) return []
  const differs = (one: readonly string[], other: readonly string[]) =>
    one.length !== other.length || one.some((text, n) => text !== other[n])
  return [
    ...(task.content === now.content ? [] : ['text']),
    ...(differs(task.files, now.files) ? ['files'] : []),
    ...(differs(task.testHints, now.testHints) ? ['hints'] : []),
  ]
}

/** Sentences for who goes on with the run; none where nothing changed. */
export function sayTaskChanges(changes: TaskChanges, plan: Plan, batches: readonly BatchFacts[]): string[] {
  const done = tasksOf(plan, batches, ({ commit }) => commit !== undefined)
  const open = tasksOf(
    plan,
    batches,
    ({ key, base, commit }) => key !== 'final' && base !== undefined && commit === undefined,
  )
  const later = (id: string) => !done.has(id) && !open.has(id)
  const say = (ids: readonly string[], words: (list: string) => string) =>
    ids.length === 0 ? [] : [words(some(ids))]
  const changed = new Map(changes.changed.map(({ id, what }) => [id, `${id} (${what.join(', ')})`]))
  const named = (is: (id: string) => boolean) => [...changed].flatMap(([id, text]) => (is(id) ? [text] : []))
  const removed = (is: (id: string) => boolean) => changes.removed.filter(is)
  return [
    ...say(
      changes.added,
      (list) => `New in tasks.yaml: ${list}; planned into the batches that are still to come.`,
    ),
    ...say(named(later), (list) => `Changed: ${list}; done as it stands there now.`),
    ...say(
      named((id) => open.has(id)),
      (list) =>
        `Changed while its batch is open: ${list}; briefs from now on have the new text, what is accepted stays.`,
    ),
    ...say(
      named((id) => done.has(id)),
      (list) =>
        `Changed, and already committed: ${list}; the commit stays. A new task is the way to have it done again.`,
    ),
    ...say(removed(later), (list) => `No longer there: ${list}; left out.`),
    ...say(
      removed((id) => open.has(id)),
      (list) => `No longer there, but in the open batch: ${list}; the batch ends as it was planned.`,
    ),
    ...say(
      removed((id) => done.has(id)),
      (list) => `No longer there, and already committed: ${list}; the commit stays.`,
    ),
    ...say(
      changes.reopened,
      (list) =>
        `Committed by this run, and open again in tasks.yaml: ${list}; set to completed with the next commit.`,
    ),
    ...say(changes.finished.filter(later), (list) => `Completed by hand: ${list}; left out.`),
  ]
}

const some = (words: readonly string[], most = 8) =>
  `${words.slice(0, most).join(', ')}${words.length > most ? ` and ${words.length - most} more` : ''}`
