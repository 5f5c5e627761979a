/** What the reviewers say, for a person: the gates as a table, then the issues by severity with who found each. Pure. */
import { cells, cut, oneLine, pad } from '../io/cells.ts'
import type { Issue, ReviewerReport } from './merge.ts'
import { GATES, type Gate, SEVERITIES } from './report.ts'

/** Lines that a lead is shown at most, the table included. */
const LINES = 20

function gateTable(reports: readonly Column[]): string[] {
  const rows = [
    ['Gate', ...reports.map(({ reviewer }) => reviewer)],
    ...GATES.map((gate) => [
      gate[0]?.toUpperCase() + gate.slice(1),
      ...reports.map(({ gates }) => gates[gate]?.status ?? '-'),
    ]),
  ]
  const widths = rows[0]?.map((_, n) => Math.max(...rows.map((row) => cells(row[n] ?? '')))) ?? []
  const line = (row: string[]) => `| ${row.map((cell, n) => pad(cell, widths[n] ?? 0)).join(' | ')} |`
  const [head = [], ...rest] = rows
  return [line(head), `|${widths.map((wide) => '-'.repeat(wide + 2)).join('|')}|`, ...rest.map(line)]
}

/** A column of the table, and a line of what was found. */
type Column = Pick<ReviewerReport, 'reviewer'> & {
  gates: Partial<Record<Gate, { status: 'pass' | 'fail' } | undefined>>
}
type Listed = Pick<Issue, 'id' | 'severity' | 'location' | 'description' | 'foundBy' | 'related'>

/**
 * Table and issues, in at most twenty lines; what does not fit is counted.
 * @param notes lines that come last and are never left out
 */
export function summaryOf(
  reports: readonly Column[],
  { issues }: { issues: readonly Listed[]; gates?: object },
  notes: readonly string[] = [],
): string[] {
  const table = gateTable(reports)
  const room = LINES - table.length - notes.length
  const listed = SEVERITIES.flatMap((severity) => {
    const some = issues.filter((issue) => issue.severity === severity)
    return some.length === 0
      ? []
      : [`${severity} (${some.length})`, ...some.map((issue) => `  ${sayIssue(issue)}`)]
  })
  if (listed.length === 0) return [...table, 'No issues.', ...notes]
  if (listed.length <= room) return [...table, ...listed, ...notes]
  const shown = listed.slice(0, room - 1)
  const hidden = issues.length - shown.filter((line) => line.startsWith('  ')).length
  return [...table, ...shown, `… and ${hidden} more`, ...notes]
}

/** Cells of a description in one line. */
const SHORT = 110

function sayIssue({ id, location, description, foundBy, related }: Listed): string {
  const text = cut(oneLine(description), SHORT)
  return `${id} ${location} ${text} (${foundBy.join(', ')}${related.length > 0 ? `; see ${related.join(', ')}` : ''})`
}
