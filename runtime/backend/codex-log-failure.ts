/** How a run of Codex failed. It tells everything in words, a status among them; recorded from 0.169.0. */
import type { End, Failure, FailureClass } from './backend.ts'
import { isJson, parseEvent, text } from './claude-log-event.ts'
import { untilIn } from './codex-log-until.ts'
import { lastLines, NEAR, plainEnd } from './ends.ts'

/** A request that is being repeated, and why. */
const RETRY = /^Reconnecting\.\.\. \d+\/\d+(?: \(([\s\S]*)\))?$/

/** @param now for a time that is stated as a distance (ms since the epoch) */
export function failureOf(said: string, now: number): Failure {
  const message = plainMessage(RETRY.exec(said)?.[1] ?? said)
  const kind = classOf(message)
  const until = kind === 'quota' || kind === 'rate-limited' ? untilIn(message, now) : undefined
  return { class: kind, message, ...(until === undefined ? {} : { until }) }
}

/** Ends that no repeated request avoids. */
const CERTAIN: readonly FailureClass[] = ['auth', 'model-unavailable', 'quota', 'context-overflow']

/** A retry that cannot succeed, or not before a time that we can wait for ourselves. */
export function doomedBy(said: string, now: number): Failure | undefined {
  if (!RETRY.test(said)) return undefined
  const failure = failureOf(said, now)
  const isFar = failure.until !== undefined && Date.parse(failure.until) - now > NEAR
  return CERTAIN.includes(failure.class) || isFar ? failure : undefined
}

/** A retry before which it waits as long as the provider said, which it does not pass on. */
export function pausingBy(said: string, now: number): Failure | undefined {
  const failure = RETRY.test(said) ? failureOf(said, now) : undefined
  return failure?.class === 'rate-limited' ? failure : undefined
}

/** Without the address, and what the provider said where its whole answer is passed on. */
function plainMessage(said: string): string {
  const answer = parseEvent(said)
  const error = isJson(answer?.error) ? answer.error : {}
  const message = text(error.message) ?? said.replace(/, url: \S+$/, '')
  return message.trim() || 'Codex ended with an error.'
}

/** The status that it names, then its own words, then those of its provider. */
function classOf(message: string): FailureClass {
  const says = (pattern: RegExp) => pattern.test(message)
  const [, named] = /(?:unexpected|last) status:? (\d{3})/.exec(message) ?? []
  const status = Number(named)
  if (says(/usage limit|quota|check your plan|credit balance|out of credits|spend(ing)? (cap|limit)/i))
    return 'quota'
  if (status === 401 || status === 403 || says(AUTH)) return 'auth'
  if (status === 402) return 'quota'
  if (status === 404 || says(/does not exist or you do not have access|model.*(not found|not supported)/i))
    return 'model-unavailable'
  if (status === 429 || says(/rate limit/i)) return 'rate-limited'
  if (status === 413 || says(/context window|context_length|prompt is too long/i)) return 'context-overflow'
  if (status >= 500 || says(/at capacity|high demand|overloaded|internal server error/i)) return 'overloaded'
  if (says(/disconnected|connection failed|error sending request|timed? ?out|network|dns/i)) return 'network'
  return 'crashed'
}

const AUTH =
  /incorrect api key|missing environment variable|not logged in|log ?in again|sign in again|refresh token|access token could not|token (is|has) expired/i

/** What it prints to standard error before it has a thread. */
const AT_THE_START: readonly [RegExp, Failure['class'], string][] = [
  [
    /Missing optional dependency @openai\/codex/,
    'cli-missing',
    'Codex is installed without its binary. Install it again: npm install -g @openai/codex@latest',
  ],
  [
    /no rollout found for thread id/,
    'crashed',
    'Its conversation is no longer there (another CODEX_HOME, or deleted). A new one: dispatch retry',
  ],
  [/not logged in/i, 'auth', 'Nobody is logged in. Run `codex login`, or set CODEX_API_KEY.'],
]

export function classifyCodex(end: End): Failure | undefined {
  const { log, code, signal, stderr } = end
  if (log.success === true && code === 0) return undefined
  if (log.failure !== undefined && signal === null) return log.failure
  const said = withoutNoise(stderr)
  if (signal === null) {
    const found = AT_THE_START.find(([pattern]) => pattern.test(said))
    if (found !== undefined) return { class: found[1], message: found[2] }
    const [config] = /^Error loading config\.toml[\s\S]*/m.exec(said) ?? []
    if (config !== undefined)
      return { class: 'crashed', message: `Its settings are wrong: ${lastLines(config)}` }
  }
  const plain = plainEnd({ ...end, stderr: said })
  return (
    plain ?? {
      class: 'crashed',
      message: `It ended without saying that it was finished. ${lastLines(said)}`.trim(),
    }
  )
}

/** What it prints at every start, what it logs of single commands, and stacks without names. */
const NOISE =
  /^(WARNING|warning):|^Reading additional input|^\d{4}-\d\d-\d\dT\S+ +\w+ codex_|^Stack backtrace:|^\s*\d+: <unknown>/
const withoutNoise = (stderr: string) =>
  stderr
    .split('\n')
    .filter((line) => !NOISE.test(line))
    .join('\n')
