import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { statusOf } from '../attempt/settle.ts'
import type { End } from './backend.ts'
import { geminiReader } from './gemini-log.ts'
import { classifyGemini } from './gemini-log-failure.ts'
import { geminiTranscript } from './gemini-log-transcript.ts'

/** As the real CLI ended: its exit code, its log, the last 4 kB of its standard error. */
const recorded: Record<string, { code: number; log: string[]; stderr: string[] }> = JSON.parse(
  readFileSync(new URL('fixtures/gemini-0.61.0.json', import.meta.url), 'utf8'),
)

const read = (lines: (string | object)[]) => {
  const reader = geminiReader()
  reader.lines(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))))
  return reader.facts()
}
const ends = (name: string): End => {
  const { code, log, stderr } = recorded[name] ?? { code: -1, log: [], stderr: [] }
  return { ...statusOf(code), log: read(log), stderr: stderr.join('\n') }
}
const NOW = Date.parse('2026-01-01T00:00:00Z')

test.each([
  ['bad-key', 'auth', 'API key not valid. Please pass a valid API key.'],
  ['401', 'auth', /^Request had invalid authentication credentials/],
  ['403', 'auth', /^Generative Language API has not been used/],
  ['404', 'model-unavailable', /^models\/gemini-2.5-flash is not found for API version/],
  ['429', 'rate-limited', 'Resource has been exhausted (e.g. check quota).'],
  ['429-header', 'rate-limited', 'Resource has been exhausted (e.g. check quota).'],
  ['daily', 'quota', 'You have exhausted your daily quota on this model.'],
  ['billing', 'quota', /Please enable billing/],
  ['500', 'overloaded', 'An internal error has occurred.'],
  ['503', 'overloaded', 'The model is overloaded. Please try again later.'],
  ['dropped', 'network', /fetch failed/],
  ['empty', 'overloaded', /empty response/],
  ['context', 'context-overflow', /^The input token count/],
  ['no-auth', 'auth', /^Please set an Auth method/],
  ['no-key', 'auth', /you must specify the GEMINI_API_KEY/],
  ['no-resume', 'crashed', /No previous sessions found.*dispatch retry/],
  ['untrusted', 'denied', /not running in a trusted directory/],
  ['settings', 'crashed', /settings are wrong: Error in .*settings.json/],
  ['turns', 'budget', /maxSessionTurns.*resumed/],
  ['sigterm', 'killed', /in the middle of its work/],
  ['sigint', 'killed', /in the middle of its work/],
])('%s, as it was recorded, is %s', (name, expected, message) => {
  const failure = classifyGemini(ends(name), NOW)
  expect(failure?.class).toBe(expected)
  expect(failure?.message).toMatch(message instanceof RegExp ? message : new RegExp(`^${escaped(message)}$`))
  expect(failure?.until).toBeUndefined()
})
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

test('a limit that says when it ends says so', () =>
  expect(classifyGemini(ends('429-delay'), NOW)).toEqual({
    class: 'rate-limited',
    message: 'You exceeded your current quota. Please retry in 2s.\nSuggested retry after 2s.',
    until: '2026-01-01T00:00:02.000Z',
  }))

const failed = (message: string, type = 'unknown') => ({
  type: 'result',
  status: 'error',
  error: { type, message },
})
const end = (code: number, ...lines: object[]): End => ({ ...statusOf(code), log: read(lines), stderr: '' })

describe('an end', () => {
  test.each([
    [
      'You have exhausted your capacity on this model. Your quota will reset after 10h25m3s.',
      10 * 3600 + 25 * 60 + 3,
    ],
    ['Quota exceeded. Please retry in 51.5s.', 51.5],
    ['Suggested retry after 2m.', 120],
  ])('with «%s» is a limit that passes', (message, seconds) =>
    expect(classifyGemini(end(173, failed(message)), NOW)).toMatchObject({
      class: 'rate-limited',
      until: new Date(NOW + seconds * 1000).toISOString(),
    }),
  )

  test.each<[string, End, string | undefined]>([
    ['with success', end(0, { type: 'result', status: 'success' }), undefined],
    ['with success, and another code', end(1, { type: 'result', status: 'success' }), 'crashed'],
    ['with 408, which a shell takes for a signal', end(152, failed('Took too long')), 'network'],
    ['with 415, likewise', end(159, failed('Wrong kind of file')), 'crashed'],
    ['cancelled by itself', end(130, failed('Operation cancelled.', 'FatalCancellationError')), 'killed'],
    ['by SIGKILL', end(137, { type: 'init', session_id: 's' }), 'killed'],
    ['by SIGKILL after it had failed', end(137, failed('API key not valid.')), 'killed'],
    ['without a program', end(127), 'cli-missing'],
    ['with 0 and nothing said', end(0), 'crashed'],
    ['with a code that nobody knows', end(99, failed('A new kind of trouble')), 'crashed'],
  ])('%s', (_, given, expected) => expect(classifyGemini(given, NOW)?.class).toBe(expected))

  test('that nobody has seen before comes with its last lines', () =>
    expect(
      classifyGemini({
        ...end(1),
        stderr: 'YOLO mode is enabled.\n\u001b[31mWhat now?\u001b[0m\n    at x.js:1',
      })?.message,
    ).toBe('It ended with exit code 1. What now?'))
})

describe('a log', () => {
  const say = (content: string) => ({ type: 'message', role: 'assistant', content, delta: true })
  const call = (id: string, command: string) => ({
    type: 'tool_use',
    tool_name: 'run_shell_command',
    tool_id: id,
    parameters: { command },
  })

  test('tells the session, the last message whole, and what was used', () =>
    expect(
      read([
        { type: 'init', session_id: 's', model: 'm' },
        { type: 'message', role: 'user', content: 'Go.' },
        say('I will look.'),
        call('1', 'ls'),
        { type: 'tool_result', tool_id: '1', status: 'success', output: 'a' },
        say('There is '),
        say('one file.\n'),
        { type: 'result', status: 'success', stats: { input_tokens: 5, output_tokens: 2 } },
        '{"type":"mess',
      ]),
    ).toEqual({
      session: 's',
      finalText: 'There is one file.',
      tokens: { input: 5, output: 2 },
      costUsd: undefined,
      denied: [],
      success: true,
      failure: undefined,
    }))

  test('names what was refused', () =>
    expect(
      read([
        call('1', 'echo "$(date)"'),
        {
          type: 'tool_result',
          tool_id: '1',
          output: 'Blocked: command substitution detected in shell command.',
        },
        call('2', 'touch x\ntouch y'),
        { type: 'tool_result', tool_id: '2', error: { type: 'policy_violation', message: 'no' } },
        call('3', 'false'),
        { type: 'tool_result', tool_id: '3', status: 'error', error: { type: 'x', message: 'failed' } },
      ]).denied,
    ).toEqual(['run_shell_command(echo "$(date)")', 'run_shell_command(touch x)']))

  test('is read by a person', () =>
    expect(
      [
        { type: 'init', session_id: 's', model: 'm' },
        { type: 'message', role: 'user', content: 'Go.' },
        call('1', 'ls'),
        { type: 'tool_result', output: 'a\nb' },
        { type: 'tool_result', error: { message: 'no' } },
        say('Done.'),
        { type: 'result', status: 'success', stats: { total_tokens: 7 } },
        { type: 'other' },
      ].map((event) => geminiTranscript(JSON.stringify(event))),
    ).toEqual([
      '— session s, m',
      undefined,
      '> run_shell_command ls',
      '  a\n  b',
      '  no',
      'Done.',
      '— success, 7 tokens',
      undefined,
    ]))
})
