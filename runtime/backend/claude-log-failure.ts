/** How a run of Claude Code failed: from what the client says of the answer, the text last. */
import type { End, Failure, FailureClass } from './backend.ts'
import { type Json, number, text } from './claude-log-event.ts'
import { untilIn } from './claude-log-until.ts'
import { lastLines, plainEnd } from './ends.ts'

/** A request that is being repeated; what it would end as when the worker is ended now. */
export const retryFailure = (event: Json): Failure => ({
  class: classOf(number(event.error_status), text(event.error) ?? ''),
  message: `Claude Code repeats a request that failed (${text(event.error) ?? event.error_status ?? 'no answer'}).`,
})

/** Ends that no repeated request avoids. */
const CERTAIN: Partial<Record<FailureClass, string>> = {
  auth: 'The provider refuses the login of Claude Code',
  'model-unavailable': 'The provider does not have this model for you',
  quota: 'The account has nothing left to spend',
}

/**
 * A retry that cannot succeed. A login by `/login` may be renewed after the first refusal, a key never is.
 * @param hasKey the client has its key from the environment or a helper
 */
export function doomedBy(event: Json, hasKey: boolean): Failure | undefined {
  const failure = retryFailure(event)
  const why = CERTAIN[failure.class]
  if (why === undefined || (failure.class === 'auth' && !hasKey && (number(event.attempt) ?? 1) < 2))
    return undefined
  const said = text(event.error)?.replaceAll('_', ' ')
  const details = [number(event.error_status), said].filter((detail) => detail !== undefined).join(', ')
  return { class: failure.class, message: `${why} (${details}).` }
}

/**
 * @param now milliseconds since the epoch
 * @param resetsAt when the client said that a limit ends which it had met (seconds since the epoch)
 */
export function resultFailure(event: Json, now: number, resetsAt?: number): Failure {
  const errors = Array.isArray(event.errors) ? event.errors.map(String) : []
  const message =
    text(event.result) || errors.join(' ') || `Claude Code ended with ${text(event.subtype) ?? 'an error'}.`
  if (event.subtype === 'error_max_budget_usd' || event.terminal_reason === 'budget_exhausted')
    return { class: 'budget', message: 'It reached its budget; it can be resumed.' }
  if (event.terminal_reason === 'prompt_too_long') return { class: 'context-overflow', message }
  const kind = classOf(number(event.api_error_status), message)
  if (kind !== 'quota' && kind !== 'rate-limited') return { class: kind, message }
  const until =
    untilIn(message, now) ?? (resetsAt === undefined ? undefined : new Date(resetsAt * 1000).toISOString())
  return { class: kind, message, ...(until === undefined ? {} : { until }) }
}

/** What a plan or a prepaid account says when it is used up; a limit of requests a minute says 429 and `rate_limit`. */
const PLAN =
  /credit balance|billing|out of (extra )?usage|(usage|session|weekly|spend|opus|sonnet|\d-hour) limit reached|hit your .*limit/i

/** Structured status first, the text last. */
export function classOf(status: number | undefined, message: string): FailureClass {
  const says = (pattern: RegExp) => pattern.test(message)
  if (
    status === 401 ||
    status === 403 ||
    says(/not logged in|invalid api key|failed to authenticate|authentication_failed|oauth/i)
  )
    return 'auth'
  if (status === 402 || says(PLAN)) return 'quota'
  if (status === 404 || says(/issue with the selected model|model_not_found/i)) return 'model-unavailable'
  if (status === 429 || says(/rate.?limit|\(429\)/i)) return 'rate-limited'
  if (says(/prompt is too long/i)) return 'context-overflow'
  if (status !== undefined && status >= 500) return 'overloaded'
  if (says(/overloaded|server_error|api error: 5\d\d/i)) return 'overloaded'
  if (says(/connection|ECONN|ETIMEDOUT|ENOTFOUND|timed out|fetch failed/i)) return 'network'
  return 'crashed'
}

/** No result event is a failure whatever the exit code says: a worker that was cut off exits 0 on SIGINT. */
export function classifyClaude(end: End): Failure | undefined {
  const { log, stderr } = end
  if (log.success === true && end.code === 0) return undefined
  if (log.failure !== undefined && end.signal === null) return log.failure
  if (/sandbox required but unavailable|failIfUnavailable is set|^bwrap: /im.test(stderr))
    return {
      class: 'crashed',
      message: `The sandbox could not be set up, so nothing was run: ${lastLines(stderr)} See: dispatch doctor`,
    }
  if (/native binary not installed|postinstall script was not run/i.test(stderr))
    return {
      class: 'cli-missing',
      message: 'Claude Code is installed without its binary (npm install scripts were off). Install it anew.',
    }
  const plain = plainEnd(end)
  if (plain?.class === 'crashed') return { class: classOf(undefined, stderr), message: plain.message }
  return plain ?? { class: 'crashed', message: 'It ended without saying that it was finished.' }
}
