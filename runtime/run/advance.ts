/**
 * Carries a run on as far as it goes without anybody: at the start of `submit`, `decide` and `next`. One at a time
 * does so, under the run's lock; what takes long goes on in the background, and is joined by whoever comes.
 */
import { DispatchError, notNow } from '../io/errors.ts'
import { withLock } from '../io/lock.ts'
import { apply, type Context } from './apply.ts'
import { outcomeOf, troubleOf, type Work } from './background.ts'
import type { RunFacts } from './facts.ts'
import { currentBatch, now } from './now.ts'
import { giveUp, orphansIn, verificationOf } from './orphans.ts'
import { runPaths } from './paths.ts'
import { policyOf } from './policies.ts'
import { readRun } from './read.ts'
import { collectReviews, reviewedNow } from './review/collect.ts'
import { externalNames } from './review/reviewers.ts'
import { writeCheckpoint } from './review-document-write.ts'
import { type Ask, type Step, stepFor } from './step.ts'
import { withTrouble } from './trouble.ts'

export interface Stand {
  facts: RunFacts
  step: Step
  /** What the step asks, where it does. */
  ask: Ask | undefined
  /** Nobody is waited for but reviewers of other vendors. */
  outside?: boolean | undefined
  /** What was done on the way that a person should know, a line each. */
  notices: string[]
}

/** @param patience how long the caller can wait for what goes on in the background (ms) */
export async function advance(context: Context, patience: number): Promise<Stand> {
  const end = performance.now() + patience
  const notices: string[] = []
  for (;;) {
    const seen = read(context)
    if ('step' in seen.now && waiting(seen.facts).length === 0 && orphansIn(context, seen.facts).length === 0)
      return { facts: seen.facts, notices, ...seen.now }
    const work = await withLock(runPaths(context.root, context.name).lock, () => carryOn(context, notices))
    if ('step' in work) return { ...work, notices }
    const came = await outcomeOf(work.pending, Math.max(1, end - performance.now()))
    if (came === 'late')
      return { facts: work.facts, notices, ask: undefined, step: stillAt(work.facts, work.what) }
    if (came === 'gone') throw ended(work.pending)
  }
}

function read(context: Context) {
  const facts = { ...withTrouble(readRun(context), context), models: context.models() }
  return { facts, now: now(policyOf(facts.run), facts) }
}

/** Reviews of other vendors that somebody has to look after. */
function waiting(facts: RunFacts): string[] {
  const open = reviewedNow(facts)
    .flatMap(({ attempts }) => attempts)
    .filter(
      ({ claim, accepted, void: gone }) =>
        claim !== undefined && accepted === undefined && gone === undefined,
    )
  return externalNames(open)
}

type Carried =
  | { facts: RunFacts; step: Step; ask: Ask | undefined; outside?: boolean }
  | { facts: RunFacts; pending: Work; what: string }

/** The caller holds the lock. */
async function carryOn(context: Context, notices: string[]): Promise<Carried> {
  for (let isChanged = false; ; isChanged = true) {
    const { facts, now } = read(context)
    if (isChanged) notices.push(...marked(context, facts))
    const [orphan] = orphansIn(context, facts)
    if (orphan !== undefined) {
      const pending = await verificationOf(context, orphan)
      if (pending !== undefined)
        return { facts, pending, what: `What was handed in for ${orphan.id} is being verified.` }
      giveUp(runPaths(context.root, context.name), orphan)
      continue
    }
    if (waiting(facts).length > 0 && (await collectReviews(context.reviews(), facts))) continue
    if ('step' in now) return { facts, ...now }
    for (const effect of now.effects) {
      const result = await apply(context, facts, effect)
      notices.push(...(result?.notices ?? []))
      if (result?.pending !== undefined) return { facts, pending: result.pending, what: result.what }
    }
  }
}

/** checkpoint.yaml follows each change of phase; between two batches it is in the commit. */
function marked({ root, name, top }: Context, facts: RunFacts): string[] {
  if (currentBatch(facts)?.base === undefined) return []
  return writeCheckpoint({ top, facts, at: new Date(), aside: runPaths(root, name).aside })
}

function ended(work: Work): DispatchError {
  const said = troubleOf(work)
  if (said !== undefined)
    return new DispatchError(said.exit, { what: said.what, next: 'Then: dispatch next' })
  return notNow({
    what: 'what was at work in the background was ended',
    where: work.result,
    next: 'Start it again: dispatch next',
  })
}

const stillAt = (facts: RunFacts, what: string): Step =>
  stepFor(
    policyOf(facts.run),
    facts,
    currentBatch(facts)?.key,
    'suite',
  )('wait', `${what} It goes on by itself; ask again: dispatch next`)
