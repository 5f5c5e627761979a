import { describe, expect, test } from 'vitest'
import { cursorReader } from './cursor-log.ts'
import { classifyCursor, cursorFailure } from './cursor-log-failure.ts'
import { cursorTranscript } from './cursor-log-transcript.ts'

const read = (lines: (string | object)[]) => {
  const reader = cursorReader()
  reader.lines(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))))
  return reader.facts()
}
const say = (text: string) => ({
  type: 'assistant',
  message: { role: 'assistant', content: [{ type: 'text', text }] },
})
const result = (more = {}) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'I begin.Done.',
  ...more,
})
const shell = (result: object, subtype = 'completed') => ({
  type: 'tool_call',
  subtype,
  tool_call: { shellToolCall: { args: { command: 'git push\nx' }, result } },
})

test.each([
  ["Error: Authentication required. Please run 'agent login' first", 'auth'],
  ['⚠ The provided API key is invalid: [unauthenticated] Error', 'auth'],
  ['Cannot use this model: nonsense. Available models: auto', 'model-unavailable'],
  ["Error: You've hit your usage limit\n  Get Cursor Pro for more Agent usage", 'quota'],
  ['S: [resource_exhausted] Error', 'rate-limited'],
  ['Error: 429 Too Many Requests', 'rate-limited'],
  ['C: [unavailable] Error', 'overloaded'],
  ['Error: getaddrinfo ENOTFOUND api2.cursor.sh', 'network'],
  ['Workspace Trust Required', 'denied'],
  ['Something new', 'crashed'],
  ['', 'crashed'],
])('«%s» is %s', (said, expected) => expect(cursorFailure(said).class).toBe(expected))

describe('an end', () => {
  const end = (code: number | null, log = read([]), stderr = '', signal: string | null = null) => ({
    code,
    signal,
    stderr,
    log,
  })
  test.each([
    ['with success', end(0, read([result()])), undefined],
    ['with success, and another code', end(1, read([result()])), 'crashed'],
    [
      'with an error in its result',
      end(0, read([result({ is_error: true, result: 'fetch failed' })])),
      'network',
    ],
    [
      'with its complaint among the events',
      end(1, read([say('Hm'), 'T: Cannot use this model: x'])),
      'model-unavailable',
    ],
    [
      'with events for complaints',
      end(1, read([]), '{"type":"assistant","text":"not logged in"}'),
      'crashed',
    ],
    ['by a signal', end(null, read(['not logged in']), '', 'SIGKILL'), 'killed'],
    ['without a program', end(127, read([]), 'env: node: No such file'), 'cli-missing'],
  ])('%s', (_, given, expected) => expect(classifyCursor(given)?.class).toBe(expected))
})

test('a log tells the chat, the last message, tokens, and what was refused', () =>
  expect(
    read([
      { type: 'system', subtype: 'init', session_id: 's' },
      say('I begin.'),
      shell({ rejected: {} }),
      shell({ rejected: {} }),
      shell({ success: {} }),
      say('Done.'),
      result({ usage: { inputTokens: 7, cacheReadTokens: 3, outputTokens: 2 } }),
    ]),
  ).toEqual({
    session: 's',
    finalText: 'Done.',
    tokens: { input: 10, output: 2 },
    costUsd: undefined,
    denied: ['shell(git push)'],
    success: true,
    failure: undefined,
  }))

test('a log is read by a person', () =>
  expect(
    [
      { type: 'system', subtype: 'init', session_id: 's', model: 'Auto' },
      shell({}, 'started'),
      shell({ success: { stdout: 'a\nb' } }),
      shell({ rejected: {} }),
      say('Done.'),
      { type: 'thinking', subtype: 'delta' },
      result({ duration_ms: 4986 }),
    ].map((event) => cursorTranscript(JSON.stringify(event))),
  ).toEqual([
    '— session s, Auto',
    '> shell(git push)',
    '  a\n  b',
    '  rejected',
    'Done.',
    undefined,
    '— success, 5 s',
  ]))
