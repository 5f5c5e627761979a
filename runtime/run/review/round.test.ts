import { describe, expect, test } from 'vitest'
import type { ReviewerReport } from '../../review/merge.ts'
import type { Accepted, Round, RunIssue } from '../facts.ts'
import { type RoundFacts, roundOf } from './round.ts'

type Severity = 'critical' | 'high' | 'medium'
type Said = [location: string, description: string, severity?: Severity, gate?: string]
type Settled = RoundFacts['reports'][number]

const AWAIT: Said = ['src/a.ts:10', '`save()` is not awaited, so failures are lost.', 'critical']
const AWAIT_TOO: Said = ['a.ts:11', 'Missing await on save; the promise floats.', 'high']
const STATUS: Said = ['src/b.ts:40', 'Responds with 200 where a 201 is due.', 'medium', 'style']
const RACE: Said = [
  'src/c.ts:7',
  'Two requests can take the last seat: check and insert are not atomic.',
  'high',
]

function review(reviewer: string, n: number, said: Said[], gates: ReviewerReport['gates'] = {}): Settled {
  const issues = said.map(([location, description, severity = 'high', gate = 'correctness']) => ({
    ...{ location, description, severity, gate, task: undefined, suggestion: undefined },
  }))
  const report = { reviewer, batch: 2, gates, strengths: [], issues } as ReviewerReport
  return { id: `B02-review-${reviewer}-${n}`, reviewer, n, accepted: { kind: 'reviewer_report', report } }
}

const none = (reviewer: string, status: 'timeout' | 'failed', message = 'why'): Settled => ({
  ...{ id: `B02-review-${reviewer}-1`, reviewer, n: 1 },
  accepted: { kind: 'none', status, message } satisfies Accepted,
})

const fix = (task: string, ...fixes: [issue: string, fix: string][]): Settled => ({
  ...{ id: `${task}-fix-1`, reviewer: undefined, n: 1 },
  accepted: {
    kind: 'fix_report',
    report: {
      status: 'success',
      failure_reason: undefined,
      fixes_applied: fixes.map(([issue, text]) => ({ issue, fix: text })),
    },
  },
})

function round(facts: Partial<RoundFacts>): Round {
  const made = roundOf({ n: 1, batch: 2, reports: [], fixes: [], previous: undefined, ...facts })
  if (made === undefined) throw new Error('no round')
  return made
}

const FIRST = round({
  reports: [review('claude', 1, [AWAIT, STATUS]), review('codex', 1, [AWAIT_TOO, RACE])],
})
const short = ({ id, status, foundBy }: RunIssue) => `${id} ${status} ${foundBy.join('+')}`
const later = (facts: Partial<RoundFacts>) => round({ n: 2, previous: FIRST, ...facts })
const issue = (made: Round, id: string) => made.issues.find((each) => each.id === id)

describe('the first round', () => {
  test('keeps what is grave open, and defers the rest', () =>
    expect(FIRST.issues.map(short)).toEqual([
      'B02-I01 open claude+codex',
      'B02-I02 open codex',
      'B02-I03 deferred claude',
    ]))

  test('says which reviews it is about', () =>
    expect(FIRST.attempts).toEqual(['B02-review-claude-1', 'B02-review-codex-1']))

  test('is none without a review that arrived', () =>
    expect(
      roundOf({ n: 1, batch: 2, reports: [none('codex', 'timeout')], fixes: [], previous: undefined }),
    ).toBeUndefined())

  test('goes on with one of three, and says why the others are missing', () =>
    expect(
      round({
        reports: [none('gemini', 'failed', 'no login'), review('claude', 1, []), none('codex', 'timeout')],
      }).reviewers,
    ).toEqual([
      { id: 'claude', status: 'completed', gates: {} },
      { id: 'codex', status: 'timeout', gates: {}, message: 'why' },
      { id: 'gemini', status: 'failed', gates: {}, message: 'no login' },
    ]))

  test('of the final review has ids of its own', () =>
    expect(
      round({ batch: 'final', reports: [review('claude', 1, [RACE])] }).issues.map(({ id }) => id),
    ).toEqual(['final-I01']))
})

