/** How a run of Gemini CLI failed: from its exit code and its result, the text last. Recorded from 0.61.0. */
import { stripVTControlCharacters } from 'node:util'
import type { End, Failure, FailureClass } from './backend.ts'
import { isJson, type Json, parseEvent, text } from './claude-log-event.ts'
import { lastLines, plainEnd } from './ends.ts'

/** The result's own failure; what the provider's status was, only the exit code tells. */
export function resultFailure(event: Json, complaint: string | undefined): Failure {
  const error = isJson(event.error) ? event.error : {}
  const message = plainMessage(text(error.message) ?? complaint ?? 'Gemini CLI ended with an error.')
  if (text(error.type) === 'FatalTurnLimitedError') return TURNS
  if (text(error.type) === 'FatalCancellationError') return { class: 'killed', message }
  return { class: classOf(undefined, message), message }
}

const TURNS: Failure = {
  class: 'budget',
  message: 'It reached model.maxSessionTurns of your Gemini settings; it can be resumed.',
}

/** `[API Error: {"error":{"message":…}}]` and its advice: only what the provider said. */
function plainMessage(message: string): string {
  const [, inner = message] = /^\[API Error: ([\s\S]*?)\](?:\n|$)/.exec(message) ?? []
  const parsed = parseEvent(inner)
  const error = isJson(parsed?.error) ? parsed.error : {}
  return (text(error.message) ?? inner).trim()
}

/** Structured status first, except for 400, which Google gives to a bad key, to an unpaid project and to a long prompt. */
function classOf(status: number | undefined, message: string): FailureClass {
  const says = (pattern: RegExp) => pattern.test(message)
  if (status === 401 || status === 403 || says(/API.?key (not valid|expired|not found)|API_KEY_INVALID/i))
    return 'auth'
  if (status === 404 || says(/is not found for API version|not supported for generateContent/i))
    return 'model-unavailable'
  if (
    status === 402 ||
    (says(/billing (account|on your|details)|enable billing|prepayment|credits? (are|is)/i) && status !== 429)
  )
    return 'quota'
  if (says(/exhausted your (daily quota|capacity)|per.?day/i)) return 'quota'
  if (
    status === 429 ||
    says(/resource has been exhausted|exceeded your current quota|suggested retry after/i)
  )
    return 'rate-limited'
  if (says(/token count.*exceeds|exceeds the maximum number of tokens|context window/i))
    return 'context-overflow'
  if (status !== undefined && status >= 500) return 'overloaded'
  if (says(/overloaded|internal error|empty response/i)) return 'overloaded'
  if (status === 408 || status === 499) return 'network'
  if (says(/fetch failed|timed out|ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|socket hang up|terminated/i))
    return 'network'
  return 'crashed'
}

/** A process ends with the low byte of what it is told: 400 is 144, 503 is 247. */
const statusOf = (code: number | null) =>
  code !== null && code >= 144 && code <= 255 ? code + 256 : undefined
/** 408, 409 and 415, which a shell takes for signals, and its own 130. No signal lets a program write its result first. */
const TAKEN_FOR: Record<string, number | undefined> = {
  SIGXCPU: 408,
  SIGXFSZ: 409,
  SIGSYS: 415,
  SIGINT: undefined,
}

const BY_CODE: Record<number, (said: string) => Failure> = {
  41: (said) => ({
    class: 'auth',
    message: said || 'No login was found. Run gemini once, or set GEMINI_API_KEY.',
  }),
  42: (said) => ({
    class: 'crashed',
    message: `It could not begin: ${said} A new conversation: dispatch retry`,
  }),
  52: (said) => ({ class: 'crashed', message: `Its settings are wrong: ${said}` }),
  53: () => TURNS,
  55: (said) => ({ class: 'denied', message: `Gemini CLI does not trust this folder: ${said}` }),
}

/** @param now for a time that is stated as a distance (ms) */
export function classifyGemini(end: End, now = Date.now()): Failure | undefined {
  const { log, code, signal } = end
  if (log.success === true && code === 0) return undefined
  const stated = log.failure
  if (stated !== undefined && (signal === null || signal in TAKEN_FOR)) {
    const status = statusOf(code) ?? TAKEN_FOR[signal ?? '']
    const found =
      stated.class === 'budget' || stated.class === 'killed' ? stated.class : classOf(status, stated.message)
    return withTime({ class: found, message: stated.message }, `${stated.message}\n${end.stderr}`, now)
  }
  const said = lastLines(withoutNoise(end.stderr))
  const known = code === null ? undefined : BY_CODE[code]
  if (known !== undefined) return known(said)
  // It ends so on SIGTERM and SIGINT, also in the middle of a command.
  if (code === 0 && log.session !== undefined)
    return {
      class: 'killed',
      message: 'It ended in the middle of its work, as it does when it is told to from outside.',
    }
  const plain = plainEnd({ ...end, stderr: withoutNoise(end.stderr) })
  if (plain?.class === 'crashed') return { class: classOf(statusOf(code), said), message: plain.message }
  return (
    plain ?? { class: 'crashed', message: `It ended without saying that it was finished. ${said}`.trim() }
  )
}

/** A plan that is used up until a stated time is a limit that passes. */
function withTime(failure: Failure, said: string, now: number): Failure {
  if (failure.class !== 'rate-limited' && failure.class !== 'quota') return failure
  const [, h = 0, m = 0, s = 0] =
    /(?:retry (?:after|in)|reset(?:s)? (?:after|in)) (?=\d)(?:(\d+)h)?\s*(?:(\d+)m(?!s))?\s*(?:([\d.]+)s)?/i.exec(
      said,
    ) ?? []
  const wait = (Number(h) * 60 + Number(m)) * 60 + Number(s)
  if (!(wait > 0)) return failure
  return { class: 'rate-limited', message: failure.message, until: new Date(now + wait * 1000).toISOString() }
}

/** What it prints at every start, its colours, and the stacks of its errors. */
const NOISE =
  /^\s+at |^\s*[{}\]]|^Warning:|^YOLO mode|^Ripgrep is not|^\[STARTUP\]|^Approval mode overridden|^Loaded cached|^\s*(status|code|cause):/
const withoutNoise = (stderr: string) =>
  stripVTControlCharacters(stderr)
    .split('\n')
    .filter((line) => !NOISE.test(line))
    .join('\n')
