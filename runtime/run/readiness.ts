/** Whether a run's branch can be merged: from what was executed and reviewed, and from nothing that anybody claims. Pure. */
import { GATES } from '../review/report.ts'
import type { BatchFacts, RunFacts } from './facts.ts'
import { progressOf } from './panel-progress.ts'
import { policyOf } from './policies.ts'
import { newestRound } from './review/open.ts'
import { deferredOf, type ShownIssue, shownOf } from './review-issues.ts'

export interface FinalReview {
  status: 'pending' | 'in_progress' | 'completed'
  timestamp: string | null
  reviewers: string[]
  gates: Record<string, 'pass' | 'fail' | 'pending'>
  spec_compliance: {
    all_tasks_complete: boolean
    acceptance_criteria_met: boolean | null
    edge_cases_handled: boolean | null
  }
  issues: ShownIssue[]
  strengths: string[]
  overall_assessment: string | null
  recommendation: 'ready_to_merge' | 'changes_requested' | null
}

export interface Readiness {
  all_batches_reviewed: boolean
  critical_issues_resolved: boolean
  high_issues_resolved: boolean
  final_review_passed: boolean
  tests_passing: boolean
}

const numberedOf = ({ batches }: RunFacts) => batches.filter(({ key }) => key !== 'final')
const finalOf = ({ batches }: RunFacts) => batches.find(({ key }) => key === 'final')

/** @param at when it is written, ISO 8601 */
export function finalReview(facts: RunFacts, at: string): FinalReview {
  const batch = finalOf(facts)
  const round = batch && newestRound(batch)
  const issues = batch === undefined ? [] : shownOf(facts, batch)
  const isOver = round !== undefined && (batch?.commit !== undefined || isSettled(facts, batch))
  const status = isOver ? 'completed' : batch?.base === undefined ? 'pending' : 'in_progress'
  return {
    status,
    timestamp: isOver ? at : null,
    reviewers: [...new Set((batch?.rounds ?? []).flatMap(completedIn))],
    gates: Object.fromEntries(GATES.map((gate) => [gate, round?.gates[gate] ?? 'pending'])),
    spec_compliance: complianceOf(facts, isOver ? batch : undefined),
    issues,
    strengths: batch === undefined ? [] : strengthsIn(batch),
    overall_assessment: isOver ? assessmentOf(facts) : null,
    recommendation: isOver ? (isReady(readinessOf(facts)) ? 'ready_to_merge' : 'changes_requested') : null,
  }
}

const completedIn = ({ reviewers }: BatchFacts['rounds'][number]) =>
  reviewers.flatMap(({ id, status }) => (status === 'completed' ? [id] : []))

/** Its newest round leaves nothing to be fixed, or a person let it pass. */
function isSettled(facts: RunFacts, batch: BatchFacts | undefined): boolean {
  if (batch === undefined) return false
  const { needsFix } = policyOf(facts.run)
  const open = shownOf(facts, batch).filter(({ status }) => status === 'open')
  const ids = new Set(open.map(({ id }) => id))
  return !(newestRound(batch)?.issues ?? []).some((issue) => ids.has(issue.id) && needsFix(issue))
}

/**
 * The criteria are met when every task's tests were seen to fail and to pass and the reviewers, who are given the
 * specification, let the gate of correctness pass; edge cases are handled when they have nothing grave left to say.
 */
function complianceOf(facts: RunFacts, final: BatchFacts | undefined): FinalReview['spec_compliance'] {
  const { tasks } = progressOf(facts)
  const all = tasks.pending.length === 0 && tasks.inProgress.length === 0
  if (final === undefined)
    return { all_tasks_complete: all, acceptance_criteria_met: null, edge_cases_handled: null }
  const round = newestRound(final)
  const grave = unresolved(facts, 'critical', 'high').length > 0
  return {
    all_tasks_complete: all,
    acceptance_criteria_met: all && testsPass(facts) && round?.gates.correctness === 'pass',
    edge_cases_handled: all && testsPass(facts) && !grave,
  }
}

export function readinessOf(facts: RunFacts): Readiness {
  const final = finalOf(facts)
  const gates = Object.values((final && newestRound(final)?.gates) ?? {})
  return {
    all_batches_reviewed: numberedOf(facts).every((batch) =>
      batch.rounds.some((round) => completedIn(round).length > 0),
    ),
    critical_issues_resolved: unresolved(facts, 'critical').length === 0,
    high_issues_resolved: unresolved(facts, 'high').length === 0,
    final_review_passed:
      final !== undefined && gates.length > 0 && isSettled(facts, final) && !gates.includes('fail'),
    tests_passing: testsPass(facts),
  }
}

export const isReady = (readiness: Readiness) => Object.values(readiness).every((is) => is)

const unresolved = (facts: RunFacts, ...severities: string[]) =>
  facts.batches
    .flatMap((batch) => shownOf(facts, batch))
    .filter(({ severity, status }) => severities.includes(severity) && status !== 'resolved')

/** The newest suite there is; what was red before the run is none of its doing. */
function testsPass({ batches }: RunFacts): boolean {
  const last = batches.findLast(({ suites }) => suites.length > 0)
  return last?.suites.at(-1)?.ok === true
}

const strengthsIn = ({ attempts }: BatchFacts) => [
  ...new Set(
    attempts.flatMap(({ accepted, void: gone }) =>
      accepted?.kind === 'reviewer_report' && gone === undefined ? accepted.report.strengths : [],
    ),
  ),
]

function assessmentOf(facts: RunFacts): string {
  const { tasks } = progressOf(facts)
  const all = facts.batches.flatMap((batch) => shownOf(facts, batch))
  const count = (wanted: string) => all.filter(({ status }) => status === wanted).length
  const known = facts.batches.findLast(({ suites }) => suites.length > 0)?.suites.at(-1)?.known ?? []
  const sentences = [
    `${tasks.completed.length} of ${tasks.completed.length + tasks.inProgress.length + tasks.pending.length} tasks are committed in ${numberedOf(facts).length} batches.`,
    all.length === 0
      ? 'The reviewers found nothing.'
      : `Of ${all.length} issues ${count('resolved')} are resolved, ${count('deferred')} deferred and ${count('open')} open.`,
    testsPass(facts)
      ? `The whole suite passes${known.length === 0 ? '' : `, but for ${known.length} that failed before the run`}.`
      : 'The whole suite does not pass.',
  ]
  return sentences.join(' ')
}

/** For a person at the end: what can be done with the branch, and what was put off. Offered, not done. */
export function outcomeOf(facts: RunFacts): string[] {
  const deferred = deferredOf(facts)
  const readiness = readinessOf(facts)
  const missing = Object.entries(readiness).flatMap(([name, is]) => (is ? [] : [name.replaceAll('_', ' ')]))
  const { branch } = facts.run
  return [
    assessmentOf(facts),
    missing.length === 0 ? 'Ready to merge.' : `Changes requested; not given: ${missing.join(', ')}.`,
    ...(deferred.length === 0
      ? []
      : [
          `Deferred (${deferred.length}): ${deferred
            .slice(0, 5)
            .map(({ id, location }) => `${id} ${location}`)
            .join('; ')}${deferred.length > 5 ? ' …' : ''}`,
        ]),
    `Next, if you like: git merge ${branch}, or a pull request of it${deferred.length === 0 ? '' : ', or a task for what was deferred'}.`,
  ]
}
