import { describe, expect, test } from 'vitest'
import { parseReport, unfenced } from './report.ts'

const REVIEW = `reviewer_report:
  reviewer: codex
  batch: 2
  gates:
    correctness: { status: fail, issues: [one] }
    style: { status: pass }
  issues:
    - task: T1
      severity: high
      gate: correctness
      location: src/a.ts:12
      description: It is wrong.
      suggestion: Mend it.
    - { severity: medium, gate: style, location: src/b.ts, description: Unclear }
  strengths: [clear]
`

describe('a report', () => {
  test('of a reviewer', () =>
    expect(parseReport('reviewer_report', REVIEW, 'r.yaml')).toEqual({
      reviewer: 'codex',
      batch: 2,
      gates: { correctness: { status: 'fail', issues: ['one'] }, style: { status: 'pass', issues: [] } },
      issues: [
        {
          task: 'T1',
          severity: 'high',
          gate: 'correctness',
          location: 'src/a.ts:12',
          description: 'It is wrong.',
          suggestion: 'Mend it.',
        },
        { severity: 'medium', gate: 'style', location: 'src/b.ts', description: 'Unclear' },
      ],
      strengths: ['clear'],
    }))

  test('of the other roles', () => {
    expect(
      parseReport(
        'tester_report',
        'tester_report: { status: success, test_files: [{ path: a.test.ts, tests: [one] }] }',
        't',
      ),
    ).toMatchObject({ status: 'success' })
    expect(
      parseReport('tester_report', 'tester_report: { status: gap, gap_reason: why }', 't'),
    ).toMatchObject({
      test_files: [],
      gap_reason: 'why',
    })
    expect(
      parseReport(
        'implementer_report',
        'implementer_report: { status: success, implementation_files: [a.ts] }',
        't',
      ).implementation_files,
    ).toEqual(['a.ts'])
    expect(
      parseReport(
        'fix_report',
        'fix_report: { status: success, fixes_applied: [{ issue: I01, fix: x }] }',
        't',
      ).fixes_applied,
    ).toHaveLength(1)
  })

  test.each<[string, string, RegExp]>([
    ['another kind', 'fix_report: { status: success }', /one key, reviewer_report, found fix_report/],
    ['two kinds', `${REVIEW}fix_report: {}\n`, /r\.yaml:16.*one key, reviewer_report/s],
    ['no mapping', '- a\n', /r\.yaml:1/],
    ['nothing', '', /found nothing/],
    [
      'a key that nobody knows',
      REVIEW.replace('batch:', 'mood: good\n  batch:'),
      /mood.*r\.yaml:3.*one of the keys reviewer, batch/s,
    ],
    [
      'such a key in a finding',
      REVIEW.replace('task: T1', 'file: a'),
      /issues\[1\]\.file.*one of the keys task, severity/s,
    ],
    [
      'a severity',
      REVIEW.replace('severity: high', 'severity: minor'),
      /severity.*r\.yaml:9.*critical, high, medium, found "minor"/s,
    ],
    ['a gate', REVIEW.replace('gate: style', 'gate: taste'), /gate.*correctness, style, performance/s],
    ['a gate among the gates', REVIEW.replace('style: {', 'taste: {'), /gates\.taste/],
    [
      'a finding without a place',
      REVIEW.replace('      location: src/a.ts:12\n', ''),
      /issues\[1\].*the key location/s,
    ],
    ['broken YAML', REVIEW.replace('It is wrong.', 'It: is: wrong'), /not YAML.*r\.yaml:\d+/s],
  ])('with %s is refused, with the line', (_, text, message) =>
    expect(() => parseReport('reviewer_report', text, 'r.yaml')).toThrow(message),
  )
})

test.each([
  ['as it is', 'a: 1\n', 'a: 1\n'],
  ['fenced', 'Here:\n\n```yaml\na: 1\n```\nThat is all.\n', 'a: 1\n'],
  ['the last of several', '```\na: 1\n```\n~~~yml\nb: 2\n~~~\n', 'b: 2\n'],
])('YAML %s', (_, text, expected) => expect(unfenced(text)).toBe(expected))
