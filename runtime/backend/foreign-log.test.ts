/** Logs that are emptied, cut, garbled or somebody else's: with exit code 0 they are never taken for a success. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Backend, LogFacts } from './backend.ts'
import { claude } from './claude.ts'
import { codex } from './codex.ts'
import { cursor } from './cursor.ts'
import { gemini } from './gemini.ts'
import { opencode } from './opencode.ts'

const recorded = JSON.parse(readFileSync(new URL('fixtures/opencode-1.18.33.json', import.meta.url), 'utf8'))
const line = (value: object) => JSON.stringify({ session_id: 's', ...value })
const message = { role: 'assistant', content: [{ type: 'text', text: 'Well done.' }] }

/** Runs that went well: as recorded, or in the shapes that their own tests have. */
const WELL: [Backend, string[]][] = [
  [
    codex,
    [
      line({ type: 'thread.started', thread_id: 't' }),
      line({
        type: 'item.completed',
        item: { type: 'command_execution', command: 'ls', exit_code: 1, aggregated_output: 'x' },
      }),
      line({ type: 'item.completed', item: { type: 'agent_message', text: 'Well done.' } }),
      line({ type: 'turn.completed', usage: { input_tokens: 7, output_tokens: 1 } }),
    ],
  ],
  [opencode, recorded.done.log],
  [
    gemini,
    [
      line({ type: 'init', model: 'm' }),
      line({ type: 'tool_use', tool_id: 'i', tool_name: 'read_file', parameters: { file_path: 'x' } }),
      line({
        type: 'tool_result',
        tool_id: 'i',
        status: 'error',
        output: '',
        error: { type: 'policy_violation', message: 'No.' },
      }),
      line({ type: 'message', role: 'assistant', content: 'Well done.', delta: true }),
      line({ type: 'result', status: 'success', stats: { input_tokens: 7, output_tokens: 1 } }),
    ],
  ],
  [
    cursor,
    [
      line({ type: 'system', subtype: 'init', model: 'Auto' }),
      line({ type: 'assistant', message }),
      line({
        type: 'result',
        subtype: 'success',
        is_error: false,
        result: 'Well done.',
        usage: { inputTokens: 7 },
      }),
    ],
  ],
  [
    claude,
    [
      line({ type: 'system', subtype: 'init', apiKeySource: 'none' }),
      line({ type: 'assistant', message: { ...message, model: 'm' } }),
      line({
        type: 'result',
        subtype: 'success',
        is_error: false,
        result: 'Well done.',
        usage: { input_tokens: 7 },
      }),
    ],
  ],
]

function endOf(backend: Backend, lines: string[]) {
  const reader = backend.reader()
  reader.lines(lines)
  const log = reader.facts()
  return { log, failure: backend.classify({ code: 0, signal: null, log, stderr: '' }) }
}

const isText = (value: unknown) => value === undefined || typeof value === 'string'
const isCount = (value: unknown) =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value))
/** What is recorded of it is checked against a schema: a wrong kind would make the record unreadable. */
const isSound = ({ session, finalText, tokens, costUsd, denied }: LogFacts) =>
  [session, finalText, ...denied].every(isText) && [tokens?.input, tokens?.output, costUsd].every(isCount)

const GARBAGE = [
  Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256)).toString('utf8'),
  '\u0000'.repeat(4096),
  '{"type":"result"',
  '{'.repeat(5000),
  '[]',
  'null',
  '{"type":"__proto__","__proto__":{"success":true}}',
]
const ODD = [null, 0, '', true, [], {}, [null], { type: 'x' }, '\ud800']

describe.each(WELL)('$name', (backend, log) => {
  test('is a success as it stands', () => expect(endOf(backend, log).failure).toBeUndefined())

  test('emptied or full of garbage', () => {
    for (const lines of [[], [''], ...GARBAGE.map((text) => [text]), GARBAGE])
      expect(endOf(backend, lines).failure?.message).toBeTruthy()
  })

  test('cut off anywhere before the end of its last word', () => {
    const whole = log.join('\n')
    const last = log.findLastIndex((_, at) => endOf(backend, log.slice(0, at)).failure !== undefined)
    const from = log.slice(0, last).join('\n').length
    for (let at = 0; at < from; at += 1 + Math.floor(at / 40))
      expect(endOf(backend, whole.slice(0, at).split('\n')).failure, `${at} characters`).toBeDefined()
    for (let at = from; at < from + 1 + (log[last]?.length ?? 0); at++)
      expect(endOf(backend, whole.slice(0, at).split('\n')).failure, `${at} characters`).toBeDefined()
  })

  test('another one’s', () => {
    for (const [other, theirs] of WELL) {
      // Cursor's last event has the shape of Claude Code's; each is read by the one that was launched.
      const alike = [backend, other].every(({ name }) => ['claude', 'cursor'].includes(name))
      if (alike || backend === other) continue
      expect(endOf(backend, theirs).failure, other.name).toBeDefined()
    }
  })

  test('with values of another kind in every place: what is read of it stays sound', () => {
    for (const [at, text] of log.entries()) {
      if (!text.startsWith('{')) continue
      for (const odd of ODD)
        for (const changed of changedIn(JSON.parse(text), odd)) {
          const { log: facts } = endOf(backend, log.with(at, JSON.stringify(changed)))
          expect(isSound(facts), JSON.stringify(changed)).toBe(true)
          expect(() => backend.transcript(JSON.stringify(changed))).not.toThrow()
        }
    }
  })
})

/** The value with each of its parts replaced, one at a time. */
function changedIn(value: unknown, odd: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => {
    const put = (inner: unknown) =>
      Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner }
    return [put(odd), ...changedIn(part, odd).map(put)]
  })
}
