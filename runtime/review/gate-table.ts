/** What the reviewers say, for a person: the gates as a table, then the issues by severity with who found each. Pure. */
import { cells, cut, oneLine, pad } from '../io/cells.ts'
import type { Issue, Merged, ReviewerReport } from './merge.ts'
import { GATES, SEVERITIES } from './report.ts'

/** Lines that a lead is shown at most, the table included. */
const LINES = 20

function gateTable(reports: readonly ReviewerReport[]): string[] {
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

/** Table and issues, in at most twenty lines; what does not fit is counted. */
export function summaryOf(reports: readonly ReviewerReport[], { issues }: Merged): string[] {
  const table = gateTable(reports)
  const room = LINES - table.length
  const listed = SEVERITIES.flatMap((severity) => {
    const some = issues.filter((issue) => issue.severity === severity)
    return some.length === 0
      ? []
      : [`${severity} (${some.length})`, ...some.map((issue) => `  ${sayIssue(issue)}`)]
  })
  if (listed.length === 0) return [...table, 'No issues.']
  if (listed.length <= room) return [...table, ...listed]
  const shown = listed.slice(0, room - 1)
  const hidden = issues.length - shown.filter((line) => line.startsWith('  ')).length
  return [...table, ...shown, `… and ${hidden} more`]
}

/** Cells of a description in one line. */
const SHORT = 110

function sayIssue({ id, location, description, foundBy, related }: Issue): string {
  const text = cut(oneLine(description), SHORT)
  return `${id} ${location} ${text} (${foundBy.join(', ')}${related.length > 0 ? `; see ${related.join(', ')}` : ''})`
}
