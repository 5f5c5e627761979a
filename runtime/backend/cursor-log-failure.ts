/** How a run of Cursor's agent failed: it writes a sentence and exits, so the text is all there is. */
import { stripVTControlCharacters } from 'node:util'
import type { End, Failure, FailureClass } from './backend.ts'
import { lastLines, plainEnd } from './ends.ts'

const CLASSES: [RegExp, FailureClass][] = [
  [/workspace trust required/i, 'denied'],
  [/authentication required|not logged in|agent login|invalid api key|\[unauthenticated\]/i, 'auth'],
  [
    /cannot use this model|model .*\b(is )?(not (available|found|supported)|unavailable)|unknown model/i,
    'model-unavailable',
  ],
  [/hit your .{0,20}limit|spend limit|usage limit|upgrade to pro|payment/i, 'quota'],
  [/rate.?limit|too many requests|\b429\b|resource_exhausted/i, 'rate-limited'],
  [/context (window|length)|prompt is too long/i, 'context-overflow'],
  [/overloaded|at capacity|\[(unavailable|internal)\]|provider error|\b50[0234]\b/i, 'overloaded'],
  [/ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|fetch failed|connection (lost|failed|stalled)|network/i, 'network'],
]

export function cursorFailure(said: string): Failure {
  const found = CLASSES.find(([pattern]) => pattern.test(said))?.[1] ?? 'crashed'
  const until = found === 'quota' ? resetIn(said) : undefined
  return {
    class: found,
    message: lastLines(said) || 'Cursor ended with an error that it does not name.',
    ...(until === undefined ? {} : { until }),
  }
}

/** `Your usage limits will reset when your monthly cycle ends on 11/17/2025.` */
function resetIn(said: string): string | undefined {
  const [, month, day, year] = /\breset.{0,60}?\bon (\d{1,2})\/(\d{1,2})\/(\d{4})/.exec(said) ?? []
  if (year === undefined) return undefined
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day))
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** A refusal may exit 0, so only the event of success counts. */
export function classifyCursor(end: End): Failure | undefined {
  const { log, code, signal } = end
  if (log.success === true && code === 0) return undefined
  if (signal !== null) return plainEnd(end)
  if (log.failure !== undefined) return log.failure
  // It repeats its events there, which hold whatever the worker read.
  const stderr = stripVTControlCharacters(end.stderr)
    .split('\n')
    .filter((line) => !line.startsWith('{'))
    .join('\n')
  if (code === 127) return plainEnd({ ...end, stderr })
  if (stderr.trim() !== '') return cursorFailure(stderr)
  return plainEnd(end) ?? { class: 'crashed', message: 'It ended without saying that it was finished.' }
}
