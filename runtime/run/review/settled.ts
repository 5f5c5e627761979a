/** The end of an external review, written once: its report, or that there is none and why. */
import { dirname } from 'node:path'
import { cut, oneLine } from '../../io/cells.ts'
import { makeFolder } from '../../io/folders.ts'
import { publish } from '../../io/publishing.ts'
import type { ReviewerReport } from '../../review/merge.ts'
import { writeFact } from '../fact-file.ts'
import type { Accepted } from '../facts.ts'
import type { AttemptPaths } from '../paths.ts'

/** Cells of what a person is told of a failure. */
const SHORT = 300

export function settleNone(
  own: AttemptPaths,
  status: 'timeout' | 'failed',
  message: string,
  raw?: string | undefined,
): void {
  keep(own, raw)
  const accepted: Accepted = { kind: 'none', status, message: cut(oneLine(message), SHORT) }
  writeFact(own.accepted, accepted)
}

export function settleReport(own: AttemptPaths, report: ReviewerReport, raw: string): void {
  keep(own, raw)
  const accepted: Accepted = { kind: 'reviewer_report', report }
  writeFact(own.accepted, accepted)
}

/** Before the fact that ends the attempt, so that it is there whenever that is. */
function keep(own: AttemptPaths, raw: string | undefined): void {
  if (raw === undefined || raw === '') return
  makeFolder(dirname(own.raw))
  publish(own.raw, raw)
}
