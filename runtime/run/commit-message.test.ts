import { describe, expect, test } from 'vitest'
import { commitsIn } from './commit-find.ts'
import { messageFor } from './commit-message.ts'

const task = (content: string, files: string[] = [], id = 'T001') => ({ id, content, files })
const subject = (...tasks: ReturnType<typeof task>[]) =>
  messageFor({ key: 2, total: 5, tasks, spec: '2026-01-10-cache-layer' }).split('\n')[0]

describe('the first line', () => {
  test.each<[string, ReturnType<typeof task>[], string]>([
    ['the file', [task('Add TTL expiry', ['src/cache.ts'])], 'feat(cache): add TTL expiry'],
    ['the folder', [task('Add TTL expiry', ['src/cache/ttl.ts'])], 'feat(cache): add TTL expiry'],
    ['a file called so by its place', [task('Add it', ['packages/api/src/index.ts'])], 'feat(api): add it'],
    [
      'a test beside it',
      [task('Add it', ['src/ring-buffer.ts', 'src/ring-buffer.test.ts'])],
      'feat(ring-buffer): add it',
    ],
    [
      'Python',
      [task('Add it', ['app/rate_limit.py', 'tests/test_rate_limit.py'])],
      'feat(rate-limit): add it',
    ],
    ['nothing in common', [task('Add it', ['src/a.ts', 'src/b.ts'])], 'feat(cache-layer): add it'],
    ['no files', [task('Add it')], 'feat(cache-layer): add it'],
    ['a fix', [task('Fix the race in eviction.', ['src/cache.ts'])], 'fix(cache): fix the race in eviction'],
    ['faster', [task('Speed up lookups', ['src/cache.ts'])], 'perf(cache): speed up lookups'],
    ['a refactoring', [task('Extract the clock', ['src/clock.ts'])], 'refactor(clock): extract the clock'],
    ['documents', [task('Add examples', ['docs/cache.md'])], 'docs(cache): add examples'],
    [
      'tests',
      [task('Cover the corner cases', ['test/cache.test.ts'])],
      'test(cache): cover the corner cases',
    ],
    ['marks and ids', [task('[P] T001: **Add** `get` ', ['src/cache.ts'])], 'feat(cache): add get'],
    [
      'a name at the beginning',
      [task('OAuth for the API', ['src/auth.ts'])],
      'feat(auth): OAuth for the API',
    ],
    ['two lines', [task('Add it\n\nto the cache', ['src/cache.ts'])], 'feat(cache): add it to the cache'],
    ['given by the author', [task('fix(ttl)!: Off by one', ['src/cache.ts'])], 'fix(ttl): off by one'],
    [
      'two tasks',
      [task('Add get', ['src/cache.ts']), task('Fix put', ['src/cache.ts'], 'T002')],
      'feat(cache): add get and fix put',
    ],
    [
      'more tasks than fit',
      ['one', 'two', 'three'].map((word) =>
        task(`Add the endpoint for number ${word}`, ['src/api.ts'], word),
      ),
      'feat(api): add the endpoint for number one and 2 more',
    ],
    [
      'a long one, of which the first clause says enough',
      [
        task('Add expiry by time to live; entries that are older than their limit are never returned', [
          'src/cache.ts',
        ]),
      ],
      'feat(cache): add expiry by time to live',
    ],
    [
      'a long one',
      [task(`Add ${'many words of it '.repeat(12)}`, ['src/cache.ts'])],
      'feat(cache): add many words of it many words of it many words of it many',
    ],
    ['nothing but marks', [task('[P]', ['src/cache.ts'])], 'feat(cache): carry out the batch'],
    [
      'what could move a terminal',
      [task('Add \u001b[31mred\u001b[0m\u0008', ['src/cache.ts'])],
      'feat(cache): add red',
    ],
  ])('%s', (_, tasks, expected) => expect(subject(...tasks)).toBe(expected))

  test('is never longer than what reads commits shows', () => {
    for (let n = 1; n < 120; n++)
      expect(subject(task('Word '.repeat(n), ['src/cache.ts']))?.length).toBeLessThanOrEqual(72)
    expect(subject(task('x'.repeat(300), ['src/cache.ts']))?.length).toBeLessThanOrEqual(72)
  })
})

test('the lines by which a commit is found', () => {
  const message = messageFor({
    key: 2,
    total: 5,
    tasks: [task('Add a'), task('Add b', [], 'T-2')],
    spec: 'cache',
  })
  expect(message).toBe('feat(cache): add a and add b\n\nTasks: T001, T-2\nBatch: 2/5\n')
  const final = messageFor({ key: 'final', total: 5, tasks: [], spec: 'cache' })
  expect(final).toBe('chore(cache): record the final review\n\nBatch: final\n')
  expect(messageFor({ key: 'final', total: 5, tasks: [], spec: 'cache' }, true)).toMatch(/^fix\(cache\): /)
  expect(commitsIn(`a1\n${message}\0b2\n${final}\0`)).toEqual([
    { commit: 'a1', keys: [2], tasks: ['T001', 'T-2'] },
    { commit: 'b2', keys: ['final'], tasks: [] },
  ])
})

test.each<[string, string, unknown[]]>([
  ['something behind them', 'Batch: 1/2\n\nPROJ-12', [1]],
  ['carriage returns', 'Batch: 1/2\r', [1]],
  ['two that were squashed', 'Batch: 1/2\n\nBatch: 2/2', [1, 2]],
  ['words that only begin so', 'Batch: 1/2 is done', []],
  ['another word', 'Batch: last', []],
])('found with %s', (_, body, keys) =>
  expect(commitsIn(`a1\nsubject\n\n${body}\n`).flatMap((one) => one.keys)).toEqual(keys),
)
