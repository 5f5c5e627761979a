import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { statusOf } from '../attempt/settle.ts'
import type { End } from './backend.ts'
import { opencodeReader } from './opencode-log.ts'
import { classifyOpencode } from './opencode-log-failure.ts'
import { opencodeTranscript } from './opencode-log-transcript.ts'

/** As the real CLI ended: its exit code, and its log with what it wrote to standard error. */
const recorded: Record<string, { code: number; log: string[] }> = JSON.parse(
  readFileSync(new URL('fixtures/opencode-1.18.33.json', import.meta.url), 'utf8'),
)
const linesOf = (name: string) => recorded[name]?.log ?? []

const read = (lines: (string | object)[]) => {
  const reader = opencodeReader()
  reader.lines(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))))
  return reader.facts()
}
const end = (status: number, lines: (string | object)[], stderr = ''): End => ({
  ...statusOf(status),
  log: read(lines),
  stderr,
})

const start = { type: 'step_start', sessionID: 'ses_1', part: { type: 'step-start' } }
const words = (text: string) => ({ type: 'text', sessionID: 'ses_1', part: { type: 'text', text } })
const finish = (reason: string, cost = 0) => ({
  type: 'step_finish',
  sessionID: 'ses_1',
  part: { reason, cost, tokens: { input: 10, output: 1, reasoning: 2, cache: { read: 100, write: 1000 } } },
})
const tool = (state: object, name = 'bash') => ({ type: 'tool_use', part: { tool: name, state } })

describe('an end as it was recorded', () => {
  test.each([
    ['401', 'auth', /^Incorrect API key provided: x$/],
    ['403', 'auth', /^Your project may not$/],
    ['402', 'quota', /^Insufficient Balance$/],
    ['quota', 'quota', /^You exceeded your current quota$/],
    ['404', 'model-unavailable', /^The model `test-model` does not exist/],
    ['model', 'model-unavailable', /does not offer mock\/nope: .*opencode auth login/],
    ['provider', 'model-unavailable', /does not offer nope\/nope: /],
    ['no-providers', 'auth', /opencode auth login/],
    ['429', 'rate-limited', /^slow down please$/],
    ['503', 'overloaded', /^The engine is currently overloaded$/],
    ['500', 'overloaded', /^The server had an error$/],
    ['refused', 'network', /^Cannot connect to API: Unable to connect/],
    ['dropped', 'network', /^Cannot connect to API: The socket connection was closed/],
    ['context', 'context-overflow', /^This model maximum context length/],
    ['session', 'crashed', /conversation is no longer there.*dispatch retry/],
    ['rejected', 'denied', /ended there: write\(\/repo\/zz\)\.$/],
  ])('%s is %s', (name, expected, message) => {
    const failure = classifyOpencode(end(recorded[name]?.code ?? -1, linesOf(name)))
    expect(failure?.class).toBe(expected)
    expect(failure?.message).toMatch(message)
  })

  test.each(['resumed', 'list', 'done'])('%s is a success', (name) => {
    const ended = end(recorded[name]?.code ?? -1, linesOf(name))
    expect(classifyOpencode(ended)).toBeUndefined()
    expect(ended.log).toMatchObject({ success: true, session: expect.stringMatching(/^ses_/) })
  })

  test('a limit says until when, in seconds of its answer', () => {
    const at = linesOf('429').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).timestamp] : []))
    expect(read(linesOf('429')).failure?.until).toBe(new Date(at[0] + 1000).toISOString())
    expect(read(linesOf('401')).failure).not.toHaveProperty('until')
  })
})

describe('an end that was not recorded', () => {
  test.each<[string, number, (string | object)[], string | undefined, RegExp]>([
    ['nothing at all', 0, [], 'crashed', /without saying that it was finished/],
    ['no last message', 0, [start, finish('stop')], 'crashed', /without saying/],
    ['blanks for a last message', 0, [start, words(' \n'), finish('stop')], 'crashed', /without saying/],
    ['success with another exit code', 1, [start, words('x'), finish('stop')], 'crashed', /exit code 1/],
    ['the middle of the work', 0, [start, words('x'), finish('tool-calls')], 'crashed', /without saying/],
    ['the output limit', 0, [start, words('x'), finish('length')], 'crashed', /cut off/],
    ['a text of the step before', 0, [start, words('x'), finish('tool-calls'), start, finish('stop')], 'crashed', /without/],
    ['a signal', 137, [start], 'killed', /SIGKILL/],
    ['a signal after an error that it got over', 143, ['Error: fetch failed', start], 'killed', /SIGTERM/],
    ['no such program', 127, ['sh: opencode: not found'], 'cli-missing', /not found/],
    ['a stub', 1, ['Error: opencode-ai\'s postinstall script was not run.'], 'cli-missing', /Install it anew/],
    ['mounts that cannot be', 1, ['bwrap: Creating new namespace failed'], 'crashed', /sandbox.*namespace failed.*doctor/],
    ['words of a program', 1, ['one', 'two', '\u001b[91mError: \u001b[0mWhat?'], 'crashed', /one \/ two \/ Error: What\?/],
    ['words of a network', 1, ['fetch failed'], 'network', /fetch failed/],
    ['an error after the last step', 0, [start, words('x'), finish('stop'), { type: 'error', error: { name: 'Odd' } }], 'crashed', /Odd/],
    ['an error that it got over', 0, [{ type: 'error', error: { name: 'Odd' } }, start, words('x'), finish('stop')], undefined, /^$/],
    ['no login with a provider', 1, [{ type: 'error', error: { name: 'ProviderAuthError', data: { message: 'Log in' } } }], 'auth', /Log in/],
    ['529', 1, [{ type: 'error', error: { name: 'APIError', data: { message: 'x', statusCode: 529 } } }], 'overloaded', /x/],
    ['what nobody has seen', 1, [{ type: 'error', error: { name: 'APIError', data: { message: 'x', statusCode: 418 } } }], 'crashed', /x/],
  ])('%s', (_, status, lines, expected, message) => {
    const failure = classifyOpencode(end(status, lines))
    expect(failure?.class).toBe(expected)
    expect(failure?.message ?? '').toMatch(message)
  }) // biome-ignore format: a table

  test('on standard error, before there is a log', () =>
    expect(classifyOpencode(end(1, [], 'bwrap: no\n'))).toMatchObject({
      class: 'crashed',
      message: /sandbox/,
    }))
})

