import { describe, expect, test } from 'vitest'
import { runFacts } from '../../test/support/run-facts.ts'
import type { Accepted, Attempt, BatchFacts, RunFacts, RunIssue, Suite } from './facts.ts'
import { type Now, now } from './now.ts'
import { parseAttempt } from './paths.ts'
import { carried } from './review-now.ts'
import { SPEC } from './spec-policy.ts'

const red: Accepted = {
  kind: 'tester_report',
  report: { status: 'success', test_files: [], gap_reason: undefined },
  evidence: { tests: [], frozen: [] },
}
const gap: Accepted = {
  kind: 'tester_report',
  report: { status: 'gap', test_files: [], gap_reason: 'which clock?' },
  evidence: undefined,
}
const green: Accepted = {
  kind: 'implementer_report',
  report: { status: 'success', implementation_files: [], clarifications: [], blocked_reason: undefined },
}
const fix: Accepted = {
  kind: 'fix_report',
  report: {
    status: 'success',
    fixes_applied: [{ issue: 'B01-I01', fix: 'done' }],
    failure_reason: undefined,
  },
}
const review: Accepted = {
  kind: 'reviewer_report',
  report: { reviewer: 'claude', batch: 1, gates: {}, issues: [], strengths: [] },
}
const none: Accepted = { kind: 'none', status: 'timeout', message: 'too late' }

const claim = { session: 's', agent: 'a', at: '' }

function attempt(id: string, more: Partial<Attempt> = {}): Attempt {
  const parsed = parseAttempt(id)
  if (parsed === undefined) throw new Error(id)
  return {
    id,
    batch: 1,
    phase: parsed.phase,
    task: 'task' in parsed ? parsed.task : undefined,
    reviewer: 'reviewer' in parsed ? parsed.reviewer : undefined,
    n: parsed.n,
    why: [],
    claim: undefined,
    refusals: 0,
    bounces: 0,
    verifying: false,
    accepted: undefined,
    void: undefined,
    ...more,
  }
}
const accepted = (id: string, by: Accepted) => attempt(id, { claim, accepted: by })

const suite = (n: number, after: string[], failures: Suite['failures'] = []): Suite => ({
  n,
  after,
  tree: `t${n}`,
  ok: failures.length === 0,
  failures,
  known: [],
})

const issue = (id: string, more: Partial<RunIssue> = {}): RunIssue => ({
  id,
  task: 'T1',
  gate: 'security',
  severity: 'critical',
  location: 'src/a.ts:1',
  description: 'a hole',
  foundBy: ['claude'],
  inputs: [],
  related: [],
  status: 'open',
  ...more,
})

const round = (n: number, diff: number, attempts: string[], issues: RunIssue[] = []) => ({
  n,
  diff,
  attempts,
  reviewers: [{ id: 'claude', status: 'completed' as const, gates: {} }],
  gates: {},
  issues,
})
const diff = (n: number, after: string[]) => ({ n, from: 'a', to: 'b', files: [], after })

const OPENED = { base: { commit: 'c', tree: 't' }, hasBaseline: true }

/** Two tasks in one batch, which is open. */
const facts = (first: Partial<BatchFacts>, more: Partial<RunFacts> = {}): RunFacts =>
  runFacts('T1 T2', [{ ...OPENED, ...first }], more)

const decided = (key: string, text: string) => ({ decisions: [{ key, text, by: 'me', at: '' }] })
const codex = (): Partial<RunFacts> => ({
  validation: {
    ...facts({}).validation,
    review: {
      claudeModel: undefined,
      effort: undefined,
      timeout: 1,
      reviewers: [{ id: 'codex', type: 'codex', model: undefined }],
    },
  },
})

/** As short as a table wants it: effects with what they are about, or the step with whom it is for. */
function said(now: Now): string {
  if ('effects' in now)
    return now.effects
      .map((effect) => {
        if (effect.kind === 'spawn') return `spawn ${effect.id}`
        if (effect.kind === 'void' || effect.kind === 'external') return `${effect.kind} ${effect.id}`
        if ('n' in effect) return `${effect.kind} ${effect.n}`
        return effect.kind
      })
      .join(', ')
  const { step, ask } = now
  const who = step.agents.map(({ attempt }) => attempt).join(' ')
  return [step.phase, step.action, who, ask?.key].filter(Boolean).join(' ')
}

