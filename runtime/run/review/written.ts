/** What an external reviewer wrote, wherever it wrote it, and the report in it. */
import type { Observed } from '../../attempt/observe.ts'
import { DispatchError, EXIT } from '../../io/errors.ts'
import { readFrom } from '../../io/reading.ts'
import type { ReviewerReport } from '../../review/merge.ts'
import type { Attempt, RunFacts } from '../facts.ts'
import { readReport } from '../submit-report.ts'
import { tasksIn } from '../verification.ts'

/** Bytes; what is longer is no report. */
const LONGEST = 1 << 20
/** Their logs are what they printed, as it is. */
const PLAIN = ['command', 'demo']

/**
 * The file it was to write, then its last message, which counts where it ended well: one that was cut off could pass
 * for a report that is whole.
 */
export function writtenBy({ paths, attempt, exit }: Observed): string[] {
  const ended = exit?.class == null
  const log =
    attempt?.launch !== undefined && PLAIN.includes(attempt.launch.backend) ? attempt.paths.log : undefined
  return [
    textOf(paths.output),
    ended ? (exit?.final_text ?? '') : '',
    ended && log !== undefined ? fromReport(textOf(log)) : '',
  ].filter((text) => text.trim() !== '')
}

const textOf = (path: string) => readFrom(path, 0, LONGEST).toString('utf8')

/** A program may print what it does before it prints the report. */
const fromReport = (text: string) => text.slice(Math.max(0, text.search(/^reviewer_report:/m)))

type Read = { report: ReviewerReport; text: string } | { problem: string }

/** The first of these texts that is a report; else what is wrong with the first. */
export function reportFrom(written: readonly string[], facts: RunFacts, attempt: Attempt, top: string): Read {
  const scope = { attempt, top, tasks: tasksIn(facts, attempt.batch).map(({ id }) => id), issues: [] }
  let problem: string | undefined
  for (const text of written)
    try {
      const handed = readReport(text, scope)
      if (handed.kind === 'reviewer_report') return { report: handed.report, text }
    } catch (error) {
      if (!(error instanceof DispatchError) || error.exit !== EXIT.data) throw error
      problem ??= saidOf(error)
    }
  return { problem: problem ?? 'there is none: neither the file nor the last message holds anything' }
}

/** Without what a role in the session would do next. */
function saidOf({ complaint: { what, where, expected, found } }: DispatchError): string {
  const place = where === undefined ? what : `${what} (${where})`
  const wanted = expected === undefined ? '' : `; expected ${expected}`
  return `${place}${wanted}${found === undefined ? '' : `, found ${found}`}`
}
