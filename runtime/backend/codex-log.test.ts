import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { End } from './backend.ts'
import { codexReader } from './codex-log.ts'
import { classifyCodex } from './codex-log-failure.ts'
import { codexTranscript } from './codex-log-transcript.ts'
import { untilIn } from './codex-log-until.ts'

/** As the real CLI ended: its exit code, its log, its standard error. */
const recorded: { name: string; code: number; log: string[]; stderr: string }[] = JSON.parse(
  readFileSync(new URL('fixtures/codex-0.169.0.json', import.meta.url), 'utf8'),
)

const NOW = Date.parse('2026-11-21T12:00:00Z')
const read = (lines: (string | object)[]) => {
  const reader = codexReader(NOW)
  reader.lines(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))))
  return reader.facts()
}
const logOf = (name: string) => recorded.find((each) => each.name === name)?.log ?? []
const ends = (name: string): End => {
  const { code, log, stderr } = recorded.find((each) => each.name === name) ?? {
    code: -1,
    log: [],
    stderr: '',
  }
  return { code, signal: null, log: read(log), stderr: stderr.slice(-4096) }
}

const EXPECTED: [name: string, expected: string, message: RegExp][] = [
  ['401', 'auth', /^unexpected status 401 Unauthorized: Incorrect API key provided: dummy\.[^,]*keys\.$/],
  ['403', 'auth', /^unexpected status 403 Forbidden: Country, region, or territory not supported$/],
  ['nokey', 'auth', /^Missing environment variable: `MOCK_KEY`\.$/],
  ['404-model', 'model-unavailable', /^The model `test-model` does not exist/],
  ['429', 'rate-limited', /last status: 429 Too Many Requests$/],
  ['rate-stream', 'rate-limited', /try again in 11\.054s\.$/],
  ['usage-limit', 'quota', /hit your usage limit/],
  ['quota', 'quota', /^Quota exceeded\. Check your plan/],
  ['quota-stream', 'quota', /^Quota exceeded\. Check your plan/],
  ['402', 'quota', /^unexpected status 402 Payment Required/],
  ['500', 'overloaded', /currently experiencing high demand/],
  ['503', 'overloaded', /^Selected model is at capacity/],
  ['overloaded-stream', 'overloaded', /^Selected model is at capacity/],
  ['dropped', 'network', /^stream disconnected before completion: error sending request$/],
  ['refused', 'network', /^Connection failed: error sending request$/],
  ['context', 'context-overflow', /ran out of room in the model's context window/],
  ['context-400', 'context-overflow', /ran out of room in the model's context window/],
  ['400', 'crashed', /^Unsupported parameter: foo$/],
  ['policy-stream', 'crashed', /^Invalid prompt: we have limited access/],
  ['resume-unknown', 'crashed', /conversation is no longer there.*dispatch retry$/],
  ['bad-config', 'crashed', /settings are wrong: Error loading config\.toml: unknown variant `silly`/],
]

describe('an end', () => {
  test.each(EXPECTED)('%s, as it was recorded, is %s', (name, expected, message) => {
    const failure = classifyCodex(ends(name))
    expect(failure?.class).toBe(expected)
    expect(failure?.message).toMatch(message)
  })

  test('every recorded one is in the table, but for the one that went well', () => {
    const named = new Set(EXPECTED.map(([name]) => name))
    expect(recorded.map(({ name }) => name).filter((name) => !named.has(name))).toEqual(['bad-effort'])
    expect(classifyCodex(ends('bad-effort'))).toBeUndefined()
  })

  test.each([
    [
      'a signal, whatever the log says',
      { ...ends('401'), code: null, signal: 'SIGKILL' },
      'killed',
      /SIGKILL/,
    ],
    ['no event of success', { ...ends('none'), code: 0 }, 'crashed', /without saying that it was finished/],
    [
      'nothing known',
      { ...ends('none'), code: 3, stderr: 'thread main panicked\nat the disco' },
      'crashed',
      /exit code 3\. thread main panicked \/ at the disco$/,
    ],
    [
      'a stub',
      { ...ends('none'), code: 1, stderr: 'Error: Missing optional dependency @openai/codex-linux-x64.' },
      'cli-missing',
      /without its binary/,
    ],
    ['success, but a bad exit code', { ...ends('bad-effort'), code: 1 }, 'crashed', /exit code 1/],
  ])('%s', (_, end, expected, message) => {
    const failure = classifyCodex(end)
    expect(failure?.class).toBe(expected)
    expect(failure?.message).toMatch(message)
  })
})

describe('a retry', () => {
  const untilRetry = (name: string) => {
    const log = logOf(name)
    return read(log.slice(0, log.findIndex((line) => line.includes('Reconnecting... 1/5')) + 1))
  }

  test.each([
    ['401', 'auth'],
    ['403', 'auth'],
    ['402', 'quota'],
  ])('of a %s is known to be in vain the first time', (name, expected) => {
    expect(untilRetry(name).doomed?.class).toBe(expected)
    expect(untilRetry(name).failure?.class).toBe(expected)
  })

  test.each([
    ['500', 'overloaded'],
    ['dropped', 'network'],
    ['rate-stream', 'rate-limited'],
  ])('of %s may yet succeed', (name, expected) => {
    const facts = untilRetry(name)
    expect([facts.doomed, facts.failure?.class]).toEqual([undefined, expected])
    expect(read([...logOf(name).slice(0, 4), message('hello')]).failure).toBeUndefined()
  })

  const limited = (words: string) => ({ type: 'error', message: `Reconnecting... 1/5 (${words})` })
  test.each([
    ['exceeded retry limit, last status: 429 Too Many Requests', undefined],
    ['rate limit exceeded: Please try again in 11.054s.', 11_054],
  ])('after a limit is a pause whose end nobody knows: %s', (words, wait) => {
    const { doomed, pausing } = read([limited(words)])
    expect([doomed, pausing?.class]).toEqual([undefined, 'rate-limited'])
    expect(pausing?.until).toBe(wait === undefined ? undefined : new Date(NOW + wait).toISOString())
    expect(read([limited(words), message('hello')])).not.toHaveProperty('pausing')
  })

  test('that would come in hours is in vain: they are waited for by us', () => {
    const { doomed } = read([limited('rate limit exceeded: Please try again in 7200s.')])
    expect(doomed).toMatchObject({
      class: 'rate-limited',
      until: new Date(NOW + 7_200_000).toISOString(),
    })
  })

  test('what ended for good is not doomed, it is over', () =>
    expect(read(logOf('401')).doomed).toBeUndefined())
})

const message = (text: string) => ({ type: 'item.completed', item: { type: 'agent_message', text } })
const command = (given: object) => ({
  type: 'item.completed',
  item: { type: 'command_execution', command: "/bin/bash -c 'npm test'", exit_code: 1, ...given },
})

describe('the log', () => {
  test('tells thread, last message, tokens of the whole thread, and success', () =>
    expect(
      read([
        { type: 'thread.started', thread_id: 'abc' },
        { type: 'turn.started' },
        message('First.'),
        { type: 'item.completed', item: { type: 'error', message: 'Model metadata not found.' } },
        message('Last.'),
        message(' '),
        { type: 'turn.completed', usage: { input_tokens: 200, cached_input_tokens: 80, output_tokens: 20 } },
        '{"type":"cut of',
      ]),
    ).toEqual({
      session: 'abc',
      finalText: 'Last.',
      tokens: { input: 200, output: 20 },
      costUsd: undefined,
      denied: [],
      success: true,
      failure: undefined,
      cumulative: true,
    }))

  test.each([
    ['touch: cannot touch /x: Read-only file system\n', {}, ['shell(npm test)']],
    ['Error: listen EPERM\n[Errno 1] Operation not permitted', {}, ['shell(npm test)']],
    [
      'half\n\nNetwork access to "a.example" was blocked: domain is not',
      { exit_code: -1 },
      ['network: a.example'],
    ],
    ['grep: x: Read-only file system\n', { exit_code: 0 }, []],
    ['it says Read-only file system somewhere', {}, []],
    ['all tests failed', {}, []],
  ])('of a command that said %j names %j %j', (aggregated_output, given, expected) =>
    expect(read([command({ aggregated_output, ...given })]).denied).toEqual(expected),
  )

  test('names each refusal once, by the first line of what the model wrote', () => {
    const item = command({
      command: `/usr/bin/zsh -lc "echo \\"a b\\" > '/x'\nmore"`,
      aggregated_output: 'sh: /x: Read-only file system',
    })
    expect(read([item, item]).denied).toEqual([`shell(echo "a b" > '/x')`])
  })
})

describe('the transcript', () => {
  test.each([
    [{ type: 'thread.started', thread_id: 'abc' }, '— thread abc'],
    [{ type: 'turn.started' }, undefined],
    [message('Hello\nthere'), 'Hello\nthere'],
    [
      { type: 'item.started', item: { type: 'command_execution', command: `/bin/bash -c 'a '"'b'" c` } },
      `> a 'b' c`,
    ],
    [command({ aggregated_output: 'one\ntwo\n' }), '  one\n  two\n  exit code 1'],
    [command({ aggregated_output: '', exit_code: 0 }), undefined],
    [{ type: 'turn.failed', error: { message: 'no' } }, '— failed: no'],
    [{ type: 'error', message: 'Reconnecting... 1/5' }, '— Reconnecting... 1/5'],
    ['not json', 'not json'],
  ])('of %j is %j', (event, expected) =>
    expect(codexTranscript(typeof event === 'string' ? event : JSON.stringify(event))).toBe(expected),
  )
})

describe('a limit ends', () => {
  const local = (year: number, month: number, day: number, hour: number, minute: number) =>
    new Date(year, month, day, hour, minute).toISOString()
  const noon = new Date(2026, 10, 21, 12, 0).getTime()
  const fromNow = (ms: number) => new Date(noon + ms).toISOString()

  test.each([
    ['purchase more credits or try again at 6:26 PM.', local(2026, 10, 21, 18, 26)],
    ['or try again at 12:05 AM.', local(2026, 10, 22, 0, 5)],
    ['or try again at 11:58 AM.', local(2026, 10, 21, 11, 58)],
    ['Try again at Dec 2nd, 2026 9:05 AM.', local(2026, 11, 2, 9, 5)],
    ['Please try again in 11.054s. Visit', fromNow(11_054)],
    ['Please try again in 250ms.', fromNow(250)],
    ['Please try again in 3h12m.', fromNow(11_520_000)],
    ['Please try again in 6m0s.', fromNow(360_000)],
    ['try again in 3 hours 12 minutes.', fromNow(11_520_000)],
    ['Try again in 2 days 1 hour and 5 minutes.', fromNow(49 * 3_600_000 + 300_000)],
    ['try again in a moment', undefined],
    ['Please try again later.', undefined],
  ])('when %j says so', (text, expected) => expect(untilIn(text, noon)).toBe(expected))

  test('and the failure carries it', () => {
    expect(classifyCodex(ends('rate-stream'))?.until).toBe('2026-11-21T12:00:11.054Z')
    expect(classifyCodex(ends('usage-limit'))?.until).toMatch(/^2026-11-2/)
    expect(classifyCodex(ends('429'))?.until).toBeUndefined()
  })
})
