/**
 * Handing in: the report is read, kept under a number, and verified by a process of ours, for which the caller waits.
 * Any number may hand in at once, and be killed at any time: nothing is verified twice, and no verdict is lost.
 */
import { type Complaint, DispatchError, notNow, refused } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { withLock } from '../io/lock.ts'
import { publishNumbered } from '../io/numbered.ts'
import { troubleOf } from './background.ts'
import type { Attempt, RunFacts } from './facts.ts'
import { type AttemptPaths, runPaths } from './paths.ts'
import { policyOf } from './policies.ts'
import { courseOf } from './submit-decide.ts'
import {
  acceptedSubmission,
  readRaw,
  recordAccepted,
  recordFollowing,
  submissionsIn,
} from './submit-files.ts'
import { readReport, takenAtItsWord } from './submit-report.ts'
import { ensureVerifier, type Place, verdictOn, verifierOf } from './submit-verifier.ts'
import { attemptIn, issuesFor, tasksIn } from './verification.ts'

export interface Submitting {
  root: string
  run: string
  /** Of the attempt. */
  id: string
  /** Top level of the work tree. */
  top: string
  /** The report as it was handed in. */
  source: string
  home: string
  env: NodeJS.ProcessEnv
  /** How long the caller can wait (ms). */
  patience: number
  /** The session that hands in; undefined: a person at a terminal, who may do so for anybody. */
  caller: string | undefined
  /** When the caller began. */
  began: Date
  /** Everything that is known of the run, read anew. */
  facts: () => RunFacts
}

export type Outcome =
  | { kind: 'accepted'; again: boolean }
  | { kind: 'refused'; n: number; reasons: string[]; paths: AttemptPaths }

/** So often a verifier that was killed is started again by one call. */
const STARTS = 3

/** @throws exit 65 for a report that is none, 1 where none is wanted, 75 while it is verified */
export async function submit(submitting: Submitting): Promise<Outcome> {
  const { run, root, id, patience } = submitting
  const deadline = performance.now() + patience
  const left = () => Math.max(1, deadline - performance.now())
  for (let starts = 0; starts < STARTS; ) {
    const taken = await withLock(runPaths(root, run).submitLock(id), () => takeIn(submitting), left())
    if ('outcome' in taken) return taken.outcome
    const { n, paths, isOwn } = taken
    const place = { ...submitting, paths }
    const verdict = await verdictOn(place, n, left())
    if (verdict === 'late') throw still(id)
    if (verdict === 'gone') {
      const trouble = troubleOf(verifierOf(place, n))
      if (trouble !== undefined) throw new DispatchError(trouble.exit, troubled(id, trouble.what))
      starts++
    } else if (isOwn && verdict.accepted) return { kind: 'accepted', again: false }
    else if (isOwn) return { kind: 'refused', n, reasons: verdict.reasons, paths }
  }
  throw notNow({ what: 'what verifies the report was ended again and again', where: id, next: again(id) })
}

const again = (id: string) => `Hand the same report in again: dispatch submit ${id} < report.yaml`
const still = (id: string) =>
  notNow({
    what: `${id} is still being verified`,
    next: `${again(id)} It goes on meanwhile, nothing runs twice.`,
  })
const troubled = (id: string, message: string): Complaint => ({
  what: `the report could not be verified, which is not its fault: ${message}`,
  next: again(id),
})

type Taken = { outcome: Outcome } | { n: number; paths: AttemptPaths; isOwn: boolean }

/** The caller holds the attempt's lock. */
async function takeIn(submitting: Submitting): Promise<Taken> {
  const { root, run, id, source, began, caller } = submitting
  const facts = submitting.facts()
  const attempt = attemptIn(facts, id)
  const paths = runPaths(root, run).batch(attempt.batch).attempt(id)
  if (attempt.void !== undefined && attempt.accepted === undefined)
    throw refused({
      what: `${id} counts no more: ${attempt.void}`,
      next: 'Nothing is to be handed in. End now.',
    })
  if (attempt.claim === undefined)
    throw refused({ what: `nobody took ${id} yet`, next: `First: dispatch brief ${id}` })
  const { session } = attempt.claim
  if (session !== undefined && caller !== undefined && session !== caller)
    throw refused({ what: `${id} was taken by another session`, found: session, next: 'End now.' })
  const earlier = submissionsIn(paths).map(({ n, verdict, told }) => ({
    n,
    accepted: verdict?.accepted,
    // Whoever called before the verdict was there came to hear that one.
    told: told && verdict !== undefined && Date.parse(verdict.at) < began.getTime(),
    same: readRaw(paths, n) === source,
  }))
  const accepted = acceptedSubmission(paths)
  if (earlier.some((each) => each.n === accepted && each.accepted === undefined))
    recordFollowing(paths, accepted ?? 0)
  const { refusals } = policyOf(facts.run)
  if (
    accepted === undefined &&
    attempt.refusals >= refusals &&
    !earlier.some((each) => each.accepted === undefined)
  )
    throw refused({
      what: `${id} was refused ${attempt.refusals} times, and no further report is taken`,
      next: 'End now, and say so in one line: the user is asked what is to become of it.',
    })
  const course = courseOf(earlier, accepted)
  const place: Place = { ...submitting, paths }
  switch (course.kind) {
    case 'over':
      if (course.same) return { outcome: { kind: 'accepted', again: true } }
      throw refused({
        what: `${id} was accepted already, with another report`,
        next: 'What was accepted stays. End now.',
      })
    case 'tell':
      return {
        outcome: { kind: 'refused', n: course.n, reasons: verdictOfRefused(paths, course.n), paths },
      }
    case 'rejoin':
    case 'behind':
      await ensureVerifier(place, course.n)
      return { n: course.n, paths, isOwn: course.kind === 'rejoin' }
    default:
      return begin(place, submitting, facts, attempt)
  }
}

const verdictOfRefused = (paths: AttemptPaths, n: number) =>
  submissionsIn(paths).find((submission) => submission.n === n)?.verdict?.reasons ?? []

async function begin(
  place: Place,
  submitting: Submitting,
  facts: RunFacts,
  attempt: Attempt,
): Promise<Taken> {
  const { paths } = place
  const handed = readReport(submitting.source, {
    attempt,
    top: submitting.top,
    tasks: tasksIn(facts, attempt.batch).map((task) => task.id),
    issues: issuesFor(facts, attempt).map((issue) => issue.id),
  })
  makeFolder(paths.submissions)
  const n = publishNumbered(paths.submissions, '.report', submitting.source)
  const accepted = takenAtItsWord(handed)
  if (accepted !== undefined) {
    recordAccepted(paths, n, accepted, new Date())
    return { outcome: { kind: 'accepted', again: false } }
  }
  await ensureVerifier(place, n)
  return { n, paths, isOwn: true }
}
