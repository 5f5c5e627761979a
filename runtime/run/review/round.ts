/**
 * A round of review: what several reviewers found, laid together with what was found before. Pure; the order of the
 * reviews does not matter, and the same facts give the same round. Every finding is in exactly one issue.
 */
import { byText } from '../../review/entry.ts'
import { merge, type ReviewerReport } from '../../review/merge.ts'
import { GATES, type Report } from '../../review/report.ts'
import type { Attempt, BatchKey, Round, RunIssue } from '../facts.ts'
import { findingsIn } from './found.ts'
import { foundAgain, isGrave, issueFrom, numbered } from './issues.ts'

/** A settled review, or a fix that was accepted. */
type Settled = Pick<Attempt, 'id' | 'reviewer' | 'n' | 'accepted'>

export interface RoundFacts {
  n: number
  batch: BatchKey
  /** Reviews since the previous round. */
  reports: readonly Settled[]
  /** Fixes since the previous round. */
  fixes: readonly Settled[]
  previous: Round | undefined
}

/** Undefined where no review arrived: somebody has to decide then. */
export function roundOf(facts: RoundFacts): Round | undefined {
  const { n, previous } = facts
  const reports = [...facts.reports].sort((a, b) => byText(a.id, b.id))
  const completed = reports.flatMap(({ reviewer, n: review, accepted }) =>
    accepted?.kind === 'reviewer_report' && reviewer !== undefined
      ? [{ name: review === 1 ? reviewer : `${reviewer}@${review}`, reviewer, report: accepted.report }]
      : [],
  )
  if (completed.length === 0) return undefined
  const findings = findingsIn(completed, previous?.issues ?? [])
  const prefix = facts.batch === 'final' ? 'final-' : `B${String(facts.batch).padStart(2, '0')}-`
  const kept = (previous?.issues ?? []).map((issue) => {
    const again = findings.again.get(issue.id) ?? []
    return again.length > 0 ? foundAgain(issue, again, n) : settledBy(facts, issue)
  })
  const fresh = numbered(findings.fresh, kept, prefix)
  const ids = new Map([...findings.fresh.map(({ issue }, at) => [issue.id, fresh[at] ?? ''] as const)])
  const named = (related: readonly string[]) => related.map((id) => ids.get(id) ?? id)
  const issues = [
    ...kept.map((issue) => ({
      ...issue,
      related: joined(issue.related, named(findings.related.get(issue.id) ?? [])),
    })),
    ...findings.fresh.map(({ issue, reviewers }, at) => ({
      ...issueFrom(issue, fresh[at] ?? '', reviewers),
      related: joined([], named(issue.related)),
    })),
  ]
  return {
    n,
    attempts: [...reports, ...facts.fixes].map(({ id }) => id).sort(byText),
    reviewers: reports.map(standing),
    gates: gatesOf(
      completed.map(({ report }) => report),
      issues,
      previous,
    ),
    issues,
  }
}

const joined = (one: readonly string[], other: readonly string[]) =>
  [...new Set([...one, ...other])].sort(byText)

/** Resolved: a fix says that it mended it, and nobody found it again. */
function settledBy({ fixes, batch }: RoundFacts, issue: RunIssue): RunIssue {
  if (issue.status === 'resolved') return issue
  const said = [...fixes]
    .sort((a, b) => byText(a.id, b.id))
    .flatMap(({ accepted }) => (accepted?.kind === 'fix_report' ? accepted.report.fixes_applied : []))
    .filter((fix) => isNamed(fix, issue.id))
    .map(({ fix }) => fix)
  return said.length === 0
    ? issue
    : { ...issue, status: 'resolved', resolution: { batch, fix: [...new Set(said)].join('; ') } }
}

type Fix = Report<'fix_report'>['fixes_applied'][number]
const isNamed = ({ issue }: Fix, id: string) => issue.trim().toLowerCase() === id.toLowerCase()

function standing({ reviewer = '', accepted }: Settled): Round['reviewers'][number] {
  if (accepted?.kind === 'reviewer_report')
    return { id: reviewer, status: 'completed', gates: statuses(accepted.report) }
  const none = accepted?.kind === 'none' ? accepted : undefined
  return { id: reviewer, status: none?.status ?? 'failed', gates: {}, message: none?.message }
}

const statuses = ({ gates }: ReviewerReport) =>
  Object.fromEntries(
    GATES.flatMap((gate) => {
      const status = gates[gate]?.status
      return status === undefined ? [] : [[gate, status]]
    }),
  )

/**
 * A gate fails by what is open, by what a reviewer says now, and by what one said before for a reason that no issue
 * tells: nothing mended that.
 */
function gatesOf(reports: ReviewerReport[], issues: RunIssue[], previous: Round | undefined): Round['gates'] {
  const said = merge(reports).gates
  const isLeft = (gate: string) =>
    previous?.gates[gate] === 'fail' &&
    !previous.issues.some((issue) => issue.gate === gate && isGrave(issue))
  const fails = (gate: (typeof GATES)[number]) =>
    said[gate] === 'fail' ||
    isLeft(gate) ||
    issues.some((issue) => issue.gate === gate && issue.status === 'open')
  return Object.fromEntries(GATES.map((gate) => [gate, fails(gate) ? 'fail' : 'pass']))
}
