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
