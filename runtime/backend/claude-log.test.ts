import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { claudeReader } from './claude-log.ts'
import { classifyClaude, classOf } from './claude-log-failure.ts'
import { claudeTranscript } from './claude-log-transcript.ts'

/** A contained worker that tried thirteen things, as the real client wrote it down. */
const recorded = (version: string) =>
  readFileSync(new URL(`fixtures/denied-${version}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')

const read = (...lines: (string | object)[]) => {
  const reader = claudeReader()
  reader.lines(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))))
  return reader.facts()
}

const result = (more: object) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'All good.',
  session_id: 's',
  total_cost_usd: 0.5,
  usage: {
    input_tokens: 1,
    cache_read_input_tokens: 10,
    cache_creation_input_tokens: 100,
    output_tokens: 7,
  },
  permission_denials: [],
  ...more,
})

const DENIED = [
  "Bash(echo evil > '/repo/.dispatch/stray')",
  'Bash(first line | cat)',
  'Write(/etc/y)',
  'Write(/repo/.dispatch/stray)',
  'Write(/repo/.dispatch/tasks/probe/task.yaml)',
  'network: not-listed.example',
  `Bash(node -e "require('fs').writeFileSync('/etc/z','')")`,
  `Bash(python3 -c "open('/etc/z','w')")`,
  'Bash(touch /etc/z; mkdir /etc/zz)',
]

describe('a recorded run', () => {
  test.each([
    ['2.1.329', DENIED],
    // It prints no block about the network.
    ['2.1.197', DENIED.filter((label) => !label.startsWith('network'))],
  ])('of %s', (version, denied) => {
    expect(read(...recorded(version))).toEqual({
      session: expect.stringMatching(/^[0-9a-f-]{36}$/),
      finalText: 'Tried everything.',
      tokens: { input: 1400, output: 140 },
      costUsd: expect.any(Number),
      denied,
      success: true,
      failure: undefined,
    })
  })

  test('that was cut off tells what was refused so far, and no success', () => {
    const facts = read(...recorded('2.1.329').slice(0, 6), '{"type":"assis')
    expect(facts).toMatchObject({ success: false, denied: DENIED.slice(0, 2), tokens: undefined })
  })

  test('as a person reads it', () => {
    const lines = recorded('2.1.329').map(claudeTranscript)
    expect(lines[0]).toMatch(/^— session [0-9a-f-]+, /)
    expect(lines).toContain("> Bash echo evil > '/repo/.dispatch/stray'")
    expect(lines).toContain('Tried everything.')
    expect(lines.at(-1)).toMatch(/^— success, \$0\.00/)
  })
})

describe('a result', () => {
  test('counts all tokens that went in', () =>
    expect(read(result({}))).toMatchObject({
      tokens: { input: 111, output: 7 },
      costUsd: 0.5,
      success: true,
    }))

  test.each([
    ['an API error', { is_error: true, api_error_status: 401, result: 'Invalid API key' }, 'auth'],
    ['a budget', { is_error: true, subtype: 'error_max_budget_usd', result: null, errors: [] }, 'budget'],
    ['a context', { is_error: true, terminal_reason: 'prompt_too_long', result: 'x' }, 'context-overflow'],
    [
      'a repeated 529',
      { is_error: true, api_error_status: 529, result: 'Repeated 529 Overloaded' },
      'overloaded',
    ],
  ])('that is %s is a failure', (_, more, expected) =>
    expect(read(result(more))).toMatchObject({ success: false, failure: { class: expected } }),
  )

  test('a request that is being repeated is what a run ends as that is ended now', () => {
    const retry = {
      type: 'system',
      subtype: 'api_retry',
      error_status: 429,
      error: 'rate_limit',
      session_id: 's',
    }
    expect(read(retry).failure?.class).toBe('rate-limited')
    expect(read(retry, result({})).failure).toBeUndefined()
  })
})

describe('a limit', () => {
  const NOW = Date.UTC(2026, 0, 2, 13, 30)
  const limited = (...lines: object[]) => {
    const reader = claudeReader(() => NOW)
    reader.lines(lines.map((line) => JSON.stringify(line)))
    return reader.facts().failure
  }
  const hit = result({ is_error: true, result: "You've hit your session limit · resets 3pm (UTC)" })
  const event = (status: string) => ({
    type: 'rate_limit_event',
    rate_limit_info: { status, resetsAt: Date.UTC(2026, 0, 5) / 1000, rateLimitType: 'seven_day' },
  })

  test('of a plan is told with the time at which it ends', () =>
    expect(limited(hit)).toMatchObject({ class: 'quota', until: '2026-01-02T15:00:00.000Z' }))

  test('that was met is known with its time before the result', () => {
    const anonymous = result({ is_error: true, api_error_status: 429, result: 'Too many' })
    expect(limited(event('rejected'), anonymous)).toMatchObject({
      class: 'rate-limited',
      until: '2026-01-05T00:00:00.000Z',
    })
    expect(limited(event('allowed_warning'), anonymous)).not.toHaveProperty('until')
  })

  test('has nothing to do with other failures', () =>
    expect(
      limited(event('rejected'), result({ is_error: true, api_error_status: 401, result: 'x' })),
    ).toEqual({
      class: 'auth',
      message: 'x',
    }))
})

describe('a request that cannot succeed', () => {
  const init = (apiKeySource: string) => ({ type: 'system', subtype: 'init', apiKeySource })
  const retry = (error_status: number, error: string, attempt = 1) => ({
    type: 'system',
    subtype: 'api_retry',
    attempt,
    error_status,
    error,
  })
  const key = init('ANTHROPIC_API_KEY')
  test.each<[string, object[], string | undefined]>([
    ['a key that is refused', [key, retry(401, 'authentication_failed')], 'auth'],
    ['a model that is not there', [key, retry(404, 'model_not_found')], 'model-unavailable'],
    ['an account without money', [key, retry(400, 'billing_error')], 'quota'],
    ['a login that may be renewed', [init('none'), retry(401, 'authentication_failed')], undefined],
    ['one that was not', [init('none'), retry(401, 'authentication_failed', 2)], 'auth'],
    ['an overload', [key, retry(529, 'overloaded')], undefined],
    ['one that went on to an overload', [key, retry(401, 'x'), retry(529, 'overloaded')], undefined],
    [
      'one that went on to an answer',
      [key, retry(401, 'x'), { type: 'assistant', message: { content: [] } }],
      undefined,
    ],
    ['one that has ended', [key, retry(401, 'x'), result({ is_error: true })], undefined],
  ])('%s', (_, events, expected) => expect(read(...events).doomed?.class).toBe(expected))

  test('says why, for a person', () =>
    expect(read(key, retry(401, 'authentication_failed')).doomed?.message).toBe(
      'The provider refuses the login of Claude Code (401, authentication failed).',
    ))
})

test('what the client says in the place of the model is no last message', () =>
  expect(
    read({
      type: 'assistant',
      message: { model: '<synthetic>', content: [{ type: 'text', text: 'API Error' }] },
    }).finalText,
  ).toBeUndefined())

describe('an end', () => {
  const log = { ...read(), success: undefined, failure: undefined }
  const end = { code: 1, signal: null, stderr: '', log }
  test.each<[string, object, string | undefined]>([
    ['with success', { code: 0, log: { ...log, success: true } }, undefined],
    ['with 0 and no result', { code: 0, log: { ...log, success: false } }, 'crashed'],
    [
      'without a sandbox',
      { stderr: 'Error: sandbox required but unavailable: socat not installed' },
      'crashed',
    ],
    [
      'without a sandbox (2.1.197)',
      { stderr: 'sandbox.failIfUnavailable is set — refusing to start' },
      'crashed',
    ],
    ['in the outer bubblewrap', { stderr: "bwrap: Can't find source path /x: No such file" }, 'crashed'],
    ['of a stub', { stderr: 'claude native binary not installed' }, 'cli-missing'],
    ['by a signal', { code: null, signal: 'SIGKILL' }, 'killed'],
    ['with 401 on stderr', { stderr: 'Failed to authenticate' }, 'auth'],
  ])('%s', (_, more, expected) => expect(classifyClaude({ ...end, ...more })?.class).toBe(expected))

  test('without a sandbox says why', () =>
    expect(
      classifyClaude({ ...end, stderr: 'bwrap: No permissions to create new namespace' })?.message,
    ).toMatch(/nothing was run: bwrap: No permissions.*dispatch doctor/))

  test.each([
    [402, '', 'quota'],
    [404, '', 'model-unavailable'],
    [undefined, 'Connection refused (ECONNREFUSED)', 'network'],
    [undefined, 'something else', 'crashed'],
  ])('%s %s is %s', (status, message, expected) => expect(classOf(status, message)).toBe(expected))
})
