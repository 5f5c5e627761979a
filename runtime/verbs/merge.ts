import { resolve } from 'node:path'
import { unreadable } from '../io/errors.ts'
import { readIfThere } from '../io/reading.ts'
import { summaryOf } from '../review/gate-table.ts'
import { merge, type ReviewerReport } from '../review/merge.ts'
import { parseReport } from '../review/report.ts'
import { shownIssues } from '../review/shown.ts'
import { needed, parse } from './args.ts'
import type { Verb, VerbIo } from './verb.ts'

export const help = `dispatch merge <report.yaml>… [--json]   several reviewers' reports as one list of issues

The same defect found by several becomes one issue with all finders and the gravest severity; no finding is lost.
Example: dispatch merge claude.yaml codex.yaml --json
`

export const run: Verb = (argv, io) => {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' } }, help)
  needed(positionals[0], 'a report', help)
  const reports = positionals.map((path) => readReport(path, io))
  refuseTwoOfOne(reports, positionals)
  const merged = merge(reports)
  io.stdout(
    values.json
      ? `${JSON.stringify({ gates: merged.gates, issues: shownIssues(merged.issues) })}\n`
      : `${summaryOf(reports, merged).join('\n')}\n`,
  )
  return Promise.resolve(0)
}

function readReport(path: string, { cwd }: VerbIo): ReviewerReport {
  const text = readIfThere(resolve(cwd, path))
  if (text === undefined)
    throw unreadable({
      what: 'there is no such report',
      where: path,
      expected: 'a file with a reviewer_report',
    })
  return parseReport('reviewer_report', text, path)
}

/** Two different reports under one name could not be told apart in `inputs`. */
function refuseTwoOfOne(reports: ReviewerReport[], paths: string[]): void {
  reports.forEach((report, n) => {
    const other = reports.findIndex(
      (earlier, m) =>
        m < n && earlier.reviewer === report.reviewer && JSON.stringify(earlier) !== JSON.stringify(report),
    )
    if (other !== -1)
      throw unreadable({
        what: `two different reports are by ${report.reviewer}`,
        where: `${paths[other]} and ${paths[n]}`,
        expected: 'a reviewer of its own in each',
      })
  })
}
