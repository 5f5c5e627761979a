/** Ends of the real client, recorded while a server answered it so; retries were off, unimportant fields are left out. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { FailureClass } from './backend.ts'
import { claudeReader } from './claude-log.ts'
import { classifyClaude } from './claude-log-failure.ts'

interface Recorded {
  name: string
  code: number
  stderr: string
  events: object[]
}

const recorded = (version: string): Recorded[] =>
  readFileSync(new URL(`fixtures/failures-${version}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

const CLASSES: Record<string, FailureClass> = {
  '401': 'auth',
  '403': 'auth',
  '404': 'model-unavailable',
  '429': 'rate-limited',
  '529': 'overloaded',
  '500': 'overloaded',
  billing: 'quota',
  context: 'context-overflow',
  'no login': 'auth',
  'refused connection': 'network',
}

describe.each(['2.1.329', '2.1.197'])('%s', (version) => {
  const all = recorded(version)
  test('is all here', () =>
    expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(CLASSES))))

  test.each(all)('$name', ({ name, code, stderr, events }) => {
    const reader = claudeReader()
    reader.lines(events.map((event) => JSON.stringify(event)))
    const log = reader.facts()
    const failure = classifyClaude({ code, signal: null, stderr, log })
    expect(failure).toMatchObject({ class: CLASSES[name], message: expect.stringMatching(/\w{3}/) })
    // What the client says of it in the model's place is no message of the worker's.
    expect(log.finalText).toBeUndefined()
  })
})
