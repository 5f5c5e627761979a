/** Taking a brief: it claims the attempt, once and for one session, and the text stays what it was. */
import { refused } from '../io/errors.ts'
import { publish } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { briefOf } from './brief.ts'
import type { BriefExtras } from './brief-parts.ts'
import { quoted } from './brief-words.ts'
import { readFact, writeFact } from './fact-file.ts'
import type { Attempt, RunFacts } from './facts.ts'
import { type AttemptPaths, runPaths } from './paths.ts'
import { ClaimFile } from './records.ts'
import { isExternal } from './review/reviewers.ts'
import { submissionsIn } from './submit-files.ts'
import { attemptIn } from './verification.ts'

export interface Taking {
  root: string
  facts: RunFacts
  /** Of the attempt. */
  id: string
  /** Undefined: a person at a terminal. */
  session: string | undefined
  now: Date
  /** Asked only for a text that is new. */
  extras: (attempt: Attempt) => Promise<BriefExtras>
}

/** @throws exit 1 where it is somebody else's, or nobody's to take */
export async function takeBrief({ root, facts, id, session, now, extras }: Taking): Promise<string> {
  const attempt = attemptIn(facts, id)
  refuseSettled(attempt)
  const paths = runPaths(root, facts.run.name).batch(attempt.batch).attempt(id)
  refuseTaken(paths, id, session)
  // Before the claim: what keeps a brief from being written keeps nobody from taking it later.
  const text = readIfThere(paths.brief) ?? briefOf(facts, attempt, await extras(attempt))
  writeFact(paths.claim, { session: session ?? null, agent: null, at: now.toISOString() })
  refuseTaken(paths, id, session)
  // Of two calls at once the first text counts.
  const kept = publish(paths.brief, text) ? text : (readIfThere(paths.brief) ?? text)
  const refusals = submissionsIn(paths).flatMap(({ verdict }) => verdict?.reasons ?? [])
  return refusals.length === 0
    ? kept
    : `${kept}\n## Refused so far\n\n${refusals.map((each) => quoted(each)).join('\n')}\n`
}

function refuseSettled(attempt: Attempt): void {
  const { id, accepted, void: gone } = attempt
  const next = 'See what is to be done: dispatch next'
  if (isExternal(attempt))
    throw refused({ what: `${id} is another vendor's reviewer, which the runtime runs itself`, next })
  if (accepted !== undefined) throw refused({ what: `${id} was accepted already; its work is done`, next })
  if (gone !== undefined) throw refused({ what: `${id} counts no more: ${gone}`, next })
}

function refuseTaken({ claim }: AttemptPaths, id: string, session: string | undefined): void {
  const holder = readFact(ClaimFile, claim)
  if (holder === undefined || holder.session === session) return
  throw refused({
    what: `${id} is taken`,
    found: `${holder.session === undefined ? 'a person at a terminal' : `session ${holder.session}`}, since ${holder.at}`,
    next: 'Two must not do the same work. See what else is to be done: dispatch next',
  })
}