const reds = [accepted('T1-red-1', red), accepted('T2-red-1', red)]
const greens = [...reds, accepted('T1-green-1', green), accepted('T2-green-1', green)]
const work = ['T1-green-1', 'T2-green-1']
const ok = { suites: [suite(1, work)], diffs: [diff(1, work)] }
const failure = (task?: string) => ({
  check: 'suite',
  name: 'adds',
  lines: ['1 != 2'],
  ...(task && { task }),
})
const reviewed = [...greens, accepted('B01-review-claude-1', review)]
const hole = round(1, 1, ['B01-review-claude-1'], [issue('B01-I01')])
const fixed = [...reviewed, accepted('T1-fix-1', fix)]

const TABLE: [what: string, facts: RunFacts, expected: string][] = [
  ['nothing was begun', facts({ base: undefined, hasBaseline: false }), 'open'],
  ['what was red before is not known', facts({ hasBaseline: false }), 'baseline'],
  ['a batch was opened', facts({}), 'spawn T1-red-1, spawn T2-red-1'],
  ['one of two is spawned (killed in between)', facts({ attempts: [attempt('T1-red-1')] }), 'spawn T2-red-1'],
  [
    'both wait for an agent',
    facts({ attempts: [attempt('T1-red-1'), attempt('T2-red-1')] }),
    'red spawn T1-red-1 T2-red-1',
  ],
  [
    'one is taken',
    facts({ attempts: [attempt('T1-red-1', { claim }), attempt('T2-red-1')] }),
    'red spawn T2-red-1',
  ],
  [
    'both are taken',
    facts({ attempts: [attempt('T1-red-1', { claim }), attempt('T2-red-1', { claim })] }),
    'red wait',
  ],
  [
    'one is accepted',
    facts({ attempts: [accepted('T1-red-1', red), attempt('T2-red-1', { claim })] }),
    'red wait',
  ],
  [
    'a gap, while another is at work',
    facts({ attempts: [accepted('T1-red-1', gap), attempt('T2-red-1', { claim })] }),
    'red ask gap:T1-red-1',
  ],
  [
    'a gap, while another waits for an agent',
    facts({ attempts: [accepted('T1-red-1', gap), attempt('T2-red-1')] }),
    'red spawn T2-red-1',
  ],
  [
    'a gap was answered',
    facts(
      { attempts: [accepted('T1-red-1', gap), accepted('T2-red-1', red)] },
      decided('gap:T1-red-1', 'UTC'),
    ),
    'spawn T1-red-2',
  ],
  [
    'stopped at a gap',
    facts(
      { attempts: [accepted('T1-red-1', gap), accepted('T2-red-1', red)] },
      decided('gap:T1-red-1', 'stop'),
    ),
    'finish',
  ],
  [
    'stopped, and taken up again',
    facts(
      { attempts: [accepted('T1-red-1', gap), accepted('T2-red-1', red)] },
      { decisions: [...decided('gap:T1-red-1', 'stop').decisions, ...decided('go-on', 'go-on').decisions] },
    ),
    'red ask gap:T1-red-1',
  ],
  [
    'an attempt is void',
    facts({ attempts: [attempt('T1-red-1', { void: 'gone' }), attempt('T2-red-1', { claim })] }),
    'spawn T1-red-2',
  ],
  [
    'three in a row are void',
    facts({ attempts: [1, 2, 3].map((n) => attempt(`T1-red-${n}`, { void: 'gone' })) }),
    'spawn T2-red-1',
  ],
  [
    'three in a row are void, the other is at work',
    facts({
      attempts: [
        ...[1, 2, 3].map((n) => attempt(`T1-red-${n}`, { void: 'gone' })),
        attempt('T2-red-1', { claim }),
      ],
    }),
    'red ask stuck:T1-red-3',
  ],
  [
    '… and the user wants another',
    facts(
      {
        attempts: [
          ...[1, 2, 3].map((n) => attempt(`T1-red-${n}`, { void: 'gone' })),
          attempt('T2-red-1', { claim }),
        ],
      },
      decided('stuck:T1-red-3', 'again'),
    ),
    'spawn T1-red-4',
  ],
  [
    'five refusals',
    facts({ attempts: [attempt('T1-red-1', { claim, refusals: 5 }), accepted('T2-red-1', red)] }),
    'red ask stuck:T1-red-1',
  ],
  [
    'five refusals, again',
    facts(
      { attempts: [attempt('T1-red-1', { claim, refusals: 5 }), accepted('T2-red-1', red)] },
      decided('stuck:T1-red-1', 'again: use a fake clock'),
    ),
    'void T1-red-1',
  ],
  [
    'an agent ended twice without a report, and was let go',
    facts({ attempts: [attempt('T1-red-1', { claim, bounces: 3 }), accepted('T2-red-1', red)] }),
    'void T1-red-1',
  ],
  ['the tests are there', facts({ attempts: reds }), 'spawn T1-green-1, spawn T2-green-1'],
  ['all is implemented', facts({ attempts: greens }), 'suite 1'],
  [
    'the suite fails in one claim',
    facts({ attempts: greens, suites: [suite(1, work, [failure('T2')])] }),
    'spawn T2-green-2',
  ],
  [
    'the suite fails in nobody’s claim',
    facts({ attempts: greens, suites: [suite(1, work, [failure()])] }),
    'spawn T1-green-2',
  ],
  [
    'what was sent back is at work',
    facts({
      attempts: [...greens, attempt('T2-green-2', { claim })],
      suites: [suite(1, work, [failure('T2')])],
    }),
    'green wait',
  ],
  [
    'what was sent back is done',
    facts({
      attempts: [...greens, accepted('T2-green-2', green)],
      suites: [suite(1, work, [failure('T2')])],
    }),
    'suite 2',
  ],
  ['the suite passes', facts({ attempts: greens, suites: [suite(1, work)] }), 'diff 1'],
  ['the diff is written', facts({ attempts: greens, ...ok }), 'spawn B01-review-claude-1'],
  [
    'two reviewers',
    facts({ attempts: greens, ...ok }, codex()),
    'spawn B01-review-claude-1, spawn B01-review-codex-1',
  ],
  [
    'the other vendor’s is started first',
    facts(
      { attempts: [...greens, attempt('B01-review-claude-1'), attempt('B01-review-codex-1')], ...ok },
      codex(),
    ),
    'external B01-review-codex-1',
  ],
  [
    'the native one waits for an agent',
    facts(
      {
        attempts: [...greens, attempt('B01-review-claude-1'), attempt('B01-review-codex-1', { claim })],
        ...ok,
      },
      codex(),
    ),
    'review spawn B01-review-claude-1',
  ],
  [
    'only the other vendor’s is out',
    facts({ attempts: [...reviewed, attempt('B01-review-codex-1', { claim })], ...ok }, codex()),
    'review wait',
  ],
  ['all have reviewed', facts({ attempts: reviewed, ...ok }), 'round 1'],
  [
    'one came, one did not',
    facts({ attempts: [...reviewed, accepted('B01-review-codex-1', none)], ...ok }, codex()),
    'round 1',
  ],
  [
    'none came',
    facts({ attempts: [...greens, accepted('B01-review-claude-1', none)], ...ok }),
    'review ask no-review:1:1',
  ],
  [
    'none came, again',
    facts(
      { attempts: [...greens, accepted('B01-review-claude-1', none)], ...ok },
      decided('no-review:1:1', 'again'),
    ),
    'spawn B01-review-claude-2',
  ],
  [
    'nothing was found',
    facts({ attempts: reviewed, ...ok, rounds: [round(1, 1, ['B01-review-claude-1'])] }),
    'commit 1',
  ],
  [
    'something medium was found',
    facts({
      attempts: reviewed,
      ...ok,
      rounds: [
        round(1, 1, ['B01-review-claude-1'], [issue('B01-I01', { severity: 'medium', status: 'deferred' })]),
      ],
    }),
    'commit 1',
  ],
  ['something critical was found', facts({ attempts: reviewed, ...ok, rounds: [hole] }), 'spawn T1-fix-1'],
  [
    'the fix is at work',
    facts({ attempts: [...reviewed, attempt('T1-fix-1', { claim })], ...ok, rounds: [hole] }),
    'fix wait',
  ],
  ['the fix is done', facts({ attempts: fixed, ...ok, rounds: [hole] }), 'suite 2'],
  [
    'the fix breaks the suite',
    facts({
      attempts: fixed,
      suites: [suite(1, work), suite(2, [...work, 'T1-fix-1'], [failure('T1')])],
      diffs: ok.diffs,
      rounds: [hole],
    }),
    'spawn T1-fix-2',
  ],
  [
    'the fix is tested',
    facts({
      attempts: fixed,
      suites: [suite(1, work), suite(2, [...work, 'T1-fix-1'])],
      diffs: ok.diffs,
      rounds: [hole],
    }),
    'diff 2',
  ],
  [
    'the fix is to be reviewed, by the native one alone',
    facts(
      {
        attempts: fixed,
        suites: [suite(2, [...work, 'T1-fix-1'])],
        diffs: [...ok.diffs, diff(2, [...work, 'T1-fix-1'])],
        rounds: [hole],
      },
      codex(),
    ),
    'spawn B01-review-claude-2',
  ],
  [
    'the fix was reviewed and is right',
    facts({
      attempts: [...fixed, accepted('B01-review-claude-2', review)],
      suites: [suite(2, [...work, 'T1-fix-1'])],
      diffs: [...ok.diffs, diff(2, [...work, 'T1-fix-1'])],
      rounds: [
        hole,
        round(2, 2, ['T1-fix-1', 'B01-review-claude-2'], [issue('B01-I01', { status: 'resolved' })]),
      ],
    }),
    'commit 1',
  ],
  [
    'three rounds of fixes were not enough',
    facts({
      attempts: fixed,
      suites: [suite(2, [...work, 'T1-fix-1'])],
      diffs: [diff(4, [...work, 'T1-fix-1'])],
      rounds: [hole, { ...hole, n: 2, diff: 2 }, { ...hole, n: 3, diff: 3 }, { ...hole, n: 4, diff: 4 }],
    }),
    'fix ask fixes:1:4',
  ],
  [
    '… and the user accepts it',
    facts(
      {
        attempts: fixed,
        suites: [suite(2, [...work, 'T1-fix-1'])],
        diffs: [diff(4, [...work, 'T1-fix-1'])],
        rounds: [hole, { ...hole, n: 2, diff: 2 }, { ...hole, n: 3, diff: 3 }, { ...hole, n: 4, diff: 4 }],
      },
      decided('fixes:1:4', 'accept'),
    ),
    'commit 1',
  ],
  [
    'a hook refused the commit',
    facts({
      attempts: reviewed,
      ...ok,
      rounds: [round(1, 1, ['B01-review-claude-1'])],
      tries: [{ n: 1, result: 'refused', reasons: ['lint'] }],
    }),
    'commit ask commit:1:1',
  ],
  [
    '… and it is tried again',
    facts(
      {
        attempts: reviewed,
        ...ok,
        rounds: [round(1, 1, ['B01-review-claude-1'])],
        tries: [{ n: 1, result: 'refused', reasons: ['lint'] }],
      },
      decided('commit:1:1', 'again'),
    ),
    'commit 2',
  ],
  [
    'a hook rewrote files',
    facts({
      attempts: reviewed,
      ...ok,
      rounds: [round(1, 1, ['B01-review-claude-1'])],
      tries: [{ n: 1, result: 'rewritten', reasons: [] }],
    }),
    'suite 2',
  ],
  [
    '… and they pass',
    facts({
      attempts: reviewed,
      ...ok,
      suites: [suite(2, [...work, 'try-1'])],
      rounds: [round(1, 1, ['B01-review-claude-1'])],
      tries: [{ n: 1, result: 'rewritten', reasons: [] }],
    }),
    'commit 2',
  ],
  [
    'somebody changed an approved file',
    facts({
      attempts: reviewed,
      suites: [suite(2, [...work, 'try-1'])],
      diffs: ok.diffs,
      rounds: [round(1, 1, ['B01-review-claude-1'])],
      tries: [{ n: 1, result: 'moved', reasons: [] }],
    }),
    'diff 2',
  ],
  ['the batch is committed', facts({ attempts: reviewed, commit: 'c1' }), 'open'],
]

