/**
 * Brings in what external reviewers wrote, once they are over: a report that can be read is accepted, one that cannot is
 * sent back once, and what has gone wrong is kept as it is. Safe to repeat: each end is written once.
 */
import type { Observed } from '../../attempt/observe.ts'
import { reconcile } from '../../attempt/reconcile.ts'
import { schedule } from '../../attempt/schedule.ts'
import { stop } from '../../attempt/stop.ts'
import { showDuration } from '../../config/duration.ts'
import { DispatchError, EXIT } from '../../io/errors.ts'
import { statIfThere } from '../../io/stat.ts'
import { answer } from '../../question/answer.ts'
import { taskPaths } from '../../task/directory.ts'
import { failureOf } from '../../task/status.ts'
import { needOf } from '../../watch/run-events.ts'
import type { Attempt, RunFacts } from '../facts.ts'
import { type AttemptPaths, runPaths } from '../paths.ts'
import { type ReviewGround, startReview } from './external.ts'
import { sendBack } from './mend.ts'
import { openReviews } from './open.ts'
import { isExternal } from './reviewers.ts'
import { settleNone, settleReport } from './settled.ts'
import { reviewFolder, reviewTaskId } from './task.ts'
import { reportFrom, writtenBy } from './written.ts'

/** Looks after every external review that was started and is not settled. Says whether one is now. */
export async function collectReviews(at: ReviewGround, facts: RunFacts): Promise<boolean> {
  const waiting = facts.batches
    .filter(({ base, commit }) => base !== undefined && commit === undefined)
    .flatMap(openReviews)
    .filter((attempt) => isExternal(attempt) && attempt.claim !== undefined && attempt.accepted === undefined)
  let settled = false
  for (const attempt of waiting) settled = (await collect(at, facts, attempt)) || settled
  return settled
}

/** Batches that may have a review under way: the open one, and those of which a person wanted another. */
export const reviewedNow = ({ batches, decisions }: RunFacts) =>
  batches.filter(
    ({ key, base, commit }) =>
      base !== undefined &&
      (commit === undefined || decisions.some((decision) => decision.key === `rerun:${key}`)),
  )

async function collect(at: ReviewGround, facts: RunFacts, attempt: Attempt): Promise<boolean> {
  const { ground } = at
  const { root } = ground
  const own = runPaths(root, facts.run.name).batch(attempt.batch).attempt(attempt.id)
  const id = reviewTaskId(facts.run.name, attempt)
  if (statIfThere(taskPaths(root, id).folder) === undefined) {
    // Killed before the task was there, or it was removed.
    await startReview(at, facts, attempt)
    return statIfThere(own.accepted) !== undefined
  }
  const task = await reconcile(ground, id)
  if (task.request?.run !== reviewFolder(facts.run, attempt))
    return settle(own, 'failed', task.problems[0] ?? `${id} was begun anew by somebody else`)
  const need = needOf(task)
  if (need === 'over') return over(at, facts, attempt, own, task)
  if (need === 'asks' && task.questions.length <= QUESTIONS) await hush(at, task)
  else if (need !== undefined) {
    await stop(ground, id, 'stop')
    return need === 'late'
      ? settle(own, 'timeout', `It would go on at ${task.waiting?.until}: ${failed(task)}`)
      : settle(own, 'failed', 'It asked again and again instead of reviewing.')
  } else if (task.state === 'queued' || task.state === 'parked') await schedule(ground)
  return false
}

/** So many are answered; then it is not going to review. */
const QUESTIONS = 3
const HUSH =
  'Nobody answers here. Judge it yourself, say in the issue what you are not sure of, and hand in the report.'

/** A question would wait for somebody until the review's time is over. */
async function hush({ ground }: ReviewGround, { id, paths, questions }: Observed): Promise<void> {
  for (const { answered, number } of questions) {
    if (answered) continue
    try {
      answer(id, paths.ipc, number, HUSH)
    } catch (error) {
      // Somebody answered it at this moment.
      if (!(error instanceof DispatchError) || error.exit !== EXIT.no) throw error
    }
  }
  await schedule(ground)
}

async function over(
  { ground, top }: ReviewGround,
  facts: RunFacts,
  attempt: Attempt,
  own: AttemptPaths,
  task: Observed,
): Promise<boolean> {
  const { exit } = task
  const written = writtenBy(task)
  const raw = written[0]
  if (exit?.ended_by === 'timeout')
    return settle(
      own,
      'timeout',
      `It took longer than ${showDuration(facts.validation.review.timeout)}.`,
      raw,
    )
  if (exit?.ended_by != null) return settle(own, 'failed', exit.reason ?? 'It was stopped.', raw)
  const read = reportFrom(written, facts, attempt, top)
  if ('report' in read) {
    settleReport(own, read.report, read.text)
    return true
  }
  const ended = exit?.class ?? (task.state === 'lost' ? 'lost' : null)
  if (ended !== null) return settle(own, 'failed', failed(task), raw)
  return (await sendBack(ground, own, task, read.problem))
    ? false
    : settle(own, 'failed', `Its report cannot be read: ${read.problem}`, raw)
}

const failed = (task: Observed) =>
  failureOf(task, task.state)?.message ??
  task.exit?.reason ??
  `The worker of ${task.id} ended without a report.`

function settle(own: AttemptPaths, status: 'timeout' | 'failed', message: string, raw?: string): true {
  settleNone(own, status, message, raw)
  return true
}
