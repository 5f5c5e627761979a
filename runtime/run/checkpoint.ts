/** checkpoint.yaml: where the run stands, for a session that knows nothing of it. Computed from the facts. Pure. */
import type { BatchKey, RunFacts } from './facts.ts'
import { progressOf } from './panel-progress.ts'
import { configOf, specPath } from './review-document.ts'
import { deferredOf } from './review-issues.ts'

/**
 * @param closing the batch whose commit this goes into: it counts as committed, and its commit is null, because no file
 *   can hold the name of the commit that it is in
 */
export function checkpointDocument(
  facts: RunFacts,
  at: Date,
  closing?: BatchKey,
): { checkpoint: Record<string, unknown> } {
  const { run, plan } = facts
  const { batch, phase, committed, tasks } = progressOf(facts, closing)
  const last = committed.at(-1)
  const next = plan.batches.find(({ number }) => number === batch?.key)
  const newest = facts.batches.find(({ key }) => key === last)
  return {
    checkpoint: {
      spec_name: run.name,
      spec_path: specPath(facts),
      branch: run.branch,
      timestamp: at.toISOString(),
      last_batch: last ?? null,
      // What the last batch stands on: its own commit is the one above that bears its number.
      base_commit: newest?.base?.commit ?? run.base,
      last_commit: newest?.commit ?? null,
      tasks: { completed: tasks.completed, in_progress: tasks.inProgress, pending: tasks.pending },
      phase,
      next_batch:
        next === undefined
          ? null
          : { number: next.number, tasks: next.tasks, parallel: next.tasks.length > 1 },
      deferred_issues: deferredOf(facts).map(({ batch, severity, description, location }) => ({
        batch,
        severity,
        description,
        location,
      })),
      review_config: configOf(facts),
    },
  }
}
