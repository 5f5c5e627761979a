import { describe, expect, test } from 'vitest'
import { denialsReader } from './claude-log-denied.ts'

const use = (id: string, name: string, input: object) => ({
  type: 'assistant',
  message: { content: [{ type: 'tool_use', id, name, input }] },
})
const answer = (id: string, content: unknown, is_error = true) => ({
  type: 'user',
  message: { content: [{ type: 'tool_result', tool_use_id: id, content, is_error }] },
})
const read = (...events: Record<string, unknown>[]) => {
  const reader = denialsReader()
  for (const event of events) reader.take(event)
  return reader.labels()
}
const ran = (command: string, said: unknown, isError = true) =>
  read(use('1', 'Bash', { command }), answer('1', said, isError))

const VIOLATION = (line: string) => `Exit code 7\n\n<sandbox_violations>\n${line}\n</sandbox_violations>`

describe('what a refused command said', () => {
  test.each<[string, unknown, string[]]>([
    ['a shell', 'Exit code 1\n/bin/bash: line 1: /etc/x: Read-only file system', ['Bash(it)']],
    ['coreutils', "touch: cannot touch '/etc/z': Read-only file system\nnext line", ['Bash(it)']],
    ['git', "fatal: Unable to create '/r/.git/index.lock': Read-only file system", ['Bash(it)']],
    ['Node', "Error: EROFS: read-only file system, open '/etc/z'", ['Bash(it)']],
    ['Python', "OSError: [Errno 30] Read-only file system: '/etc/z'", ['Bash(it)']],
    ['parts of text', [{ type: 'text', text: 'x: Read-only file system' }], ['Bash(it)']],
    ['a host', VIOLATION('deny network-outbound a.example:443 (user denied)'), ['network: a.example']],
    ['an address', VIOLATION('deny network-outbound [::1]:443 (x)'), ['network: [::1]']],
    [
      'two hosts and a file',
      `x: Read-only file system\n${VIOLATION('deny network-outbound a:1 (x)\ndeny network-outbound b:2 (x)')}`,
      ['Bash(it)', 'network: a', 'network: b'],
    ],
    ['another failure', 'Exit code 1\nAssertionError: the Read-only file system is described here', []],
    [
      'a permission of its own',
      "cat: /etc/shadow: Permission denied\nmv: cannot move 'a': Device or resource busy",
      [],
    ],
    ['a violation of another kind', VIOLATION('deny file-read /x'), []],
    ['words of the network without the block', 'deny network-outbound a.example:443 (x)', []],
    [
      'a tool that is not there',
      '<tool_use_error>Error: No such tool available: WebFetch.</tool_use_error>',
      [],
    ],
  ])('%s', (_, said, expected) => expect(ran('it', said)).toEqual(expected))

  test.each([
    'x: Read-only file system',
    VIOLATION('deny network-outbound a.example:443 (x)'),
    'Permission to use Bash has been denied because …',
  ])('does not count where the command succeeded: %s', (said) =>
    expect(ran('cat log', said, false)).toEqual([]),
  )

  test('does not count without its call', () =>
    expect(read(answer('9', 'x: Read-only file system'))).toEqual([]))
})

describe('what a refused tool said', () => {
  const input = { file_path: '/r/a.ts', content: '' }
  test.each([
    ["EROFS: read-only file system, open '/r/a.ts.tmp.1'"],
    ['<tool_use_error>File is in a directory that is denied by your permission settings.</tool_use_error>'],
    ["Permission to use Write has been denied because Claude Code is running in don't ask mode. …"],
  ])('%s', (said) => expect(read(use('1', 'Write', input), answer('1', said))).toEqual(['Write(/r/a.ts)']))

  test('is listed once, also when the result lists it again', () => {
    const denial = { tool_name: 'Write', tool_use_id: '1', tool_input: input }
    expect(
      read(use('1', 'Write', input), answer('1', 'Permission to use Write has been denied because …'), {
        type: 'result',
        permission_denials: [denial, { tool_name: 'WebSearch', tool_input: { query: 'x' } }],
      }),
    ).toEqual(['Write(/r/a.ts)', 'WebSearch'])
  })
})

describe('labels', () => {
  test('are the first line, and short', () => {
    const [label = ''] = ran(`${'é'.repeat(200)}\nsecond`, 'x: Read-only file system')
    expect(label).toBe(`Bash(${'é'.repeat(79)}…)`)
  })

  test('are at most twenty', () => {
    const events = Array.from({ length: 30 }, (_, n) => [
      use(String(n), 'Bash', { command: `command ${n}` }),
      answer(String(n), 'x: Read-only file system'),
    ])
    expect(read(...events.flat())).toHaveLength(20)
  })

  test('of shapes that nobody expected', () =>
    expect(
      read(
        { type: 'user', message: 'text' },
        { type: 'assistant', message: { content: 'text' } },
        { type: 'assistant', message: { content: [{ type: 'tool_use', id: '1', name: 7, input: null }] } },
        answer('1', 'x: Read-only file system'),
        { type: 'result', permission_denials: 'none' },
      ),
    ).toEqual(['a tool']))
})
