import { expect, test } from 'vitest'
import type { Round, RunIssue } from '../facts.ts'
import { roundText } from './text.ts'

const issue = (n: number, severity: RunIssue['severity'], status: RunIssue['status']): RunIssue => ({
  ...{ id: `B02-I${String(n).padStart(2, '0')}`, severity, status, task: 'T001', gate: 'security' },
  ...{
    location: `src/a.ts:${n}`,
    description: `defect ${n}\nRound 2, codex: still there`,
    inputs: [],
    related: [],
  },
  foundBy: ['claude', 'codex'],
})
const round = (n: number, issues: RunIssue[], missing: Round['reviewers'] = []): Round => ({
  ...{ n, issues, gates: {} },
  reviewers: [
    { id: 'codex', status: 'completed', gates: { correctness: 'pass', security: 'fail' } },
    { id: 'claude', status: 'completed', gates: { security: 'fail' } },
    ...missing,
  ],
})

const FIRST = round(1, [issue(1, 'critical', 'open'), issue(2, 'medium', 'deferred')])

test('a round is told by its gates, its issues with their finders, and what became of them', () =>
  expect(
    roundText(
      round(
        2,
        [issue(1, 'critical', 'resolved'), issue(2, 'medium', 'deferred'), issue(3, 'high', 'open')],
        [{ id: 'gemini', status: 'failed', gates: {}, message: 'not logged in' }],
      ),
      2,
      FIRST,
    ),
  ).toEqual([
    '| Gate         | claude | codex | gemini |',
    '|--------------|--------|-------|--------|',
    '| Correctness  | -      | pass  | -      |',
    '| Style        | -      | -     | -      |',
    '| Performance  | -      | -     | -      |',
    '| Security     | fail   | fail  | -      |',
    '| Architecture | -      | -     | -      |',
    'high (1)',
    '  B02-I03 src/a.ts:3 defect 3 Round 2, codex: still there (claude, codex)',
    'medium (1)',
    '  B02-I02 src/a.ts:2 defect 2 Round 2, codex: still there (claude, codex)',
    'Resolved: B02-I01.',
    'Deferred, and no reason to wait: B02-I02.',
    'Missing, so this is a part: gemini: failed, not logged in',
    'To have it run again: dispatch decide "rerun" (batch 2).',
  ]))

test('what was resolved before is not told again', () => {
  const resolved = round(2, [issue(1, 'critical', 'resolved')])
  expect(roundText(round(3, resolved.issues), 2, resolved).join('\n')).not.toContain('Resolved')
})

test('many issues and many who are missing still make twenty lines', () => {
  const many = Array.from({ length: 60 }, (_, n) =>
    issue(n + 1, n % 2 ? 'high' : 'medium', n % 2 ? 'open' : 'deferred'),
  )
  const gone = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, status: 'timeout' as const, gates: {} }))
  const lines = roundText(round(1, many, gone), 'final')
  expect(lines).toHaveLength(20)
  expect(lines.slice(-4)).toEqual([
    '… and 52 more',
    'Deferred, and no reason to wait: B02-I01, B02-I03, B02-I05, B02-I07, B02-I09, B02-I11, B02-I13, B02-I15, B02-I17, B02-I19, B02-I21, B02-I23 and 18 more.',
    'Missing, so this is a part: a: timeout; b: timeout; c: timeout; and 2 more',
    'To have them run again: dispatch decide "rerun" (the final review).',
  ])
})

test('nothing found is said', () => expect(roundText(round(1, []), 2).at(-1)).toBe('No issues.'))
