/**
 * The findings of a round, parted: those that mean an issue of before, and those that are new. A reviewer that names an
 * issue's id means that issue; for the rest the rules of the merge decide, in which the issues of before are what one
 * more reviewer found. Pure.
 */
import { type Issue, merge, type ReviewerReport } from '../../review/merge.ts'
import { GATES } from '../../review/report.ts'
import type { RunIssue } from '../facts.ts'
import { type Found, unsaid } from './issues.ts'

export interface Review {
  /** Tells it from all other reviews of the batch. */
  name: string
  reviewer: string
  report: ReviewerReport
}

interface Findings {
  /** By the id of the issue. */
  again: Map<string, Found[]>
  /** Merged, with ids of this round only; `reviewers` as people know them. */
  fresh: { issue: Issue; reviewers: string[] }[]
  /** By the id of an issue of before: ids of what may be the same. */
  related: Map<string, string[]>
}

/** No reviewer is called so: names hold no space. */
const BEFORE = 'the rounds before'
/** Ids that the merge gives while it is not known yet which are new. */
const NEW = 'new '

export function findingsIn(reviews: readonly Review[], known: readonly RunIssue[]): Findings {
  const again: Findings['again'] = new Map()
  const add = (id: string, found: Found) => again.set(id, [...(again.get(id) ?? []), found])
  /** By the name of the review: what is left to be compared, in the order in which the merge is told. */
  const left = new Map<string, Found[]>()
  for (const { name, reviewer, report } of reviews)
    for (const [index, finding] of report.issues.entries()) {
      const found: Found = { finding, reviewer, input: { reviewer: name, index } }
      const named = known.find(({ id }) => begins(finding.description, id))
      if (named !== undefined) add(named.id, found)
      else left.set(name, [...(left.get(name) ?? []), found])
    }
  const groups = merge([beforeOf(known), ...[...left].map(reportOf)], NEW).issues.map((issue) => ({
    issue,
    before: issue.inputs.flatMap(({ reviewer, index }) =>
      reviewer === BEFORE ? (known[index] ?? []) : [],
    )[0],
    found: issue.inputs.flatMap(({ reviewer, index }) => left.get(reviewer)?.[index] ?? []),
  }))
  const idOf = new Map(groups.map(({ issue, before }) => [issue.id, before?.id ?? issue.id]))
  const related: Findings['related'] = new Map()
  const fresh: Findings['fresh'] = []
  for (const { issue, before, found } of groups) {
    const others = issue.related.flatMap((id) => idOf.get(id) ?? [])
    if (before === undefined) {
      const inputs = found.map(({ input }) => input)
      fresh.push({
        issue: { ...issue, inputs, related: others },
        reviewers: found.map(({ reviewer }) => reviewer),
      })
      continue
    }
    for (const each of found) add(before.id, each)
    related.set(before.id, others)
  }
  return { again, fresh, related }
}

/** `B02-I03: …`, also in brackets or marked as code. */
function begins(description: string, id: string): boolean {
  const bare = description.replace(/^[\s`*"'([]+/, '').toLowerCase()
  return bare.startsWith(id.toLowerCase()) && !/^\w/.test(bare.slice(id.length))
}

const reportOf = ([reviewer, found]: [string, Found[]]): ReviewerReport => ({
  reviewer,
  batch: undefined,
  gates: {},
  issues: found.map(({ finding }) => finding),
  strengths: [],
})

const beforeOf = (known: readonly RunIssue[]): ReviewerReport => ({
  reviewer: BEFORE,
  batch: undefined,
  gates: {},
  issues: known.map(({ task, severity, gate, location, description, suggestion }) => ({
    task,
    severity,
    gate: GATES.find((name) => name === gate) ?? 'correctness',
    location,
    description: unsaid(description),
    suggestion,
  })),
  strengths: [],
})
