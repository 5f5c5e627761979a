/** The issues of a run: from what the merge of findings gives, and from one round to the next. Pure. */
import { byText, type Input } from '../../review/entry.ts'
import { locationOf } from '../../review/location.ts'
import type { Issue } from '../../review/merge.ts'
import { type Finding, SEVERITIES, type Severity } from '../../review/report.ts'
import type { RunIssue } from '../facts.ts'

/** A finding of this round with who found it. */
export interface Found {
  finding: Finding
  input: Input
  /** As the person knows it: without the number of its review. */
  reviewer: string
}

/** What keeps a batch from being committed. */
export const isGrave = ({ severity }: { severity: Severity }) => severity !== 'medium'
const statusOf = (severity: Severity) => (isGrave({ severity }) ? 'open' : 'deferred')
const rank = (severity: Severity) => SEVERITIES.indexOf(severity)

/** A new one, with an id of its own. */
export const issueFrom = (issue: Issue, id: string, reviewers: readonly string[]): RunIssue => ({
  id,
  task: issue.task,
  gate: issue.gate,
  severity: issue.severity,
  location: issue.location,
  description: issue.description,
  suggestion: issue.suggestion,
  foundBy: [...new Set(reviewers)].sort(byText),
  inputs: issue.inputs,
  related: [],
  status: statusOf(issue.severity),
  resolution: undefined,
})

/** Ids for these many new ones: no number that was ever given is given again. */
export function numbered(fresh: readonly unknown[], known: readonly RunIssue[], prefix: string): string[] {
  const highest = known.reduce((most, { id }) => Math.max(most, Number(/I(\d+)$/.exec(id)?.[1] ?? 0)), 0)
  return fresh.map((_, at) => `${prefix}I${String(highest + at + 1).padStart(2, '0')}`)
}

/**
 * One that is still there, or there again: never less grave than before, at the place where it was seen last, in its own
 * words and those of who found it now, because those say why the fix is none.
 */
export function foundAgain(issue: RunIssue, again: readonly Found[], round: number): RunIssue {
  const found = [...again].sort(byGravity)
  const severity = found.reduce(
    (most, { finding }) => (rank(finding.severity) < rank(most) ? finding.severity : most),
    issue.severity,
  )
  const [first] = found
  if (first === undefined) return issue
  const said = found.map(({ finding, reviewer }) => `Round ${round}, ${reviewer}: ${finding.description}`)
  return {
    ...issue,
    severity,
    gate: severity === issue.severity ? issue.gate : first.finding.gate,
    location: placeOf(first.finding.location),
    description: [issue.description, ...new Set(said)].join('\n'),
    suggestion: first.finding.suggestion ?? issue.suggestion,
    foundBy: [...new Set([...issue.foundBy, ...found.map(({ reviewer }) => reviewer)])].sort(byText),
    inputs: [...issue.inputs, ...found.map(({ input }) => input)].sort(
      (a, b) => byText(a.reviewer, b.reviewer) || a.index - b.index,
    ),
    status: statusOf(severity),
    resolution: undefined,
  }
}

/** What was said in all rounds, without who and when. */
export const unsaid = (description: string) => description.replace(/^Round \d+, \S+: /gm, '')

const byGravity = (a: Found, b: Found) =>
  rank(a.finding.severity) - rank(b.finding.severity) ||
  byText(a.input.reviewer, b.input.reviewer) ||
  a.input.index - b.input.index

function placeOf(text: string): string {
  const { file, lines } = locationOf(text)
  if (lines === undefined) return file
  return lines[0] === lines[1] ? `${file}:${lines[0]}` : `${file}:${lines[0]}-${lines[1]}`
}
