import { describe, expect, it } from 'vitest'
import type { End, FailureClass } from './backend.ts'
import { lastLines, plainEnd } from './ends.ts'

const LOG: End['log'] = {
  session: undefined,
  finalText: undefined,
  tokens: undefined,
  costUsd: undefined,
  denied: [],
  success: undefined,
  failure: undefined,
}

describe('an end where the CLI says nothing', () => {
  const rows: [number | null, string | null, string, FailureClass | undefined, RegExp][] = [
    [0, null, '', undefined, /^$/],
    [0, null, 'a warning', undefined, /^$/],
    [1, null, '', 'crashed', /^It ended with exit code 1\.$/],
    [1, null, 'a\nb\nc\nd\n', 'crashed', /exit code 1\. b \/ c \/ d$/],
    [126, null, 'Permission denied', 'crashed', /126.*Permission denied/],
    [127, null, '', 'cli-missing', /not found/],
    [127, null, 'sh: codex: not found', 'cli-missing', /^sh: codex: not found$/],
    [null, 'SIGKILL', '', 'killed', /SIGKILL \(by hand, or because memory ran out\)/],
    [null, 'SIGTERM', '', 'killed', /ended by SIGTERM, which/],
    [null, null, '', 'crashed', /exit code null/],
  ]
  it.each(rows)('code %s, signal %s, stderr %j: %s', (code, signal, stderr, kind, message) => {
    const failure = plainEnd({ code, signal, stderr, log: LOG })
    expect(failure?.class).toBe(kind)
    expect(failure?.message ?? '').toMatch(message)
  })
})

describe('lastLines', () => {
  const rows: [string, string][] = [
    ['', ''],
    ['\n \n', ''],
    ['one', 'one'],
    ['  one  \n\n two\r\n', 'one / two'],
    ['1\n2\n3\n4', '2 / 3 / 4'],
    ['x'.repeat(300), 'x'.repeat(300)],
    [`begin${'x'.repeat(300)}`, `…${'x'.repeat(299)}`],
  ]
  it.each(rows)('%j', (text, last) => expect(lastLines(text)).toBe(last))
})
