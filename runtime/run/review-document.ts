/** review.yaml: what was reviewed, what was found and what became of it. Computed from the facts, each time anew. Pure. */
import { GATES } from '../review/report.ts'
import type { BatchFacts, BatchKey, RunFacts } from './facts.ts'
import { finalReview, readinessOf } from './readiness.ts'
import { newestRound } from './review/open.ts'
import { bySeverity, deferredOf, shownOf } from './review-issues.ts'

/** A fix is to come, or it may be committed. */
type Outcome = 'approved' | 'changes_requested'

/** @param at when it is written */
export function reviewDocument(facts: RunFacts, at: Date): Record<string, unknown> {
  const { run, plan } = facts
  const reviewed = facts.batches.filter(({ key, rounds }) => key !== 'final' && rounds.length > 0)
  return {
    metadata: {
      spec_name: run.name,
      spec_path: specPath(facts),
      branch: run.branch,
      created: run.created,
      last_updated: at.toISOString(),
      total_batches: plan.batches.length,
      batches_reviewed: reviewed.length,
    },
    review_config: configOf(facts),
    gates: gatesOf(reviewed),
    batch_reviews: reviewed.map((batch) => batchReview(facts, batch, at)),
    issues: bySeverity(reviewed.flatMap((batch) => shownOf(facts, batch))),
    deferred_issues: deferredOf(facts),
    final_review: finalReview(
      facts,
      stampOf(
        facts.batches.find(({ key }) => key === 'final'),
        at,
      ),
    ),
    readiness: readinessOf(facts),
  }
}

export const specPath = ({ run }: Pick<RunFacts, 'run'>) => `./${run.source}`

/** As validation.yaml has it. */
export function configOf({ validation }: RunFacts): Record<string, unknown> {
  const { claudeModel, effort, timeout, reviewers } = validation.review
  return {
    claude_model: claudeModel ?? null,
    reasoning_effort: effort ?? null,
    timeout: timeout % 60_000 === 0 ? `${timeout / 60_000}m` : `${Math.round(timeout / 1000)}s`,
    reviewers: reviewers.map(({ id, type, model }) => ({ id, type, model: model ?? null })),
  }
}

/** By the newest round of each batch. */
function gatesOf(reviewed: readonly BatchFacts[]) {
  const gates = GATES.map((gate) => {
    const failed = reviewed.flatMap((batch) =>
      newestRound(batch)?.gates[gate] === 'fail' ? [batch.key] : [],
    )
    const status = reviewed.length === 0 ? 'pending' : failed.length > 0 ? 'fail' : 'pass'
    return [gate, { status, failed_batches: failed }]
  })
  return Object.fromEntries(gates)
}

/** One entry a batch: everybody's newest review, and all that was found in any round. */
function batchReview(facts: RunFacts, batch: BatchFacts, at: Date) {
  const issues = shownOf(facts, batch)
  const count = (wanted: string) => issues.filter(({ severity }) => severity === wanted).length
  const isOpen = issues.some(({ status }) => status === 'open')
  const outcome: Outcome = isOpen ? 'changes_requested' : 'approved'
  return {
    batch: batch.key,
    timestamp: stampOf(batch, at),
    commit: batch.commit ?? null,
    tasks: tasksOf(facts, batch.key),
    rounds: batch.rounds.length,
    reviewers: reviewersIn(batch),
    synthesized: {
      gates: newestRound(batch)?.gates ?? {},
      critical_issues: count('critical'),
      high_issues: count('high'),
      medium_issues: count('medium'),
    },
    outcome,
  }
}

const tasksOf = ({ plan }: RunFacts, key: BatchKey) =>
  plan.batches.find(({ number }) => number === key)?.tasks ?? []

function reviewersIn({ rounds }: BatchFacts) {
  const newest = new Map<
    string,
    { id: string; status: string; gates: Record<string, string>; message?: string }
  >()
  for (const { reviewers } of [...rounds].sort((a, b) => a.n - b.n))
    for (const { id, status, gates, message } of reviewers)
      newest.set(id, { id, status, gates, ...(message === undefined ? {} : { message }) })
  return [...newest.values()]
}

/** When the newest review of a batch was taken up, so that an old entry does not change each time; else now. */
function stampOf(batch: BatchFacts | undefined, at: Date): string {
  const taken = (batch?.attempts ?? []).flatMap(({ phase, claim }) =>
    phase === 'review' && claim !== undefined ? [claim.at] : [],
  )
  return taken.sort().at(-1) ?? at.toISOString()
}