describe('after fixes', () => {
  const MENDED = fix('T001', ['B02-I01', 'awaits it'])

  test.each<[string, Partial<RoundFacts>, string[]]>([
    [
      'named by a fix and found by nobody: resolved',
      { fixes: [MENDED], reports: [review('claude', 2, [])] },
      ['B02-I01 resolved claude+codex', 'B02-I02 open codex', 'B02-I03 deferred claude'],
    ],
    [
      'found by nobody and named by no fix: still open',
      { fixes: [], reports: [review('claude', 2, [])] },
      ['B02-I01 open claude+codex', 'B02-I02 open codex', 'B02-I03 deferred claude'],
    ],
    [
      'named by a fix and found again in other words: still open, with who found it now',
      {
        fixes: [MENDED],
        reports: [review('gemini', 1, [['src/a.ts:12', 'The promise of `save()` is still not awaited.']])],
      },
      ['B02-I01 open claude+codex+gemini', 'B02-I02 open codex', 'B02-I03 deferred claude'],
    ],
    [
      'found again by its id, wherever it is now',
      {
        fixes: [MENDED],
        reports: [review('claude', 2, [['src/z.ts:90', '`B02-I01`: the retry swallows it.']])],
      },
      ['B02-I01 open claude+codex', 'B02-I02 open codex', 'B02-I03 deferred claude'],
    ],
    [
      'what the fix broke is a new one',
      {
        fixes: [MENDED],
        reports: [
          review('claude', 2, [
            ['src/a.ts:60', 'SQL is put together from the name.', 'critical', 'security'],
          ]),
        ],
      },
      [
        'B02-I01 resolved claude+codex',
        'B02-I02 open codex',
        'B02-I03 deferred claude',
        'B02-I04 open claude',
      ],
    ],
    [
      'a deferred one that was mended on the way: resolved',
      { fixes: [fix('T001', ['B02-I03', 'answers 201'])], reports: [review('claude', 2, [])] },
      ['B02-I01 open claude+codex', 'B02-I02 open codex', 'B02-I03 resolved claude'],
    ],
    [
      'a deferred one that is graver than it was taken for: open',
      {
        reports: [
          review('claude', 2, [['src/b.ts:40', 'B02-I03: clients treat the 200 as a failure.', 'high']]),
        ],
      },
      ['B02-I01 open claude+codex', 'B02-I02 open codex', 'B02-I03 open claude'],
    ],
    [
      'found again by a reviewer that calls it less grave: as grave as before',
      {
        fixes: [MENDED],
        reports: [review('claude', 2, [['src/a.ts:10', 'B02-I01: in one path.', 'medium']])],
      },
      ['B02-I01 open claude+codex', 'B02-I02 open codex', 'B02-I03 deferred claude'],
    ],
    [
      'an id that only begins like another is not that one',
      {
        fixes: [MENDED],
        reports: [review('claude', 2, [['src/q.ts:1', 'B02-I011 is no issue, but this loop never ends.']])],
      },
      [
        'B02-I01 resolved claude+codex',
        'B02-I02 open codex',
        'B02-I03 deferred claude',
        'B02-I04 open claude',
      ],
    ],
  ])('%s', (_, facts, expected) => expect(later(facts).issues.map(short)).toEqual(expected))

  test('the fix is told with the batch it belongs to', () =>
    expect(
      issue(later({ fixes: [MENDED], reports: [review('claude', 2, [])] }), 'B02-I01')?.resolution,
    ).toEqual({
      batch: 2,
      fix: 'awaits it',
    }))

  test('one that is still there says why, and where now', () => {
    const made = later({
      fixes: [MENDED],
      reports: [review('claude', 2, [['src/a.ts:31-33', 'B02-I01: not in `retry()`.']])],
    })
    expect(issue(made, 'B02-I01')).toMatchObject({
      location: 'src/a.ts:31-33',
      severity: 'critical',
      description: `${AWAIT[1]}\nRound 2, claude: B02-I01: not in \`retry()\`.`,
    })
  })

  test('one that was resolved and is found again is open again, under its own id', () => {
    const second = later({ fixes: [MENDED], reports: [review('claude', 2, [])] })
    const third = round({ n: 3, previous: second, reports: [review('claude', 3, [AWAIT])] })
    expect(issue(third, 'B02-I01')).toMatchObject({ status: 'open', resolution: undefined })
  })

  test('no number is given twice', () => {
    const second = later({ reports: [review('claude', 2, [['src/n.ts:1', 'Leaks a file handle.']])] })
    const third = round({
      n: 3,
      previous: second,
      reports: [review('claude', 3, [['src/m.ts:1', 'Divides by zero.']])],
    })
    expect(third.issues.map(({ id }) => id)).toEqual(['B02-I01', 'B02-I02', 'B02-I03', 'B02-I04', 'B02-I05'])
  })

  test('every finding is in exactly one issue', () => {
    const made = later({
      fixes: [MENDED],
      reports: [
        review('claude', 2, [AWAIT, ['src/a.ts:60', 'Leaks a handle.'], ['x', 'B02-I02: not mended.']]),
      ],
    })
    const inputs = made.issues.flatMap((each) =>
      each.inputs.map(({ reviewer, index }) => `${reviewer} ${index}`),
    )
    expect(inputs.sort()).toEqual([
      ...['claude 0', 'claude 1', 'claude@2 0', 'claude@2 1', 'claude@2 2', 'codex 0', 'codex 1'],
    ])
  })
})

describe('gates', () => {
  const failing = { style: { status: 'fail' as const, issues: ['names'] } }
  const all = (made: Round) => Object.keys(made.gates).filter((gate) => made.gates[gate] === 'fail')

  test('fail by what is open', () => expect(all(FIRST)).toEqual(['correctness']))
  test('pass when it is mended', () =>
    expect(
      all(
        later({
          fixes: [fix('T001', ['B02-I01', 'a'], ['B02-I02', 'b'])],
          reports: [review('claude', 2, [])],
        }),
      ),
    ).toEqual([]))
  test('that failed for a reason no issue tells still fail', () => {
    const first = round({ reports: [review('claude', 1, [AWAIT], failing)] })
    const second = round({
      ...{ n: 2, previous: first, fixes: [fix('T001', ['B02-I01', 'a'])] },
      reports: [review('claude', 2, [])],
    })
    expect([all(first), all(second)]).toEqual([['correctness', 'style'], ['style']])
  })
})

describe('the same facts', () => {
  const reports = [
    review('gemini', 1, [STATUS]),
    review('claude', 2, [AWAIT_TOO, RACE]),
    review('codex', 2, [AWAIT]),
  ]
  const fixes = [fix('T001', ['B02-I01', 'one']), fix('T002', ['B02-I01', 'two'])]

  test('in any order give the same round', () =>
    expect(later({ reports: [...reports].reverse(), fixes: [...fixes].reverse() })).toEqual(
      later({ reports, fixes }),
    ))
})
