/** What is to be done, frozen: tasks and batches as the spec has them when `run` is called. Pure. */
import type { Batches } from '../spec/batches.ts'
import type { SpecTasks } from '../spec/tasks.ts'
import type { Plan, PlannedTask } from './facts.ts'

const planned = (tasks: SpecTasks): PlannedTask[] =>
  tasks.tasks.map(({ id, content, activeForm, files, testHints }) => ({
    id,
    content,
    activeForm,
    files,
    testHints,
  }))

/** @param batches of the open tasks */
export const firstPlan = (tasks: SpecTasks, { batches }: Pick<Batches, 'batches'>): Plan => ({
  tasks: planned(tasks),
  batches: batches.map(({ number, tasks, phase }) => ({ number, tasks, phase })),
})

/**
 * After tasks.yaml was edited: batches that were begun keep their number and tasks, and a task that is gone from the
 * file keeps the text that it had; the others come after them anew.
 * @param batches of the tasks that no kept batch holds
 */
export function nextPlan(
  before: Plan,
  kept: readonly number[],
  tasks: SpecTasks,
  { batches }: Pick<Batches, 'batches'>,
): Plan {
  const stay = before.batches.filter(({ number }) => kept.includes(number))
  const texts = planned(tasks)
  const gone = before.tasks.filter(
    ({ id }) => stay.some((batch) => batch.tasks.includes(id)) && !texts.some((task) => task.id === id),
  )
  const last = Math.max(0, ...stay.map(({ number }) => number))
  return {
    tasks: [...texts, ...gone],
    batches: [...stay, ...batches.map(({ tasks, phase }, n) => ({ number: last + n + 1, tasks, phase }))],
  }
}

export const isSame = (one: Plan, other: Plan) => JSON.stringify(one) === JSON.stringify(other)
