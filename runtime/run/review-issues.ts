/** The issues of a run as review.yaml has them: each with its newest standing, and none lost from an earlier round. Pure. */
import { SEVERITIES, type Severity } from '../review/report.ts'
import type { BatchFacts, BatchKey, RunFacts, RunIssue } from './facts.ts'
import { isLetPass } from './panel-progress.ts'

export interface ShownIssue {
  id: string
  batch: BatchKey
  task: string | null
  gate: string
  location: string
  description: string
  suggestion: string | null
  found_by: string[]
  inputs: { reviewer: string; index: number }[]
  related: string[]
  status: RunIssue['status']
  resolution: { batch: BatchKey; commit: string | null; fix: string } | null
}

/** In the order in which they were found. */
function issuesOf({ rounds }: Pick<BatchFacts, 'rounds'>): RunIssue[] {
  const found = new Map<string, RunIssue>()
  for (const { issues } of [...rounds].sort((a, b) => a.n - b.n))
    for (const issue of issues) found.set(issue.id, issue)
  return [...found.values()]
}

/** What a person let pass is put off, whatever its severity. */
const standing = (facts: RunFacts, batch: BatchFacts, { status }: RunIssue) =>
  status === 'open' && isLetPass(facts, batch) ? 'deferred' : status

/** What a late review found is mended after the last batch, and stands there last. */
function ownIssues({ batches }: RunFacts, batch: BatchFacts): RunIssue[] {
  const others = batches.filter(({ key, rounds }) => key !== batch.key && rounds.length > 0)
  const final = new Map(
    others
      .filter(({ key }) => key === 'final')
      .flatMap(issuesOf)
      .map((issue) => [issue.id, issue]),
  )
  const elsewhere = batch.key === 'final' ? new Set(others.flatMap(issuesOf).map(({ id }) => id)) : undefined
  return issuesOf(batch)
    .filter(({ id }) => elsewhere?.has(id) !== true)
    .map((issue) => final.get(issue.id) ?? issue)
}

export function shownOf(facts: RunFacts, batch: BatchFacts): (ShownIssue & { severity: Severity })[] {
  const commitOf = (key: BatchKey) => facts.batches.find((each) => each.key === key)?.commit ?? null
  return ownIssues(facts, batch).map((issue) => ({
    id: issue.id,
    batch: batch.key,
    task: issue.task ?? null,
    severity: issue.severity,
    gate: issue.gate,
    location: issue.location,
    description: issue.description,
    suggestion: issue.suggestion ?? null,
    found_by: issue.foundBy,
    inputs: issue.inputs,
    related: issue.related,
    status: standing(facts, batch, issue),
    resolution:
      issue.resolution === undefined
        ? null
        : {
            batch: issue.resolution.batch,
            commit: commitOf(issue.resolution.batch),
            fix: issue.resolution.fix,
          },
  }))
}

/** `{critical, high, medium}`; the severity is said by the list that they are in. */
export function bySeverity(
  issues: readonly (ShownIssue & { severity: Severity })[],
): Record<Severity, ShownIssue[]> {
  const lists = SEVERITIES.map((wanted) => [
    wanted,
    issues.flatMap(({ severity, ...issue }) => (severity === wanted ? [issue] : [])),
  ])
  return Object.fromEntries(lists) as Record<Severity, ShownIssue[]>
}

export interface Deferred {
  id: string
  batch: BatchKey
  severity: Severity
  description: string
  location: string
}

/** Of all batches, the final review among them. */
export const deferredOf = (facts: RunFacts): Deferred[] =>
  facts.batches.flatMap((batch) =>
    shownOf(facts, batch).flatMap(({ id, severity, description, location, status }) =>
      status === 'deferred' ? [{ id, batch: batch.key, severity, description, location }] : [],
    ),
  )
