import { describe, expect, test } from 'vitest'
import { attempt, issue, opened, round, runFacts, suite, whole } from '../../test/support/run-facts.ts'
import { cells } from '../io/cells.ts'
import { panel } from './panel.ts'

const one = whole(['T1'], 1, { commit: 'c1', rounds: [round(1, [issue('B01-I01', 'medium', 'deferred')])] })

describe('the panel', () => {
  test('of a run that is taken up', () =>
    expect(
      panel(
        runFacts('T1 | T2 T3 | T4', [
          one,
          {
            base: opened(2),
            attempts: [
              attempt('T2', 'red'),
              attempt('T3', 'red', { void: 'lost' }),
              attempt('T3', 'red', { n: 2, accepted: undefined }),
            ],
          },
        ]),
      ),
    ).toEqual([
      'cache on feat/cache: batch 2 of 3, red (tests first)',
      '✓ T1 Do T1',
      '⋯ T2 Doing T2',
      '⋯ T3 Doing T3',
      '○ T4 Do T4',
      'Accepted: T2-red-1',
      'Open: T3-red-2',
      'Deferred: 1',
      '  medium src/T1.ts:3 What is wrong with B01-I01',
    ]))
  test.each<[string, Parameters<typeof panel>, string]>([
    [
      'that begins',
      [runFacts('T1 | T2 T3'), { isNew: true }],
      'cache begins on feat/cache: 3 tasks in 2 batches',
    ],
    ['between two batches', [runFacts('T1 | T2', [one])], 'cache on feat/cache: batch 2 of 2, not begun'],
    ['at the final review', [runFacts('T1', [one])], 'cache on feat/cache: 1 batch committed, final review'],
    [
      'that is over',
      [runFacts('T1', [one, { base: opened(0), suites: [suite()], commit: 'f' }])],
      'cache on feat/cache: done, 1 batch committed',
    ],
  ])('of a run %s', (_, args, expected) => expect(panel(...args)[0]).toBe(expected))

  test('of any run: twenty lines at most, and none wider than a terminal', () => {
    for (const size of [1, 5, 12, 18, 30, 1000]) {
      const ids = Array.from({ length: size }, (_, n) => `T${n}`)
      const many = Array.from({ length: size }, (_, n) => issue(`B01-I${n}`, 'medium', 'deferred'))
      for (const done of [false, true]) {
        const first = whole(ids, 1, { ...(done ? { commit: 'c1' } : {}), rounds: [round(1, many)] })
        const lines = panel(runFacts(`${ids.join(' ')} | ${ids.map((id) => `${id}b`).join(' ')}`, [first]))
        expect(lines.length).toBeLessThanOrEqual(20)
        for (const line of lines) expect(cells(line)).toBeLessThanOrEqual(110)
      }
    }
  })

  test('of a thousand tasks: what is done is counted, what is next is shown', () => {
    const ids = Array.from({ length: 999 }, (_, n) => `T${n + 2}`)
    const lines = panel(runFacts(`T1 T0 | ${ids.join(' | ')}`, [whole(['T1', 'T0'], 1, { commit: 'c1' })]))
    expect(lines.slice(0, 3)).toEqual([
      'cache on feat/cache: batch 2 of 1000, not begun',
      '✓ 2 tasks committed',
      '○ T2 Do T2',
    ])
    expect(lines.at(-1)).toBe('… and 982 more')
  })
})
