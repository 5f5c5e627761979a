/**
 * Attempts whose agent ended with its session. What such an agent handed in is verified all the same, and joined by
 * whoever comes; otherwise the attempt counts no more, and the next one begins anew.
 */
import { isSessionGone } from '../watch/session.ts'
import type { Context } from './apply.ts'
import { ensure, type Work } from './background.ts'
import { writeFact } from './fact-file.ts'
import type { Attempt, RunFacts } from './facts.ts'
import { currentBatch } from './now.ts'
import { type RunPaths, runPaths } from './paths.ts'
import { isExternal } from './review/reviewers.ts'
import { submissionsIn } from './submit-files.ts'
import { verifierOf } from './submit-verifier.ts'

/** Taken by an agent, and not settled. Workers that the runtime started outlive every session. */
export const takenIn = (facts: RunFacts): Attempt[] =>
  (currentBatch(facts)?.attempts ?? []).filter(
    (attempt) =>
      attempt.claim !== undefined &&
      attempt.accepted === undefined &&
      attempt.void === undefined &&
      !isExternal(attempt),
  )

export const orphansIn = ({ root }: Context, facts: RunFacts): Attempt[] =>
  takenIn(facts).filter(({ claim }) => claim?.session !== undefined && isSessionGone(root, claim.session))

export function giveUp(paths: RunPaths, { id, batch }: Attempt): void {
  writeFact(paths.batch(batch).attempt(id).void, {
    why: 'The session in which it was worked on is gone; what it left in the files is still there.',
  })
}

/** What it handed in is being verified; undefined: it handed in nothing that is without a verdict. */
export async function verificationOf(context: Context, { id, batch }: Attempt): Promise<Work | undefined> {
  const { root, name, top, home, env } = context
  const paths = runPaths(root, name).batch(batch).attempt(id)
  const open = submissionsIn(paths).findLast(({ verdict }) => verdict === undefined)
  if (open === undefined) return undefined
  const work = verifierOf({ root, run: name, id, paths, top, home, env }, open.n)
  await ensure(work)
  return work
}
