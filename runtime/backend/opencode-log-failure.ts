/** How a run of opencode failed: from the error's name and status, then from what the provider wrote, the text last. */
import { stripVTControlCharacters } from 'node:util'
import type { End, Failure, FailureClass } from './backend.ts'
import { isJson, type Json, number, text } from './claude-log-event.ts'
import { untilIn } from './codex-log-until.ts'
import { lastLines, NEAR, plainEnd } from './ends.ts'

/** Nobody could answer a question for permission. */
export const REJECTED: Failure = {
  class: 'denied',
  message: 'It wanted what its profile does not allow, and ended there:',
}

const dataOf = (event: Json): Json => {
  const error = isJson(event.error) ? event.error : {}
  return isJson(error.data) ? error.data : {}
}
const nameOf = (event: Json) => (isJson(event.error) ? (text(event.error.name) ?? '') : '')

export const messageOf = (event: Json): string =>
  text(dataOf(event).message)?.trim() || nameOf(event) || 'opencode ended with an error.'

/** @param log the last lines of opencode's own log: what it hides behind an UnknownError it says there */
export function eventFailure(event: Json, log: readonly string[]): Failure {
  const [name, data, message] = [nameOf(event), dataOf(event), messageOf(event)]
  if (name === 'ContextOverflowError') return { class: 'context-overflow', message }
  if (name === 'ProviderAuthError') return { class: 'auth', message }
  if (name === 'MessageOutputLengthError') return { class: 'crashed', message: CUT_OFF }
  if (name === 'UnknownError') {
    const hidden = plainFailure(log)
    return hidden ?? { class: classOf(undefined, message), message }
  }
  const found = classOf(number(data.statusCode), `${message}\n${text(data.responseBody) ?? ''}`)
  const until = untilOf(data.responseHeaders, number(event.timestamp))
  return { class: found, message, ...(until === undefined ? {} : { until }) }
}

const CUT_OFF = 'Its last message was cut off: it reached the output limit.'

/** What an account says whose money or plan is used up; a limit of requests a minute is 429 without these. */
const SPENT =
  /insufficient_quota|exceeded your current quota|insufficient.?(balance|credits?|funds)|credit balance|billing|payment required|usage ?limit|quota (exceeded|exhausted)/i

/** Structured status first, except where 429 also says that the money is spent. */
function classOf(status: number | undefined, said: string): FailureClass {
  const says = (pattern: RegExp) => pattern.test(said)
  if (status === 402 || says(SPENT)) return 'quota'
  if (
    status === 401 ||
    status === 403 ||
    says(/(incorrect|invalid) api.?key|unauthorized|authentication|not logged in/i)
  )
    return 'auth'
  if (status === 404 || says(/ModelNotFoundError|model_not_found|model .*does not exist/i))
    return 'model-unavailable'
  if (status === 429 || says(/rate.?limit|too many requests/i)) return 'rate-limited'
  if (says(/maximum context length|context_length_exceeded|prompt is too long/i)) return 'context-overflow'
  if ((status !== undefined && status >= 500) || says(/overloaded|internal server error|at capacity/i))
    return 'overloaded'
  if (
    says(
      /(cannot|unable to) connect|connection (error|refused|lost)|socket|fetch failed|network|ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|timed out/i,
    )
  )
    return 'network'
  return 'crashed'
}

/** What a provider's answer says of when to come back: seconds, or a date. */
function untilOf(headers: unknown, at: number | undefined): string | undefined {
  const given = isJson(headers) ? headers : {}
  const ms = Number(text(given['retry-after-ms']) ?? Number.NaN)
  const after = text(given['retry-after'])
  const seconds = Number(after ?? Number.NaN)
  const wait = Number.isNaN(ms) ? seconds * 1000 : ms
  const time = Number.isNaN(wait) ? Date.parse(after ?? '') : (at ?? Number.NaN) + wait
  return Number.isNaN(time) || Math.abs(time) > LAST ? undefined : new Date(time).toISOString()
}

/** The last day that a date can name (ms). */
const LAST = 8.64e15

/** Lines that are not events: what a program says before there is a conversation, and opencode's own log. */
export function plainFailure(lines: readonly string[]): Failure | undefined {
  const said = lines.map((line) => stripVTControlCharacters(line).trim()).filter(Boolean)
  const find = (pattern: RegExp) => said.find((line) => pattern.test(line))
  const bubblewrap = find(/^bwrap: /)
  if (bubblewrap !== undefined)
    return {
      class: 'crashed',
      message: `The sandbox could not be set up, so nothing was run: ${bubblewrap} See: dispatch doctor`,
    }
  if (find(/postinstall script was not run|binary not installed/i) !== undefined)
    return {
      class: 'cli-missing',
      message: 'opencode is installed without its binary (npm install scripts were off). Install it anew.',
    }
  const model = /ModelNotFoundError: Model not found: ([\w./:@+-]+?)\.?(?=[\s")]|$)/.exec(
    said.join('\n'),
  )?.[1]
  if (model !== undefined)
    return {
      class: 'model-unavailable',
      message: `opencode does not offer ${model}: there is no such model, or nobody is logged in to its provider. See: opencode models, opencode auth login`,
    }
  if (find(/NoProvidersError/) !== undefined)
    return { class: 'auth', message: 'No provider is set up in opencode. Log in: opencode auth login' }
  if (find(/^Error: Session not found/) !== undefined)
    return {
      class: 'crashed',
      message: 'Its conversation is no longer there. A new one: dispatch retry',
    }
  // The rest of its log tells of what went on all the same.
  const last = said.filter((line) => !line.startsWith('timestamp=')).join('\n')
  return last === '' ? undefined : { class: classOf(undefined, last), message: lastLines(last) }
}

const REPEATED = /^timestamp=(\S+) .* message="stream error" .*error\.error="((?:[^"\\]|\\.)*)"/

/**
 * A request that it will repeat: five times, each after half a minute at most, or as long as the provider says, which
 * it keeps for itself. `doomed` where that cannot help, or not before a time that we can wait for ourselves. The line
 * names no status; who is to come back later than that has met a limit, whatever the words.
 */
export function repeatedIn(line: string): { doomed?: Failure; pausing?: Failure } | undefined {
  const [, at = '', said] = REPEATED.exec(line) ?? []
  // A title, say: the work goes on without.
  if (said === undefined || line.includes(' small=true ')) return undefined
  const named = classOf(undefined, said)
  const found = named === 'crashed' ? 'rate-limited' : named
  const until = untilIn(said, Date.parse(at))
  const message = said.replace(/^AI_APICallError: /, '')
  const failure = { class: found, message, ...(until === undefined ? {} : { until }) }
  const isFar = until !== undefined && Date.parse(until) - Date.parse(at) > NEAR
  return found === 'quota' || isFar ? { doomed: failure } : { pausing: failure }
}

/** No last step that stopped by itself is a failure whatever the exit code says. */
export function classifyOpencode(end: End): Failure | undefined {
  const { log, code, signal, stderr } = end
  if (log.success === true && code === 0) return undefined
  if (signal !== null) return plainEnd(end)
  const stated = log.failure ?? plainFailure(stderr.split('\n'))
  if (stated !== undefined && code !== 127) return stated
  return plainEnd(end) ?? { class: 'crashed', message: 'It ended without saying that it was finished.' }
}
