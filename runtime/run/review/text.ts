/** What the lead is shown of a round of review, in at most twenty lines. Pure. */
import { cut, oneLine } from '../../io/cells.ts'
import { summaryOf } from '../../review/gate-table.ts'
import type { BatchKey, Round, RunIssue } from '../facts.ts'
import { NATIVE } from './reviewers.ts'

/** Gates, what is open and what is deferred with who found it, what was resolved, and who is missing. */
export function roundText(round: Round, batch: BatchKey, previous?: Round | undefined): string[] {
  const { reviewers, issues } = round
  const before = new Map((previous?.issues ?? []).map((issue) => [issue.id, issue.status]))
  const resolved = issues.filter(({ id, status }) => status === 'resolved' && before.get(id) !== 'resolved')
  const columns = [...reviewers]
    .sort((a, b) => Number(b.id === NATIVE) - Number(a.id === NATIVE))
    .map(({ id, gates }) => ({
      reviewer: id,
      gates: Object.fromEntries(Object.entries(gates).map(([gate, status]) => [gate, { status }])),
    }))
  const notes = [
    ...sayIds('Resolved', resolved),
    ...sayIds(
      'Deferred, and no reason to wait',
      issues.filter(({ status }) => status === 'deferred'),
    ),
    ...sayMissing(round, batch),
  ]
  return summaryOf(columns, { issues: issues.filter(({ status }) => status !== 'resolved') }, notes)
}

/** Ids that are named in a line. */
const NAMED = 12

function sayIds(what: string, issues: readonly RunIssue[]): string[] {
  if (issues.length === 0) return []
  const ids = issues.slice(0, NAMED).map(({ id }) => id)
  return [`${what}: ${ids.join(', ')}${issues.length > NAMED ? ` and ${issues.length - NAMED} more` : ''}.`]
}

/** Cells of the reason why a review is missing. */
const SHORT = 90
/** Of those that are told one by one. */
const TOLD = 3

function sayMissing({ reviewers }: Round, batch: BatchKey): string[] {
  const missing = reviewers.filter(({ status }) => status !== 'completed')
  if (missing.length === 0) return []
  const told = missing
    .slice(0, TOLD)
    .map(({ id, status, message }) => `${id}: ${status}${message ? `, ${cut(oneLine(message), SHORT)}` : ''}`)
  const more = missing.length > TOLD ? [`and ${missing.length - TOLD} more`] : []
  return [
    `Missing, so this is a part: ${[...told, ...more].join('; ')}`,
    `To have ${missing.length === 1 ? 'it' : 'them'} run again: dispatch decide "rerun" (${batch === 'final' ? 'the final review' : `batch ${batch}`}).`,
  ]
}
