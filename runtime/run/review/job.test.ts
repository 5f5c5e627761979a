import { describe, expect, test } from 'vitest'
import { parseReport } from '../../review/report.ts'
import { parsePlan } from '../../task/plan.ts'
import type { Accepted, Attempt, BatchFacts, Round, RunFacts, RunIssue } from '../facts.ts'
import { reviewJob } from './job.ts'
import { reviewPlan } from './task.ts'

const issue = (id: string, status: RunIssue['status']): RunIssue => ({
  ...{ id, status, task: 'T001', gate: 'correctness', severity: 'high', location: 'src/a.ts:1' },
  ...{ description: `what ${id} is`, foundBy: ['claude'], inputs: [], related: [] },
})
const attempt = (id: string, phase: Attempt['phase'], more: Partial<Attempt>): Attempt => ({
  ...{ id, batch: 2, phase, task: 'T001', reviewer: undefined, n: 1, why: [], claim: undefined, refusals: 0 },
  ...{ bounces: 0, verifying: false, accepted: undefined, void: undefined },
  ...more,
})
const reviewer = (id: string, batch: Attempt['batch'] = 2) =>
  attempt(`B02-review-${id}-2`, 'review', { task: undefined, reviewer: id, batch, n: 2 })

const green: Accepted = {
  kind: 'implementer_report',
  report: {
    status: 'success',
    implementation_files: ['src/a.ts'],
    clarifications: ['kept\nit small'],
    blocked_reason: undefined,
  },
}
const red = {
  kind: 'tester_report',
  report: { status: 'success', test_files: [], gap_reason: undefined },
  evidence: { tests: [{ file: 't', name: 'forgets', kind: 'assertion', message: '' }], frozen: [] },
} as Accepted
const fix: Accepted = {
  kind: 'fix_report',
  report: {
    status: 'success',
    fixes_applied: [{ issue: 'B02-I01', fix: 'awaits it' }],
    failure_reason: undefined,
  },
}
const round: Round = {
  ...{ n: 1, attempts: ['B02-review-claude-1'], gates: {} },
  reviewers: [
    { id: 'claude', status: 'completed', gates: {} },
    { id: 'codex', status: 'timeout', gates: {} },
  ],
  issues: [issue('B02-I01', 'open'), issue('B02-I02', 'deferred')],
}

function facts(
  more: Partial<BatchFacts> = {},
  content = 'Add a cache.\n# A heading\n- [ ] no item',
): RunFacts {
  const batch = (key: BatchFacts['key'], rest: Partial<BatchFacts>) => ({
    ...{ key, base: undefined, suites: [], rounds: [], tries: [], commit: undefined, attempts: [] },
    diffs: [{ n: 1, from: '', to: '', files: ['src/a.ts', 'src/b.ts'], bytes: 34_000, after: [] }],
    ...rest,
  })
  return {
    run: {
      name: 'cache',
      policy: 'spec',
      source: 'specs/active/cache',
      branch: 'feat/cache',
      base: '',
      created: '',
    },
    plan: {
      tasks: [
        { id: 'T001', content, activeForm: '', files: ['src/a.ts'], testHints: ['a time that is over'] },
      ],
      batches: [{ number: 2, tasks: ['T001'], phase: undefined }],
    },
    batches: [
      batch(2, {
        attempts: [
          attempt('T001-red-1', 'red', { accepted: red }),
          attempt('T001-green-1', 'green', { accepted: green }),
        ],
        suites: [{ n: 1, after: [], tree: '', ok: true, failures: [], known: ['a', 'b'] }],
        ...more,
      }),
      batch('final', {}),
    ],
  } as unknown as RunFacts
}

const fixed = facts({
  rounds: [round],
  diffs: [1, 2].map((n) => ({ n, from: '', to: '', files: [`src/${n}.ts`], after: [] })),
  attempts: [attempt('T001-fix-1', 'fix', { accepted: fix })],
})
const job = (made: RunFacts, who: Attempt) => reviewJob(made, who, (n) => `/tmp/diff-${n}.patch`)

describe('what a reviewer is told', () => {
  test.each<[string, RunFacts, Attempt, RegExp[], RegExp[]]>([
    [
      'of a batch: patch, task, claims and what was established',
      facts(),
      reviewer('codex'),
      [
        /- \/tmp\/diff-1\.patch \(2 files, 34 kB\)/,
        /> Add a cache\.\n {2}> # A heading/,
        /to be tested: a time that is over/,
        /Claims, not facts.*\n- T001: src\/a\.ts\n {2}> kept it small/,
        /T001: 1 new test failed before the work and passed after it, unchanged: forgets/,
        /nothing failed that did not fail before\. Red before the run, and still: 2\./,
        /reviewer: codex\n {2}batch: 2\n/,
      ],
      [/to be mended/, /Is the work of/],
    ],
    [
      'of a fix, by one that has judged the rest: the last patch, and the issues with what is said to mend them',
      fixed,
      reviewer('claude'),
      [
        /diff-2\.patch/,
        /B02-I01 \(high, correctness\).*\n {2}said to be mended so: awaits it/,
        /the repair alone/,
      ],
      [/diff-1\.patch/, /B02-I02/],
    ],
    [
      'of a fix, by one that has judged nothing yet: everything',
      fixed,
      reviewer('codex'),
      [/patches, in this order:\n- \/tmp\/diff-1\.patch.*\n- \/tmp\/diff-2\.patch/, /B02-I01/],
      [/the repair alone/],
    ],
    [
      'once more without a fix: no word of mending',
      facts({ rounds: [round] }),
      reviewer('codex'),
      [/diff-1\.patch/],
      [/to be mended/],
    ],
    [
      'of the branch: the spec, and what was deferred',
      fixed,
      { ...reviewer('claude', 'final'), id: 'final-review-claude-1' },
      [
        /everything that the branch `feat\/cache` changed/,
        /spec\.md/,
        /B02-I02/,
        /batch: final/,
        /Add a cache/,
      ],
      [/B02-I01/],
    ],
  ])('%s', (_, made, who, said, unsaid) => {
    const text = job(made, who)
    for (const words of said) expect(text).toMatch(words)
    for (const words of unsaid) expect(text).not.toMatch(words)
  })

  test('stands whole in a plan, and nothing in it counts as an item', () => {
    const text = job(facts({}, 'a\n## Context\n- [ ] x\n```\n<!--'), reviewer('codex'))
    const { items, context } = parsePlan(reviewPlan('cache-b02-codex-1', 'T', text))
    expect(items).toHaveLength(2)
    expect(context).toContain('### How to hand it in')
  })

  test('shows a report that can be handed in', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(job(facts(), reviewer('codex'))) ?? []
    expect(parseReport('reviewer_report', yaml, 'x')).toMatchObject({ reviewer: 'codex', batch: 2 })
  })
})