describe('a request that is repeated', () => {
  test('is given up where the account is empty', () => {
    const [first = ''] = linesOf('quota')
    expect(read([first]).doomed).toEqual({ class: 'quota', message: 'You exceeded your current quota' })
    expect(read([first, start, words('x'), finish('stop')])).not.toHaveProperty('doomed')
  })

  const repeats = (words: string) =>
    `timestamp=2026-11-21T15:32:28.901Z level=ERROR run=x message="stream error" providerID=p modelID=m session.id=s small=false agent=a mode=primary error.error="AI_APICallError: ${words}"`

  test('after a limit is a pause whose end nobody knows', () => {
    const [first = ''] = linesOf('429')
    const facts = read([first])
    expect(facts).not.toHaveProperty('doomed')
    expect(facts.pausing).toEqual({ class: 'rate-limited', message: 'slow down please' })
    expect(read([first, start])).not.toHaveProperty('pausing')
    expect(read([repeats('Try again in 3s.')]).pausing?.until).toBe('2026-11-21T15:32:31.901Z')
    expect(read([repeats('Slow down.').replace('small=false', 'small=true')])).not.toHaveProperty('pausing')
  })

  test('that would come in hours is in vain: they are waited for by us', () =>
    expect(read([repeats('Please try again in 2h.')]).doomed).toEqual({
      class: 'rate-limited',
      message: 'Please try again in 2h.',
      until: '2026-11-21T17:32:28.901Z',
    }))

  test.each(['429', '503', '500', 'refused', 'dropped'])('is left alone after %s', (name) =>
    expect(read(linesOf(name))).not.toHaveProperty('doomed'),
  )
})

describe('the facts', () => {
  test('are summed over the steps, and the last one speaks', () => {
    const lines = [
      start,
      words('First.'),
      finish('tool-calls', 0.25),
      start,
      words('a'),
      words('b'),
      finish('stop', 0.5),
    ]
    expect(read(lines)).toEqual({
      session: 'ses_1',
      finalText: 'a\nb',
      tokens: { input: 2220, output: 6 },
      costUsd: 0.75,
      denied: [],
      success: true,
      failure: undefined,
    })
  })

  test('are the same however the log is cut', () => {
    const reader = opencodeReader()
    for (const line of linesOf('list')) reader.lines([line])
    expect(reader.facts()).toEqual(read(linesOf('list')))
  })

  test('say what was refused by a list', () =>
    expect(read(linesOf('list')).denied).toEqual([
      'bash(touch q)',
      'bash(git status > zz)',
      'bash(git status && touch q)',
      'bash(git commit -m "$(touch q)")',
      'write(/repo/.dispatch/x)',
      'write(/repo/.dispatch/tasks/t/attempts/x)',
      'write(/outside)',
      'read(/outside)',
    ]))

  test.each<[string, object, string[]]>([
    ['a command', { status: 'completed', input: { command: 'a\nb' }, output: 'sh: x: Read-only file system', metadata: { exit: 1 } }, ['bash(a)']],
    ['a command that went well', { status: 'completed', input: { command: 'a' }, output: 'sh: x: Read-only file system', metadata: { exit: 0 } }, []],
    ['a command that failed otherwise', { status: 'completed', input: { command: 'a' }, output: 'no', metadata: { exit: 1 } }, []],
    ['a long one', { status: 'error', error: 'EROFS: read-only file system', input: { command: 'x'.repeat(99) } }, [`bash(${'x'.repeat(79)}…)`]],
    ['a tool without a name for it', { status: 'error', error: 'EROFS: read-only file system' }, ['bash']],
    ['a tool that failed otherwise', { status: 'error', error: 'oldString not found', input: { filePath: 'a' } }, []],
  ])('say what a read-only file system refused: %s', (_, state, expected) =>
    expect(read([tool(state)]).denied).toEqual(expected),
  ) // biome-ignore format: a table
})

describe('the transcript', () => {
  test.each<[string, string, string | undefined]>([
    ['a text', JSON.stringify(words('Hello')), 'Hello'],
    [
      'a command',
      JSON.stringify(tool({ input: { command: 'ls' }, output: 'a\nb\n' })),
      '> bash ls\n  a\n  b',
    ],
    [
      'a refused tool',
      JSON.stringify(tool({ input: { filePath: 'a' }, error: 'No' }, 'write')),
      '> write a\n  No',
    ],
    ['the end', JSON.stringify(finish('stop', 0.5)), '— stop, $0.50'],
    ['the end of a step', JSON.stringify(finish('tool-calls')), undefined],
    ['its beginning', JSON.stringify(start), undefined],
    ['a blank line', ' ', undefined],
    ['other words', 'Error: What?', 'Error: What?'],
  ])('%s', (_, line, expected) => expect(opencodeTranscript(line)).toBe(expected))

  test('tells of repetitions and errors in a line each', () => {
    const shown = linesOf('429').map((line) => opencodeTranscript(line))
    expect(shown[0]).toBe('— stream error: AI_APICallError: slow down please')
    expect(shown.at(-1)).toBe('— slow down please')
  })
})
