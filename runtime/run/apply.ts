/** Does what the engine decided (now.ts): one effect, one fact. The caller holds the run's lock. */
import { dirname, join } from 'node:path'
import { loadConfig } from '../config/load.ts'
import { makeFolder } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { publish } from '../io/publishing.ts'
import { documentsOf } from '../spec/find.ts'
import { addOverrides } from '../spec/validation.ts'
import { follow, open } from './apply-open.ts'
import { ensure, type Work } from './background.ts'
import { treeOf } from './commit.ts'
import type { Effect } from './effect.ts'
import { writeFact } from './fact-file.ts'
import type { BatchFacts, BatchKey, RunFacts } from './facts.ts'
import { type BatchPaths, type RunPaths, runPaths } from './paths.ts'
import { policyOf } from './policies.ts'
import { approvalOf, type Where } from './read.ts'
import { writeDiff } from './review/diff.ts'
import { type ReviewGround, startReview } from './review/external.ts'
import { newestDiff, newestRound, openFixes, openReviews } from './review/open.ts'
import { roundOf } from './review/round.ts'
import { carried } from './review-now.ts'
import { batchIn } from './verification.ts'

export interface Context extends Where {
  env: NodeJS.ProcessEnv
  /** Which models the user wants, by the names of agents. */
  models(): Partial<Record<string, string>>
  /** What external reviewers are started on. */
  reviews(): ReviewGround
}

/** From `ground` and where the run is. */
export const contextOf = (where: Where, env: NodeJS.ProcessEnv): Context => ({
  ...where,
  env,
  models: () =>
    Object.fromEntries(
      Object.entries(loadConfig(where.home).aliases).map(([name, { model }]) => [name, model]),
    ),
  reviews: () => ({
    ground: { env, home: where.home, root: where.root, config: loadConfig(where.home) },
    top: where.top,
  }),
})

/** Nothing: it is done. */
type Applied =
  | { notices: string[]; pending?: never }
  | { pending: Work; what: string; notices?: never }
  | undefined

export async function apply(context: Context, facts: RunFacts, effect: Effect): Promise<Applied> {
  const paths = runPaths(context.root, context.name)
  switch (effect.kind) {
    case 'override':
      override(context, facts, effect)
      return
    case 'approve':
      for (const argv of effect.commands) approve(context, argv)
      return
    case 'finish':
      removeAll(paths.active)
      return
    default:
      return inBatch(context, facts, effect, paths)
  }
}

type InBatch = Extract<Effect, { batch: BatchKey }>

async function inBatch(context: Context, facts: RunFacts, effect: InBatch, run: RunPaths): Promise<Applied> {
  const paths = run.batch(effect.batch)
  const batch = batchIn(facts, effect.batch)
  if (batch === undefined) throw new Error(`there is no batch ${effect.batch}`)
  switch (effect.kind) {
    case 'open':
      return open(context, facts, batch, paths)
    case 'follow':
      return follow(context, batch, paths, effect.head)
    case 'baseline':
      return baseline(context, facts, batch, paths)
    case 'spawn':
      writeFact(paths.attempt(effect.id).spawn, { why: effect.why, at: new Date().toISOString() })
      return
    case 'void':
      writeFact(paths.attempt(effect.id).void, { why: effect.why })
      return
    case 'suite':
      return background(
        context,
        paths.suite(effect.n),
        ['_suite', effect.batch, effect.n, ...effect.after],
        'The whole suite runs.',
      )
    case 'diff':
      return diff(context, batch, paths, effect)
    case 'external': {
      const attempt = batch.attempts.find(({ id }) => id === effect.id)
      return attempt === undefined
        ? undefined
        : { notices: await startReview(context.reviews(), facts, attempt) }
    }
    case 'round':
      round(facts, batch, paths, effect)
      return
    default:
      return background(
        context,
        paths.try(effect.n),
        ['_commit', effect.batch, effect.n],
        'The batch is being committed.',
      )
  }
}

/** A closed gate that the user let pass, in the spec itself, where it stays. */
function override(
  { top, name }: Context,
  { run }: RunFacts,
  { gates, decision }: Extract<Effect, { kind: 'override' }>,
): void {
  const { validation } = documentsOf({ name, folder: join(top, run.source) })
  const reason = decision.text.replace(/^proceed\b[\s:,–—-]*/i, '').trim() || 'no reason was given'
  const at = new Date(decision.at)
  addOverrides(
    validation,
    gates.map((gate) => ({ gate, by: decision.by, at, reason })),
  )
}

function approve({ home, top }: Context, argv: string[]): void {
  const path = approvalOf(home, top, argv)
  makeFolder(dirname(path))
  publish(path, `${JSON.stringify({ repository: top, argv })}\n`, 0o600)
}

/** What the last batch ended with is what this one begins with, where nothing came in between. */
async function baseline(
  context: Context,
  facts: RunFacts,
  { key, base }: BatchFacts,
  paths: BatchPaths,
): Promise<Applied> {
  const before = facts.batches[facts.batches.findIndex((batch) => batch.key === key) - 1]
  const last = before?.suites.at(-1)
  const isNext = key === 'final' || before?.commit === base?.commit
  if (last?.ok === true && last.baseline !== undefined && isNext) {
    writeFact(paths.baseline, last.baseline)
    return
  }
  return background(
    context,
    paths.baseline,
    ['_suite', key, 0],
    'The suite runs once, to know what is red before anybody works.',
  )
}

async function background(
  { root, name, top, home, env }: Context,
  result: string,
  [verb, key, n, ...after]: [string, BatchKey, number, ...string[]],
  what: string,
): Promise<Applied> {
  makeFolder(dirname(result))
  const words = [verb, root, name, top, String(key), String(n), ...after]
  const work: Work = { result, words, home, env }
  await ensure(work)
  return { pending: work, what }
}

async function diff(
  { top }: Context,
  batch: BatchFacts,
  paths: BatchPaths,
  { n, after }: Extract<Effect, { kind: 'diff' }>,
): Promise<undefined> {
  const last = newestDiff(batch)
  const isBranch = batch.key === 'final' && last === undefined
  const isFirstFix = batch.key === 'final' && last?.n === 1
  // Of the branch as it is committed: what its user changed besides is nobody's to review.
  const from = (isFirstFix ? batch.base?.work : last?.to) ?? batch.base?.tree ?? ''
  const to = isBranch ? treeOf(top, 'HEAD') : (batch.suites.at(-1)?.tree ?? '')
  const { files, bytes } = await writeDiff({ top, from, to, patchPath: paths.patch(n) })
  writeFact(paths.diff(n), { n, from, to, files, bytes, after })
}

function round(
  facts: RunFacts,
  batch: BatchFacts,
  paths: BatchPaths,
  { n, diff }: Extract<Effect, { kind: 'round' }>,
): void {
  const found = roundOf({
    n,
    batch: batch.key,
    reports: openReviews(batch),
    fixes: openFixes(batch),
    previous:
      newestRound(batch) ??
      (batch.key === 'final' ? carried(facts, policyOf(facts.run).needsFix) : undefined),
  })
  if (found === undefined) throw new Error(`no review of batch ${batch.key} arrived`)
  const again = batch.rounds.some((round) => round.diff === diff)
  writeFact(paths.round(n), { ...found, diff, ...(again && { again }) })
}
