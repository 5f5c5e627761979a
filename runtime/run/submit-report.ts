/** A report as a role hands it in: read as the kind that its attempt asks for, with paths that the runtime can use. Pure. */
import { posix } from 'node:path'
import { DispatchError, EXIT, unreadable } from '../io/errors.ts'
import { locationOf } from '../review/location.ts'
import type { ReviewerReport } from '../review/merge.ts'
import { parseReport, type Report } from '../review/report.ts'
import { plainPath } from '../spec/tasks.ts'
import type { Accepted, Attempt } from './facts.ts'

export type Handed =
  | { kind: 'tester_report'; report: Report<'tester_report'> }
  | { kind: 'implementer_report'; report: Report<'implementer_report'> }
  | { kind: 'fix_report'; report: Report<'fix_report'> }
  | { kind: 'reviewer_report'; report: ReviewerReport }

/**
 * What there is nothing to execute for: a review, which is judged with the others, and that a role could not do it,
 * which is for the user to settle.
 */
export function takenAtItsWord(handed: Handed): Accepted | undefined {
  if (handed.kind === 'reviewer_report') return undefined
  if (handed.report.status === 'success') return undefined
  return handed.kind === 'tester_report' ? { ...handed, evidence: undefined } : handed
}

/** What a report may speak of. */
export interface Scope {
  attempt: Attempt
  /** Top level of the work tree. */
  top: string
  /** Ids of the tasks that a finding can belong to. */
  tasks: readonly string[]
  /** Ids of the issues that a fix can be for. */
  issues: readonly string[]
}

/** Characters. A report that is longer holds something else: what tests printed, or a file. */
const LONGEST = 400_000

/** @throws exit 65 with what to mend: not YAML, another kind, an unknown key, a path that leads out of the repository */
export function readReport(source: string, scope: Scope): Handed {
  const { id } = scope.attempt
  if (source.length > LONGEST)
    throw mend(id, {
      what: 'this report is too long',
      expected: `at most ${LONGEST} characters`,
      found: String(source.length),
    })
  try {
    return handed(source, scope)
  } catch (error) {
    if (error instanceof DispatchError && error.exit === EXIT.data) throw mend(id, error.complaint)
    // The parser calls itself for what is nested.
    if (error instanceof RangeError) throw mend(id, { what: 'this report is nested too deeply' })
    throw error
  }
}

const mend = (id: string, complaint: Parameters<typeof unreadable>[0]) =>
  unreadable({
    ...complaint,
    next: `Nothing was recorded. Mend the report, then: dispatch submit ${id} < report.yaml`,
  })

function handed(source: string, scope: Scope): Handed {
  const { phase } = scope.attempt
  const own = (path: string, where: string) => inside(path, where, scope.top)
  if (phase === 'red') {
    const report = parseReport('tester_report', source, 'report')
    demand(
      report.status === 'success' || isSaid(report.gap_reason),
      'gap_reason',
      'why no test can be written',
    )
    const test_files = report.test_files.map(({ path, tests }, n) => ({
      path: own(path, `test_files[${n + 1}].path`),
      tests,
    }))
    return { kind: 'tester_report', report: { ...report, test_files } }
  }
  if (phase === 'green') {
    const report = parseReport('implementer_report', source, 'report')
    demand(
      report.status === 'success' || isSaid(report.blocked_reason),
      'blocked_reason',
      'what is in the way',
    )
    const implementation_files = report.implementation_files.map((path, n) =>
      own(path, `implementation_files[${n + 1}]`),
    )
    return { kind: 'implementer_report', report: { ...report, implementation_files } }
  }
  if (phase === 'fix') {
    const report = parseReport('fix_report', source, 'report')
    demand(
      report.status === 'success' || isSaid(report.failure_reason),
      'failure_reason',
      'what is in the way',
    )
    for (const [n, { issue }] of report.fixes_applied.entries())
      demand(scope.issues.includes(issue), `fixes_applied[${n + 1}].issue`, oneOf(scope.issues), issue)
    return { kind: 'fix_report', report }
  }
  return { kind: 'reviewer_report', report: review(parseReport('reviewer_report', source, 'report'), scope) }
}

/** Who reviewed is known here better than the reviewer knows its own name. */
function review(report: ReviewerReport, { attempt, top, tasks }: Scope): ReviewerReport {
  const { batch } = report
  demand(
    batch === undefined || String(batch) === String(attempt.batch),
    'batch',
    String(attempt.batch),
    String(batch),
  )
  report.issues.forEach(({ location, task }, n) => {
    inside(locationOf(location).file, `issues[${n + 1}].location`, top)
    demand(task === undefined || tasks.includes(task), `issues[${n + 1}].task`, oneOf(tasks), task)
  })
  return { ...report, reviewer: attempt.reviewer ?? report.reviewer }
}

const isSaid = (text: string | undefined) => text !== undefined && text.trim() !== ''
const oneOf = (ids: readonly string[]) => (ids.length === 0 ? 'nothing here' : `one of ${ids.join(', ')}`)

function demand(holds: boolean, where: string, expected: string, found?: string): void {
  if (holds) return
  throw unreadable({
    what: 'this report is not usable',
    where,
    expected,
    ...(found === undefined ? {} : { found }),
  })
}

/** The path as the repository knows it. @throws exit 65 for one that leads out of it */
function inside(path: string, where: string, top: string): string {
  const plain = posix.normalize(plainPath(path))
  const relative = plain.startsWith(`${top}/`) ? plain.slice(top.length + 1) : plain
  const isOut =
    relative === '.' ||
    relative.startsWith('/') ||
    /^[A-Za-z]:\//.test(relative) ||
    relative.split('/').some((part) => part === '..' || part.toLowerCase() === '.git') ||
    relative.includes('\0')
  demand(
    !isOut,
    where,
    'a path in the repository, relative to its top level',
    JSON.stringify(path.slice(0, 200)),
  )
  return relative
}
