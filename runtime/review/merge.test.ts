import { describe, expect, test } from 'vitest'
import { summaryOf } from './gate-table.ts'
import { merge, type ReviewerReport } from './merge.ts'

type Said = [location: string, description: string, severity?: 'critical' | 'high' | 'medium', gate?: string]
const report = (reviewer: string, ...said: Said[]): ReviewerReport =>
  ({
    reviewer,
    gates: {},
    strengths: [],
    issues: said.map(([location, description, severity = 'high', gate = 'correctness']) => ({
      location,
      description,
      severity,
      gate,
    })),
  }) as unknown as ReviewerReport

const AWAIT: Said = ['src/a.ts:10', '`save()` is not awaited, so failures are lost.']
const AWAIT_TOO: Said = ['a.ts:11', 'Missing await on save; the promise floats.', 'critical']
const STATUS: Said = ['src/a.ts:11', 'Responds with 200 where a 201 is due.', 'medium', 'style']

describe('one defect', () => {
  test('found by two has both finders, the gravest severity and its words', () =>
    expect(merge([report('b', AWAIT), report('a', AWAIT_TOO)]).issues).toEqual([
      {
        id: 'I01',
        task: undefined,
        gate: 'correctness',
        severity: 'critical',
        location: 'src/a.ts:11',
        description: AWAIT_TOO[1],
        suggestion: undefined,
        foundBy: ['a', 'b'],
        inputs: [
          { reviewer: 'a', index: 0 },
          { reviewer: 'b', index: 0 },
        ],
        related: [],
      },
    ]))

  test('that one reviewer lists as two stays two', () =>
    expect(merge([report('a', AWAIT, AWAIT_TOO)]).issues).toHaveLength(2))

  test('listed twice in the same words is one', () =>
    expect(merge([report('a', AWAIT, AWAIT)]).issues.map(({ inputs }) => inputs.length)).toEqual([2]))
})

describe('of what one reviewer lists at one place', () => {
  const LIMIT: Said = ['src/a.ts:10', '`limit` has no upper bound.']
  const OFFSET: Said = ['src/a.ts:10', '`offset` may be negative.']
  const inputs = (...said: Said[]) =>
    merge([report('a', LIMIT, OFFSET), report('b', ...said)]).issues.map((issue) =>
      issue.inputs.map(({ reviewer, index }) => `${reviewer}${index}`).join(' '),
    )

  test('the likelier is meant by another', () =>
    expect(inputs(['src/a.ts:10', 'A negative offset is accepted.']).sort()).toEqual(['a0', 'a1 b0']))

  test('each is meant by the other that is likelier', () =>
    expect(
      inputs(['src/a.ts:11', 'A negative offset is accepted.'], ['src/a.ts:10', 'Cap the limit.']).sort(),
    ).toEqual(['a0 b1', 'a1 b0']))

  test('none is, where nothing tells which', () =>
    expect(inputs(['src/a.ts:10', 'Wrong.']).sort()).toEqual(['a0', 'a1', 'b0']))
})

describe('two defects', () => {
  test.each<[string, Said, Said]>([
    ['of different kinds on one line', AWAIT, STATUS],
    ['in twin files', ['src/x/a.ts:10', AWAIT[1]], ['src/y/a.ts:10', AWAIT[1]]],
    ['of one kind, far apart', AWAIT, ['src/a.ts:90', AWAIT[1]]],
    ['of one kind about two names', AWAIT, ['src/a.ts:12', '`audit()` is not awaited.']],
  ])('%s', (_, one, other) => expect(merge([report('a', one), report('b', other)]).issues).toHaveLength(2))

  test('that rules cannot tell apart refer to each other', () => {
    const { issues } = merge([
      report('a', ['src/a.ts:10', '`save()` is not awaited.']),
      report('b', ['src/a.ts:12', '`audit()` is not awaited.']),
    ])
    expect(issues.map(({ id, related }) => [id, ...related])).toEqual([
      ['I01', 'I02'],
      ['I02', 'I01'],
    ])
  })
})

describe('many reports', () => {
  const reports = [
    report('claude', AWAIT, STATUS, ['src/b.ts', 'The map grows without bound.', 'medium', 'performance']),
    report('codex', AWAIT_TOO, [
      'src/b.ts:4',
      'Unbounded cache: entries are never evicted.',
      'high',
      'performance',
    ]),
    report(
      'gemini',
      ['src/a.ts:9-12', 'Promise of save is never awaited.'],
      ['src/c.ts:1', 'Unclear name.', 'medium', 'style'],
    ),
  ]
  const rotations = reports.map((_, n) => [...reports.slice(n), ...reports.slice(0, n)])

  test('in any order, or twice, come to the same', () => {
    const expected = merge(reports)
    for (const order of [...rotations, [...reports].reverse(), [...reports, ...reports]])
      expect(merge(order)).toEqual(expected)
  })

  test('lose nothing: every finding is in exactly one issue', () => {
    const inputs = merge(reports).issues.flatMap((issue) =>
      issue.inputs.map(({ reviewer, index }) => `${reviewer} ${index}`),
    )
    const all = reports.flatMap(({ reviewer, issues }) => issues.map((_, n) => `${reviewer} ${n}`))
    expect(inputs.sort()).toEqual(all.sort())
  })

  test('number their issues by gravity and place', () => {
    const { issues } = merge(reports, 'B02-')
    expect(issues.map(({ id, severity, location }) => `${id} ${severity} ${location}`)).toEqual([
      'B02-I01 critical src/a.ts:11',
      'B02-I02 high src/b.ts:4',
      'B02-I03 medium src/a.ts:11',
      'B02-I04 medium src/c.ts:1',
    ])
  })

  test('fail a gate by a status, or by a grave finding', () => {
    const failing = { ...report('x'), gates: { style: { status: 'fail', issues: [] } } } as ReviewerReport
    expect(merge([...reports, failing]).gates).toEqual({
      correctness: 'fail',
      style: 'fail',
      performance: 'fail',
      security: 'pass',
      architecture: 'pass',
    })
    expect(merge(reports).gates.style).toBe('pass')
  })

  test('are shown in at most twenty lines', () => {
    const lines = summaryOf(reports, merge(reports))
    expect(lines.slice(0, 3)).toEqual([
      '| Gate         | claude | codex | gemini |',
      '|--------------|--------|-------|--------|',
      '| Correctness  | -      | -     | -      |',
    ])
    expect(lines.slice(7, 9)).toEqual([
      'critical (1)',
      '  I01 src/a.ts:11 Missing await on save; the promise floats. (claude, codex, gemini)',
    ])
    const many = report('a', ...Array.from({ length: 40 }, (_, n): Said => [`f${n}.ts:1`, `Defect ${n}`]))
    const shown = summaryOf([many], merge([many]))
    expect(shown).toHaveLength(20)
    expect(shown.at(-1)).toBe('… and 29 more')
  })
})
