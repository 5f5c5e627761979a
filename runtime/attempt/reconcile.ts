/** Records the end of an attempt whose supervisor did not live to do it, and lets go on what an answer waits for. */
import { DispatchError } from '../io/errors.ts'
import { withLock } from '../io/lock.ts'
import { statIfThere } from '../io/stat.ts'
import { attemptNumbers, attemptPaths, lockOf } from '../task/directory.ts'
import type { Ground } from './ground.ts'
import { type Observed, observe, requestOf, withEnd } from './observe.ts'
import { enqueue } from './queue.ts'
import { Queued, tryRecord } from './record.ts'
import { endOf, settle } from './settle.ts'
import { isUnattended } from './wait.ts'

/** Gone without a settled end: nobody will record it unless we do. */
export const isUnsettled = ({ state, exit }: Observed) => state === 'lost' && exit === undefined

/** Settles a lost attempt. Two callers do no harm: the record is written once. */
export async function reconcile(ground: Ground, id: string): Promise<Observed> {
  const task = observe(ground.root, id)
  if (!isUnsettled(task) || task.attempt === undefined) return task
  try {
    await settle(ground, id, task.attempt.paths.number)
  } catch (error) {
    // A full or read-only disk: it is known all the same, and recorded by whoever comes by later.
    if (!(error instanceof DispatchError)) throw error
    return withEnd(task, await endOf(task.attempt.paths), error.message)
  }
  return observe(ground.root, id)
}

/** Its answer is there, and it is not. */
const waitsForUs = (task: Observed) =>
  task.state === 'parked' &&
  task.questions.some(({ answered, read }) => answered && !read) &&
  !answersItself(task)

/** Nothing goes on here by itself: an end is to be recorded, or a worker to be brought back, now or at a time. */
export const isStuck = (task: Observed) => isUnsettled(task) || waitsForUs(task) || isUnattended(task)

/** So often in a row a worker is brought back by answers that were not given with `dispatch answer`. */
const BY_HAND = 3

/**
 * Its question has an answer, and nobody of ours brings it back. The mailbox is the worker's too: one that answers its
 * own questions would be brought back for ever.
 */
export function answersItself({ paths, state, questions }: Observed): boolean {
  if (state !== 'parked' || !questions.some(({ answered, read }) => answered && !read)) return false
  const attempts = attemptNumbers(paths).map((number) => attemptPaths(paths, number))
  const newest = attempts.at(-1)
  if (newest !== undefined && statIfThere(newest.answered) !== undefined) return false
  const byHand = attempts.map((attempt, i) => {
    const before = attempts[i - 1]
    if (before === undefined || statIfThere(before.answered) !== undefined) return false
    const queued = tryRecord(Queued, attempt.queued).value
    return queued?.kind === 'resume' && !queued.auto
  })
  return byHand.length >= BY_HAND && byHand.slice(-BY_HAND).every(Boolean)
}

/** A worker that ended while its answer was on the way is to be brought back with it. Says whether it is queued now. */
export async function queueAnswered(ground: Ground, id: string): Promise<boolean> {
  const { root } = ground
  if (!waitsForUs(await reconcile(ground, id))) return false
  return withLock(lockOf(root, id), () => {
    const task = observe(root, id)
    if (!waitsForUs(task)) return false
    requestOf(task)
    enqueue(task.paths, 'resume', undefined, new Date())
    return true
  })
}
