import { describe, expect, test } from 'vitest'
import type { Attempt } from './facts.ts'
import { readReport, type Scope, takenAtItsWord } from './submit-report.ts'

const scope = (phase: Attempt['phase'], more: Partial<Scope> = {}): Scope => ({
  attempt: {
    id: phase === 'review' ? 'B02-review-claude-1' : `T1-${phase}-1`,
    batch: 2,
    phase,
    task: phase === 'review' ? undefined : 'T1',
    reviewer: phase === 'review' ? 'claude' : undefined,
    n: 1,
    why: [],
    claim: undefined,
    refusals: 0,
    bounces: 0,
    verifying: false,
    accepted: undefined,
    void: undefined,
  },
  top: '/repo',
  tasks: ['T1', 'T2'],
  issues: ['B02-I01'],
  ...more,
})

const tester = (path: string) =>
  `tester_report:\n  status: success\n  test_files:\n    - path: ${JSON.stringify(path)}\n      tests: [a]\n`
const review = (location: string, more = '') =>
  `reviewer_report:\n  reviewer: me\n${more}  issues:\n    - { severity: high, gate: style, location: ${JSON.stringify(location)}, description: d }\n`

describe('what cannot be used is exit 65 with what to mend', () => {
  test.each<[string, Attempt['phase'], string, RegExp]>([
    ['nothing', 'red', '', /one key, tester_report, found nothing/],
    ['garbage', 'red', '\u0000\u0001{{{:', /./],
    ['text', 'red', 'all done', /./],
    ['another kind', 'green', tester('a.test.js'), /one key, implementer_report, found tester_report/],
    ['two kinds', 'red', `${tester('a.test.js')}fix_report: {}\n`, /one key/],
    ['an unknown key', 'red', 'tester_report: { status: success, output: "1 failed" }', /not "output"/],
    [
      'a gap without a reason',
      'red',
      'tester_report: { status: gap, gap_reason: " " }',
      /gap_reason\n.*why no test/,
    ],
    ['blocked without a reason', 'green', 'implementer_report: { status: blocked }', /blocked_reason/],
    ['a fix that failed without a reason', 'fix', 'fix_report: { status: blocked }', /failure_reason/],
    [
      'a fix of no issue',
      'fix',
      'fix_report: { status: success, fixes_applied: [{ issue: X, fix: y }] }',
      /one of B02-I01, found X/,
    ],
    ['a review of another batch', 'review', review('a.js:1', '  batch: 3\n'), /batch\nexpected 2, found 3/],
    [
      'a task that is not in the batch',
      'review',
      review('a.js:1').replace('{ ', '{ task: T9, '),
      /one of T1, T2, found T9/,
    ],
    ['deep nesting', 'red', '['.repeat(60_000), /./],
    ['far too much', 'red', `tester_report:\n  gap_reason: ${'x'.repeat(5 << 20)}\n`, /too long/],
    ['aliases that grow', 'red', bomb(), /./],
  ])('%s', (_, phase, source, message) => {
    expect(() => readReport(source, scope(phase))).toThrow(expect.objectContaining({ exit: 65 }))
    expect(() => readReport(source, scope(phase))).toThrow(message)
    expect(() => readReport(source, scope(phase))).toThrow(/Mend the report, then: dispatch submit/)
  })
})

function bomb(): string {
  const names = 'abcdefghij'.split('')
  return names
    .map(
      (name, n) =>
        `${name}: &${name} [${Array(9)
          .fill(n === 0 ? 'x' : `*${names[n - 1]}`)
          .join(', ')}]`,
    )
    .join('\n')
}

describe('paths', () => {
  test.each([
    '../a.test.js',
    'test/../../a.test.js',
    '/etc/passwd',
    '/repository/a.test.js',
    '/repo',
    '.git/hooks/pre-commit',
    'sub/.GIT/config',
    'C:\\a.test.js',
    '.',
    'a\u0000.js',
  ])('%j leads out', (path) => {
    expect(() => readReport(tester(path), scope('red'))).toThrow(expect.objectContaining({ exit: 65 }))
    expect(() => readReport(tester(path), scope('red'))).toThrow(/test_files\[1\]\.path|escaped|not YAML/)
  })

  test.each([
    ['test/a.test.js', 'test/a.test.js'],
    ['./test//a.test.js', 'test/a.test.js'],
    ['/repo/test/a.test.js', 'test/a.test.js'],
    ['test/x/../a.test.js', 'test/a.test.js'],
    ['..test/a.js', '..test/a.js'],
  ])('%j is %s', (path, plain) => {
    const handed = readReport(tester(path), scope('red'))
    expect(handed.report).toMatchObject({ test_files: [{ path: plain }] })
  })

  test.each(['../x.js:1', '/etc/passwd:1', '/repo/../x.js:3'])('a finding at %s leads out', (location) =>
    expect(() => readReport(review(location), scope('review'))).toThrow(/issues\[1\]\.location/),
  )

  test.each(['src/a.js:12', '/repo/src/a.js:1-3', 'src/gone.js', '`src/a.js` line 12'])(
    'a finding at %s is fine',
    (location) => expect(readReport(review(location), scope('review')).kind).toBe('reviewer_report'),
  )
})

test('who reviewed is the reviewer of the attempt, whatever the report says', () =>
  expect(readReport(review('a.js:1'), scope('review')).report).toMatchObject({ reviewer: 'claude' }))

test.each<[string, Attempt['phase'], string, boolean]>([
  ['a gap', 'red', 'tester_report: { status: gap, gap_reason: no }', true],
  ['a success', 'red', tester('a.test.js'), false],
  ['blocked', 'green', 'implementer_report: { status: blocked, blocked_reason: no }', true],
  ['done', 'green', 'implementer_report: { status: success }', false],
  ['a fix that is none', 'fix', 'fix_report: { status: blocked, failure_reason: no }', true],
  ['a review', 'review', review('a.js:1'), false],
])('%s is taken at its word: %#', (_, phase, source, expected) =>
  expect(takenAtItsWord(readReport(source, scope(phase))) !== undefined).toBe(expected),
)
