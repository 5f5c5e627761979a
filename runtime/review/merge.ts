/**
 * Several reviewers' findings as one list of defects. Pure and deterministic: the order of the reports does not
 * matter, a report that comes twice counts once, and every finding is in exactly one issue (`inputs`).
 */
import { locationOf, sameFiles } from './location.ts'
import { type Finding, GATES, type Gate, type Report, SEVERITIES, type Severity } from './report.ts'
import { likeness, NEAR, SAME, type Seen, seen } from './same.ts'

export type ReviewerReport = Report<'reviewer_report'>

export interface Input {
  reviewer: string
  /** Place in that reviewer's `issues`, from 0. */
  index: number
}

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

interface Entry {
  finding: Finding
  input: Input
  seen: Seen
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

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const byInput = (a: Input, b: Input) => byText(a.reviewer, b.reviewer) || a.index - b.index

/**
 * The surest pairs first. A group takes no two findings of one reviewer, who listed them as two, and nothing that is
 * surely another defect than any of its findings: so no chain of small steps joins what is far apart.
 */
function grouped(entries: Entry[]): { groups: Entry[][]; unclear: Map<Entry, Set<Entry>> } {
  const groupOf = new Map(entries.map((entry) => [entry, [entry]]))
  const unclear = new Map<Entry, Set<Entry>>()
  const doubt = (one: Entry, other: Entry) => {
    unclear.set(one, (unclear.get(one) ?? new Set()).add(other))
    unclear.set(other, (unclear.get(other) ?? new Set()).add(one))
  }
  for (const list of byFile(entries)) {
    const likes = new Likes(list)
    for (const { one, other, score } of likes.pairs()) {
      const [left = [], right = []] = [groupOf.get(one), groupOf.get(other)]
      if (left === right) continue
      const clear = score >= SAME && score - likes.rival(one, other) >= MARGIN
      if (clear && left.every((a) => right.every((b) => likes.has(a, b)))) {
        const joined = [...left, ...right]
        for (const entry of joined) groupOf.set(entry, joined)
      } else doubt(one, other)
    }
  }
  return { groups: [...new Set(groupOf.values())], unclear }
}

/** So much surer than the same reviewer's next finding must it be that one was meant and not the other. */
const MARGIN = 0.08

class Likes {
  readonly scores = new Map<Entry, Map<Entry, number>>()
  readonly sorted: { one: Entry; other: Entry; score: number }[] = []
  constructor(list: Entry[]) {
    for (const [one, others] of neighbours(list))
      for (const other of others) {
        const repeated = isRepeated(one, other)
        if (one.input.reviewer === other.input.reviewer && !repeated) continue
        const score = repeated ? 9 : likeness(one.seen, other.seen)
        if (score === undefined) continue
        put(this.scores, one, other, score)
        put(this.scores, other, one, score)
        this.sorted.push({ one, other, score })
      }
    this.sorted.sort(
      (a, b) =>
        b.score - a.score || byInput(a.one.input, b.one.input) || byInput(a.other.input, b.other.input),
    )
  }
  pairs() { return this.sorted }
  has(one: Entry, other: Entry) { return this.scores.get(one)?.has(other) ?? false }
  rival(one: Entry, other: Entry): number {
    let best = 0
    for (const [a, b] of [[one, other], [other, one]] as [Entry, Entry][])
      for (const [c, score] of this.scores.get(a) ?? [])
        if (c !== b && c.input.reviewer === b.input.reviewer && !isRepeated(b, c)) best = Math.max(best, score)
    return best
  }
}

function byFile(entries: Entry[]): Iterable<Entry[]> {
  const files = new Map<string, Entry[]>()
  for (const entry of entries) {
    const list = files.get(entry.seen.location.file)
    if (list === undefined) files.set(entry.seen.location.file, [entry])
    else list.push(entry)
  }
  return files.values()
}

/** Each finding of a file with those after it that are near enough to be compared; each pair once. */
function neighbours(list: Entry[]): [Entry, Entry[]][] {
  const placed = list.filter(({ seen }) => seen.location.lines !== undefined)
  const anywhere = list.filter(({ seen }) => seen.location.lines === undefined)
  placed.sort((a, b) => firstOf(a) - firstOf(b))
  return [
    ...placed.map((one, n): [Entry, Entry[]] => {
      const end = (one.seen.location.lines?.[1] ?? 0) + NEAR
      const rest = placed.slice(n + 1)
      const beyond = rest.findIndex((other) => firstOf(other) > end)
      return [one, [...(beyond === -1 ? rest : rest.slice(0, beyond)), ...anywhere]]
    }),
    ...anywhere.map((one, n): [Entry, Entry[]] => [one, anywhere.slice(n + 1)]),
  ]
}

const firstOf = ({ seen }: Entry) => seen.location.lines?.[0] ?? 0

/** The same words at the same place, listed twice by one reviewer. */
const isRepeated = (one: Entry, other: Entry) =>
  one.finding.description === other.finding.description && one.finding.location === other.finding.location

function put<T>(map: Map<Entry, Map<Entry, T>>, one: Entry, other: Entry, value: T): void {
  const inner = map.get(one) ?? new Map<Entry, T>()
  map.set(one, inner.set(other, value))
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
