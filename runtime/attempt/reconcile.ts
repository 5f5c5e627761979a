/** Records the end of an attempt whose supervisor did not live to do it, and lets go on what an answer waits for. */
import { DispatchError } from '../io/errors.ts'
import { statIfThere } from '../io/files.ts'
import { withLock } from '../io/lock.ts'
import { attemptNumbers, attemptPaths, lockOf } from '../task/directory.ts'
import { type Observed, observe, requestOf, withEnd } from './observe.ts'
import { enqueue } from './queue.ts'
import { Queued, tryRecord } from './record.ts'
import { endOf, settle } from './settle.ts'

/** Gone without a settled end: nobody will record it unless we do. */
export const isUnsettled = ({ state, exit }: Observed) => state === 'lost' && exit === undefined

/** Settles a lost attempt. Two callers do no harm: the record is written once. */
export async function reconcile(root: string, id: string): Promise<Observed> {
  const task = observe(root, id)
  if (!isUnsettled(task) || task.attempt === undefined) return task
  try {
    await settle(root, id, task.attempt.paths.number)
  } catch (error) {
    // A full or read-only disk: it is known all the same, and recorded by whoever comes by later.
    if (!(error instanceof DispatchError)) throw error
    return withEnd(task, await endOf(task.attempt.paths), error.message)
  }
  return observe(root, id)
}

/** Its answer is there, and it is not. */
const waitsForUs = (task: Observed) =>
  task.state === 'parked' &&
  task.questions.some(({ answered, read }) => answered && !read) &&
  !answersItself(task)

/** Nothing goes on here by itself: an end is to be recorded, or a worker to be brought back. */
export const isStuck = (task: Observed) => isUnsettled(task) || waitsForUs(task)

/** So often in a row a worker is brought back by answers that were not given with `dispatch answer`. */
const BY_HAND = 3

/** The mailbox is the worker's too: one that answers its own questions would be brought back for ever. */
function answersItself({ paths }: Observed): boolean {
  const attempts = attemptNumbers(paths).map((number) => attemptPaths(paths, number))
  const newest = attempts.at(-1)
  if (newest !== undefined && statIfThere(newest.answered) !== undefined) return false
  const byHand = attempts.map((attempt, i) => {
    const before = attempts[i - 1]
    return (
      before !== undefined &&
      statIfThere(before.answered) === undefined &&
      tryRecord(Queued, attempt.queued).value?.kind === 'resume'
    )
  })
  return byHand.length >= BY_HAND && byHand.slice(-BY_HAND).every(Boolean)
}

/** A worker that ended while its answer was on the way is to be brought back with it. Says whether it is queued now. */
export async function queueAnswered(root: string, id: string): Promise<boolean> {
  if (!waitsForUs(await reconcile(root, id))) return false
  return withLock(lockOf(root, id), () => {
    const task = observe(root, id)
    if (!waitsForUs(task)) return false
    requestOf(task)
    enqueue(task.paths, 'resume', undefined, new Date())
    return true
  })
}