describe('where a run stands', () => {
  test.each(TABLE)('%s', (_, given, expected) => {
    expect(said(now(SPEC, given))).toBe(expected)
    expect(now(SPEC, given)).toEqual(now(SPEC, given))
  })

  test('the final review stands on the whole branch, and works without testers', () => {
    const final = { key: 'final' as const, attempts: [], suites: [suite(1, [])], diffs: [diff(1, [])] }
    const at = (more: Partial<BatchFacts>) => {
      const given = facts({ commit: 'c1' })
      return said(
        now(SPEC, {
          ...given,
          batches: runFacts('T1 T2', [
            { ...OPENED, commit: 'c1' },
            { ...OPENED, ...final, ...more },
          ]).batches,
        }),
      )
    }
    expect(at({ suites: [], diffs: [] })).toBe('suite 1')
    expect(at({})).toBe('spawn final-review-claude-1')
    expect(at({ attempts: [attempt('final-review-claude-1', { batch: 'final' })] })).toBe(
      'final spawn final-review-claude-1',
    )
    expect(at({ suites: [suite(1, [], [failure('T2')])] })).toBe('spawn T2-fix-1')
    expect(at({ rounds: [round(1, 1, [])] })).toBe('commit 1')
    expect(at({ commit: 'c2' })).toBe('finish')
  })

  test('a review that did not arrive is made up for when its user wants it, also once the batch is committed', () => {
    const half = {
      attempts: [...reviewed, accepted('B01-review-codex-1', none)],
      ...ok,
      rounds: [round(1, 1, ['B01-review-claude-1', 'B01-review-codex-1'])],
    }
    const wish = { ...codex(), ...decided('rerun:1', 'rerun') }
    const at = (more: Partial<BatchFacts>, given: Partial<RunFacts> = wish) =>
      said(now(SPEC, facts({ ...half, ...more }, given)))
    expect(at({}, codex())).toBe('commit 1')
    expect(at({})).toBe('spawn B01-review-codex-2')
    expect(at({ commit: 'c1' }, codex())).toBe('open')
    expect(at({ commit: 'c1' })).toBe('spawn B01-review-codex-2')
    const again = ['Its review did not arrive, and it was asked for again.']
    const second = (more: Partial<Attempt>) => [
      ...half.attempts,
      attempt('B01-review-codex-2', { why: again, ...more }),
    ]
    expect(at({ commit: 'c1', attempts: second({}) })).toBe('external B01-review-codex-2')
    expect(at({ commit: 'c1', attempts: second({ claim }) })).toBe('final wait')
    expect(at({ commit: 'c1', attempts: second({ claim, accepted: review }) })).toBe('round 2')
    // It failed again: what stands is the round before, and a wish counts once.
    expect(at({ commit: 'c1', attempts: second({ claim, accepted: none }) })).toBe('open')
  })

  test('what a late review found is where the final review begins', () => {
    const late = facts({ commit: 'c1', rounds: [hole] })
    expect(carried(late, SPEC.needsFix)?.issues.map(({ id }) => id)).toEqual(['B01-I01'])
    expect(carried(facts({ commit: 'c1', rounds: [round(1, 1, [])] }), SPEC.needsFix)).toBeUndefined()
  })

  test('a run that is over says so, once its agents are looked after no more', () => {
    const given = facts({ commit: 'c1' }, { active: false, outcome: 'Ready to merge.' })
    const { batches } = runFacts('T1 T2', [given.batches[0] ?? {}, { ...OPENED, commit: 'c2' }])
    const over = now(SPEC, { ...given, batches })
    expect(said(over)).toBe('done done')
    expect('step' in over && over.step.message).toContain('Ready to merge.')
  })

  test('closed gates, trust and trouble come before anything', () => {
    const begin = { base: undefined, hasBaseline: false }
    const gates = { gates: { ...facts({}).gates, closed: [{ gate: 'simplicity', reason: 'too much' }] } }
    expect(said(now(SPEC, facts(begin, gates)))).toBe('start ask gates')
    expect(said(now(SPEC, facts(begin, { ...gates, ...decided('gates', 'proceed: a prototype') })))).toBe(
      'override',
    )
    expect(said(now(SPEC, facts({}, gates)))).toBe('spawn T1-red-1, spawn T2-red-1')
    const unapproved = { unapproved: [['make', 'test']] }
    expect(said(now(SPEC, facts(begin, unapproved)))).toBe('start ask trust:make test')
    expect(said(now(SPEC, facts(begin, { ...unapproved, ...decided('trust:make test', 'approve') })))).toBe(
      'approve',
    )
    const trouble = { trouble: { key: 'branch:x', text: 'moved', options: ['go on', 'stop'] } }
    expect(said(now(SPEC, facts({}, { ...trouble, ...unapproved })))).toBe('start ask branch:x')
  })

  test('a step names the agent, its model and one line to start it with', () => {
    const given = now(SPEC, facts({ attempts: [attempt('T1-red-1'), attempt('T2-red-1', { claim })] }))
    expect('step' in given && given.step).toMatchObject({
      run: 'cache',
      batch: { number: 1, total: 1 },
      phase: 'red',
      action: 'spawn',
      agents: [
        {
          attempt: 'T1-red-1',
          type: 'dispatch:task-tester',
          model: 'opus',
          prompt: 'Run `dispatch brief T1-red-1` and do what it says.',
        },
      ],
      question: null,
    })
  })
})
