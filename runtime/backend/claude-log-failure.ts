/** How a run of Claude Code failed: from what the client says of the answer, the text last. */
import type { End, Failure, FailureClass } from './backend.ts'
import { type Json, number, text } from './claude-log-event.ts'
import { lastLines, plainEnd } from './ends.ts'

/** A request that is being repeated; what it would end as when the worker is ended now. */
export const retryFailure = (event: Json): Failure => ({
  class: classOf(number(event.error_status), text(event.error) ?? ''),
  message: `Claude Code repeats a request that failed (${text(event.error) ?? event.error_status ?? 'no answer'}).`,
})

export function resultFailure(event: Json): Failure {
  const errors = Array.isArray(event.errors) ? event.errors.map(String) : []
  const message =
    text(event.result) || errors.join(' ') || `Claude Code ended with ${text(event.subtype) ?? 'an error'}.`
  if (event.subtype === 'error_max_budget_usd' || event.terminal_reason === 'budget_exhausted')
    return { class: 'budget', message: 'It reached its budget; it can be resumed.' }
  if (event.terminal_reason === 'prompt_too_long') return { class: 'context-overflow', message }
  return { class: classOf(number(event.api_error_status), message), message }
}

/** Structured status first, the text last. */
export function classOf(status: number | undefined, message: string): FailureClass {
  const says = (pattern: RegExp) => pattern.test(message)
  if (
    status === 401 ||
    status === 403 ||
    says(/not logged in|invalid api key|failed to authenticate|authentication_failed|oauth/i)
  )
    return 'auth'
  if (status === 402 || says(/credit balance|billing|usage limit reached|out of (extra )?usage/i))
    return 'quota'
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
