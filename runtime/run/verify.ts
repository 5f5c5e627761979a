/**
 * Verifying what was handed in, in a process of its own (submit-verifier.ts): the tests run, and the verdict is
 * recorded. Only one does so at a time for an attempt, and only where there is no verdict yet.
 */
import { DispatchError, EXIT } from '../io/errors.ts'
import { withLock } from '../io/lock.ts'
import { giveUp } from './background.ts'
import { executing } from './environment.ts'
import type { Accepted, Attempt, RunFacts } from './facts.ts'
import { type AttemptPaths, runPaths } from './paths.ts'
import { acceptedSubmission, readRaw, readVerdict, recordAccepted, recordRefused } from './submit-files.ts'
import { readReport } from './submit-report.ts'
import { attemptIn, issuesFor, tasksIn } from './verification.ts'
import { judge } from './verify-judge.ts'
import { endLeftovers, markOf } from './verify-leftovers.ts'

export interface Verifying {
  root: string
  run: string
  /** Of the attempt. */
  id: string
  /** Of the submission. */
  n: number
  /** Top level of the work tree. */
  top: string
  env: NodeJS.ProcessEnv
  facts: () => RunFacts
}

/** A holder of the lock that lives is waited for, however long its tests take. */
const FOREVER = 24 * 60 * 60_000

export async function verifySubmission(verifying: Verifying): Promise<void> {
  const { root, run, id, n } = verifying
  await withLock(
    runPaths(root, run).verifyLock(id),
    async () => {
      const facts = verifying.facts()
      const attempt = attemptIn(facts, id)
      const paths = runPaths(root, run).batch(attempt.batch).attempt(id)
      if (readVerdict(paths, n) !== undefined) return
      const mark = markOf(paths.folder)
      endLeftovers(mark)
      try {
        await decide({ ...verifying, env: { ...verifying.env, [mark]: '1' } }, facts, attempt, paths)
      } catch (error) {
        fail(paths, n, error)
      } finally {
        endLeftovers(mark)
      }
    },
    FOREVER,
  )
}

async function decide(
  verifying: Verifying,
  facts: RunFacts,
  attempt: Attempt,
  paths: AttemptPaths,
): Promise<void> {
  const { root, run, n, top, env } = verifying
  const handed = readReport(readRaw(paths, n), {
    attempt,
    top,
    tasks: tasksIn(facts, attempt.batch).map((task) => task.id),
    issues: issuesFor(facts, attempt).map((issue) => issue.id),
  })
  // Killed between the fact and the verdict: it is not executed again.
  const known = acceptedSubmission(paths) === n ? attempt.accepted : undefined
  const judged: Accepted | string[] =
    known ?? (await judge({ facts, attempt, handed, top, env: executing(runPaths(root, run), env) }))
  if (Array.isArray(judged)) recordRefused(paths, n, judged, new Date())
  else recordAccepted(paths, n, judged, new Date())
}

/**
 * What the role or the user can settle is a refusal, so that it is counted, and a person hears of it in the end. What
 * passes by itself, or is our own mistake, is not.
 */
function fail(paths: AttemptPaths, n: number, error: unknown): void {
  const isSettled = error instanceof DispatchError && error.exit !== EXIT.later && error.exit !== EXIT.bug
  if (isSettled) recordRefused(paths, n, [error.message], new Date())
  else giveUp(paths.verdict(n), error)
}
