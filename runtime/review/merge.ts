/**
 * Several reviewers' findings as one list of defects. Pure and deterministic: the order of the reports does not
 * matter, a report that comes twice counts once, and every finding is in exactly one issue (`inputs`).
 */
import { byInput, byText, type Entry, type Input } from './entry.ts'
import { grouped } from './group.ts'
import { locationOf, sameFiles } from './location.ts'
import { GATES, type Gate, type Report, SEVERITIES, type Severity } from './report.ts'
import { type Seen, seen } from './same.ts'

export type ReviewerReport = Report<'reviewer_report'>

export interface Issue {
  /** Given by place: graver ones first, then by file and line. */
  id: string
  task: string | undefined
  gate: Gate
  severity: Severity
  location: string
  description: string
  suggestion: string | undefined
  /** Reviewers, in alphabetical order. */
  foundBy: string[]
  inputs: Input[]
  /** Issues that may be the same defect; rules could not tell. */
  related: string[]
}

export interface Merged {
  gates: Record<Gate, 'pass' | 'fail'>
  issues: Issue[]
}

/** @param prefix of the issues' ids: `B02-` */
export function merge(reports: readonly ReviewerReport[], prefix = ''): Merged {
  const entries = entriesOf(reports)
  const { groups, unclear } = grouped(entries)
  const issues = groups
    .map((group) => ({ group, issue: issueOf(group) }))
    .sort((a, b) => byPlace(a.issue, b.issue))
  const ids = new Map<Entry, string>()
  const width = String(issues.length).length
  issues.forEach(({ group, issue }, n) => {
    issue.id = `${prefix}I${String(n + 1).padStart(Math.max(2, width), '0')}`
    for (const entry of group) ids.set(entry, issue.id)
  })
  for (const { group, issue } of issues)
    issue.related = [
      ...new Set(
        group.flatMap((entry) => [...(unclear.get(entry) ?? [])].flatMap((other) => ids.get(other) ?? [])),
      ),
    ]
      .filter((id) => id !== issue.id)
      .sort()
  return {
    gates: gatesOf(
      reports,
      issues.map(({ issue }) => issue),
    ),
    issues: issues.map(({ issue }) => issue),
  }
}

/** A gate passes when nobody says otherwise, in its status or by a finding that keeps a batch from being approved. */
function gatesOf(reports: readonly ReviewerReport[], issues: Issue[]): Merged['gates'] {
  const fails = (gate: Gate) =>
    reports.some(({ gates }) => gates[gate]?.status === 'fail') ||
    issues.some((issue) => issue.gate === gate && issue.severity !== 'medium')
  return Object.fromEntries(GATES.map((gate) => [gate, fails(gate) ? 'fail' : 'pass'])) as Merged['gates']
}

/** In an order that does not depend on how the reports came. */
function entriesOf(reports: readonly ReviewerReport[]): Entry[] {
  const once = new Map(reports.map((report) => [JSON.stringify(report), report]))
  const found = [...once.values()].flatMap(({ reviewer, issues }) =>
    issues.map((finding, index) => ({
      finding,
      input: { reviewer, index },
      location: locationOf(finding.location),
    })),
  )
  const names = sameFiles(found.map(({ location }) => location.file))
  return found
    .map(({ finding, input, location }) => ({
      finding,
      input,
      seen: seen(finding, { ...location, file: names.get(location.file) ?? location.file }),
    }))
    .sort((a, b) => byInput(a.input, b.input))
}

const rank = (severity: Severity) => SEVERITIES.indexOf(severity)

/** In the words of the reviewer who took it for gravest; of several such, the one who said most. */
function issueOf(group: Entry[]): Issue {
  const [first, ...rest] = [...group].sort(
    (a, b) =>
      rank(a.finding.severity) - rank(b.finding.severity) ||
      Number(b.seen.location.lines !== undefined) - Number(a.seen.location.lines !== undefined) ||
      b.finding.description.length - a.finding.description.length ||
      byInput(a.input, b.input),
  )
  if (first === undefined) throw new Error('a group without findings')
  const { finding, seen } = first
  const others = rest.map((entry) => entry.finding)
  return {
    id: '',
    task: finding.task ?? others.find(({ task }) => task !== undefined)?.task,
    gate: finding.gate,
    severity: finding.severity,
    location: placeOf(seen),
    description: finding.description,
    suggestion: finding.suggestion ?? others.find(({ suggestion }) => suggestion !== undefined)?.suggestion,
    foundBy: [...new Set(group.map(({ input }) => input.reviewer))].sort(),
    inputs: group.map(({ input }) => input).sort(byInput),
    related: [],
  }
}

function placeOf({ location: { file, lines } }: Seen): string {
  if (lines === undefined) return file
  return lines[0] === lines[1] ? `${file}:${lines[0]}` : `${file}:${lines[0]}-${lines[1]}`
}

const byPlace = (a: Issue, b: Issue) =>
  rank(a.severity) - rank(b.severity) ||
  byText(fileOf(a), fileOf(b)) ||
  lineOf(a) - lineOf(b) ||
  byText(a.description, b.description)
const fileOf = ({ location }: Issue) => location.replace(/:\d+(-\d+)?$/, '')
const lineOf = ({ location }: Issue) => Number(/:(\d+)(-\d+)?$/.exec(location)?.[1] ?? 0)
