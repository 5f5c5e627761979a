import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { attempt, issue, opened, round, runFacts, suite, whole } from '../../test/support/run-facts.ts'
import { temporaryFolder } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { readYaml } from '../io/yaml.ts'
import { checkpointDocument } from './checkpoint.ts'
import type { Accepted, RunFacts } from './facts.ts'
import { finalReview, isReady, outcomeOf, readinessOf } from './readiness.ts'
import { reviewDocument } from './review-document.ts'
import { writeDocuments } from './review-document-write.ts'

const AT = new Date('2026-03-01T00:00:00.000Z')
const found = [issue('B01-I01', 'critical', 'resolved'), issue('B01-I02', 'medium', 'deferred')]
const one = whole(['T1', 'T2'], 1, {
  commit: 'c1',
  rounds: [round(1, [issue('B01-I01', 'critical', 'open')]), round(2, found)],
})
const two = whole(['T3'], 2)
const half = runFacts('T1 T2 | T3', [one, two])
const finished = (final: object = {}) =>
  runFacts('T1 T2 | T3', [
    one,
    { ...two, commit: 'c2' },
    {
      base: opened(0),
      suites: [suite()],
      rounds: [round(1)],
      attempts: [attempt('', 'review', { task: undefined, reviewer: 'claude' })],
      ...final,
    },
  ])

describe('review.yaml', () => {
  const document = reviewDocument(half, AT)
  test('has the keys of the contract, in their order', () => {
    expect(Object.keys(document)).toEqual(
      'metadata review_config gates batch_reviews issues deferred_issues final_review readiness'.split(' '),
    )
    expect(Object.keys(document.metadata ?? {})).toEqual(
      'spec_name spec_path branch created last_updated total_batches batches_reviewed'.split(' '),
    )
    expect(document.metadata).toMatchObject({
      spec_path: './specs/active/cache',
      total_batches: 2,
      batches_reviewed: 2,
    })
    expect(document.review_config).toEqual({
      claude_model: 'opus',
      reasoning_effort: 'high',
      timeout: '20m',
      reviewers: [],
    })
  })
  test('has one entry a batch, and null for a commit that is not made yet', () =>
    expect(document.batch_reviews).toMatchObject([
      {
        batch: 1,
        commit: 'c1',
        tasks: ['T1', 'T2'],
        rounds: 2,
        reviewers: [{ id: 'claude', status: 'completed', gates: { style: 'pass' } }],
        synthesized: { critical_issues: 1, high_issues: 0, medium_issues: 1 },
        outcome: 'approved',
      },
      { batch: 2, commit: null, tasks: ['T3'], outcome: 'approved' },
    ]))
  test('has every issue with its newest standing', () => {
    expect(document.issues).toMatchObject({
      critical: [
        {
          id: 'B01-I01',
          batch: 1,
          status: 'resolved',
          resolution: { batch: 1, commit: 'c1', fix: 'Mended' },
        },
      ],
      high: [],
      medium: [
        { id: 'B01-I02', status: 'deferred', resolution: null, inputs: [{ reviewer: 'claude', index: 0 }] },
      ],
    })
    expect(document.deferred_issues).toEqual([
      {
        id: 'B01-I02',
        batch: 1,
        severity: 'medium',
        description: 'What is wrong with B01-I02',
        location: 'src/T1.ts:3',
      },
    ])
  })
  test('an issue that a later round says nothing of is not lost', () => {
    const facts = runFacts('T1', [whole(['T1'], 1, { rounds: [round(1, found), round(2, [])] })])
    expect(reviewDocument(facts, AT).issues).toMatchObject({
      critical: [{ id: 'B01-I01' }],
      medium: [{ id: 'B01-I02' }],
    })
  })
  test('gates: by the newest round of each batch', () => {
    const gates = { ...round(1).gates, style: 'fail' as const }
    const facts = runFacts('T1 | T2', [
      whole(['T1'], 1, { rounds: [round(1, [], { gates }), round(2)] }),
      whole(['T2'], 2, { rounds: [round(1, [], { gates })] }),
    ])
    expect(reviewDocument(facts, AT).gates).toMatchObject({
      style: { status: 'fail', failed_batches: [2] },
      security: { status: 'pass', failed_batches: [] },
    })
    expect(reviewDocument(runFacts('T1'), AT).gates).toMatchObject({
      style: { status: 'pending', failed_batches: [] },
    })
  })
  test('reviewers of all rounds, each as it was last', () => {
    const timeout = { id: 'codex', status: 'timeout' as const, gates: {}, message: 'after 20m' }
    const rounds = [round(1, [], { reviewers: [...round(1).reviewers, timeout] }), round(2)]
    expect(reviewDocument(runFacts('T1', [whole(['T1'], 1, { rounds })]), AT).batch_reviews).toMatchObject([
      { reviewers: [{ id: 'claude', status: 'completed' }, timeout] },
    ])
  })
  test('what a person let pass is deferred, and the batch approved', () => {
    const grave = whole(['T1'], 1, { rounds: [round(1, [issue('B01-I01', 'high', 'open')])] })
    const decisions = [{ key: 'fixes:1:1', text: 'accept', by: 'me', at: '' }]
    expect(reviewDocument(runFacts('T1', [grave]), AT)).toMatchObject({
      batch_reviews: [{ outcome: 'changes_requested' }],
      deferred_issues: [],
    })
    const document = reviewDocument(runFacts('T1', [grave], { decisions }), AT)
    expect(document).toMatchObject({
      batch_reviews: [{ outcome: 'approved' }],
      deferred_issues: [{ id: 'B01-I01', severity: 'high' }],
      readiness: { high_issues_resolved: false },
    })
  })
})

describe('whether it can be merged', () => {
  test.each<[string, RunFacts, Partial<ReturnType<typeof readinessOf>>]>([
    ['all is done', finished(), {}],
    ['no final review yet', half, { final_review_passed: false }],
    [
      'a batch without a review',
      runFacts('T1 T2 | T3', [one, { ...two, rounds: [] }, finished().batches[2] ?? {}]),
      { all_batches_reviewed: false },
    ],
    [
      'a review that did not arrive',
      runFacts('T1', [
        whole(['T1'], 1, {
          rounds: [round(1, [], { reviewers: [{ id: 'codex', status: 'failed', gates: {} }] })],
        }),
        finished().batches[2] ?? {},
      ]),
      { all_batches_reviewed: false },
    ],
    ['a suite that fails', finished({ suites: [suite(false)] }), { tests_passing: false }],
    [
      'something grave in the end',
      finished({ rounds: [round(1, [issue('final-I01', 'critical', 'open')])] }),
      { critical_issues_resolved: false, final_review_passed: false },
    ],
    [
      'something small in the end',
      finished({ rounds: [round(1, [issue('final-I01', 'medium', 'deferred')])] }),
      {},
    ],
    [
      'a gate that fails in the end',
      finished({ rounds: [round(1, [], { gates: { correctness: 'fail' } })] }),
      { final_review_passed: false },
    ],
  ])('%s', (_, facts, not) => {
    const all = {
      all_batches_reviewed: true,
      critical_issues_resolved: true,
      high_issues_resolved: true,
      final_review_passed: true,
      tests_passing: true,
    }
    const readiness = readinessOf(facts)
    expect(readiness).toEqual({ ...all, ...not })
    const review = finalReview(facts, AT.toISOString())
    if (review.status === 'completed')
      expect(review.recommendation).toBe(isReady(readiness) ? 'ready_to_merge' : 'changes_requested')
  })
  test('the final review: pending, under way, completed', () => {
    const status = (facts: RunFacts) => finalReview(facts, AT.toISOString())
    expect(status(half)).toMatchObject({
      status: 'pending',
      timestamp: null,
      recommendation: null,
      gates: { style: 'pending' },
      spec_compliance: { all_tasks_complete: false, acceptance_criteria_met: null },
    })
    expect(status(finished({ rounds: [] }))).toMatchObject({
      status: 'in_progress',
      spec_compliance: { all_tasks_complete: true },
    })
    expect(status(finished())).toMatchObject({
      status: 'completed',
      reviewers: ['claude'],
      strengths: ['Clear names'],
      spec_compliance: { all_tasks_complete: true, acceptance_criteria_met: true, edge_cases_handled: true },
      overall_assessment:
        '3 of 3 tasks are committed in 2 batches. Of 2 issues 1 are resolved, 1 deferred and 0 open. The whole suite passes.',
      recommendation: 'ready_to_merge',
    })
  })
  test('what is offered in the end', () => {
    expect(outcomeOf(finished())).toEqual([
      expect.stringContaining('3 of 3 tasks'),
      'Ready to merge.',
      'Deferred (1): B01-I02 src/T1.ts:3',
      'Next, if you like: git merge feat/cache, or a pull request of it, or a task for what was deferred.',
    ])
    expect(outcomeOf(finished({ suites: [suite(false)] }))[1]).toBe(
      'Changes requested; not given: tests passing.',
    )
  })
})

describe('checkpoint.yaml', () => {
  test('has the keys of the contract, in their order', () => {
    const { checkpoint } = checkpointDocument(half, AT)
    expect(Object.keys(checkpoint)).toEqual(
      'spec_name spec_path branch timestamp last_batch base_commit last_commit tasks phase next_batch deferred_issues review_config'.split(
        ' ',
      ),
    )
    expect(checkpoint).toMatchObject({
      last_batch: 1,
      base_commit: 'base1',
      last_commit: 'c1',
      tasks: { completed: ['T1', 'T2'], in_progress: ['T3'], pending: [] },
      phase: 'commit',
      next_batch: { number: 2, tasks: ['T3'], parallel: false },
      deferred_issues: [{ batch: 1, severity: 'medium', location: 'src/T1.ts:3' }],
    })
  })
  test.each<[string, RunFacts, Parameters<typeof checkpointDocument>[2], object]>([
    [
      'before all',
      runFacts('T1 T2 | T3'),
      undefined,
      {
        last_batch: null,
        base_commit: 'base0',
        last_commit: null,
        phase: 'red',
        next_batch: { number: 1, parallel: true },
        tasks: { pending: ['T1', 'T2', 'T3'] },
      },
    ],
    [
      'in the commit of a batch',
      runFacts('T1 T2 | T3', [{ ...one, commit: undefined }]),
      1,
      {
        last_batch: 1,
        base_commit: 'base1',
        last_commit: null,
        phase: 'red',
        next_batch: { number: 2 },
        tasks: { completed: ['T1', 'T2'], in_progress: [] },
      },
    ],
    [
      'in the commit of the last batch',
      half,
      2,
      { last_batch: 2, last_commit: null, phase: 'final', next_batch: null },
    ],
    [
      'in that of the final review',
      finished(),
      'final',
      { last_batch: 2, base_commit: 'base2', last_commit: 'c2', phase: 'done', next_batch: null },
    ],
  ])('%s', (_, facts, closing, expected) =>
    expect(checkpointDocument(facts, AT, closing).checkpoint).toMatchObject(expected),
  )
  const gap: Accepted = {
    kind: 'tester_report',
    report: { status: 'gap', test_files: [], gap_reason: 'Unclear' },
    evidence: undefined,
  }
  const grave = [issue('B01-I01', 'critical', 'open')]
  const ready = whole(['T1', 'T2'], 1)
  test.each<[string, object]>([
    ['red', { base: opened(1) }],
    ['red', { base: opened(1), attempts: [attempt('T1', 'red')] }],
    ['red', { base: opened(1), attempts: [attempt('T1', 'red'), attempt('T2', 'red', { accepted: gap })] }],
    ['red', { base: opened(1), attempts: [attempt('T1', 'red'), attempt('T2', 'red', { void: 'lost' })] }],
    ['green', { base: opened(1), attempts: [attempt('T1', 'red'), attempt('T2', 'red')] }],
    ['green', { ...ready, suites: [], rounds: [] }],
    ['green', { ...ready, suites: [suite(false)], rounds: [] }],
    [
      'green',
      {
        ...ready,
        attempts: [...(ready.attempts ?? []), attempt('T2', 'green', { n: 2, accepted: undefined })],
      },
    ],
    ['review', { ...ready, rounds: [] }],
    ['fix', { ...ready, rounds: [round(1, grave)] }],
    [
      'fix',
      {
        ...ready,
        rounds: [round(1, grave)],
        attempts: [...(ready.attempts ?? []), attempt('T1', 'fix', { accepted: undefined })],
      },
    ],
    [
      'review',
      { ...ready, rounds: [round(1, grave)], attempts: [...(ready.attempts ?? []), attempt('T1', 'fix')] },
    ],
    [
      'fix',
      {
        ...ready,
        rounds: [round(1, grave)],
        suites: [suite(), suite(false)],
        attempts: [...(ready.attempts ?? []), attempt('T1', 'fix')],
      },
    ],
    ['commit', ready],
  ])('the phase %s', (phase, batch) =>
    expect(checkpointDocument(runFacts('T1 T2', [batch]), AT).checkpoint.phase).toBe(phase),
  )
})

describe('on disk', () => {
  function written(before: Record<string, string> = {}) {
    const top = temporaryFolder('documents-')
    onTestFinished(() => removeAll(top))
    const folder = join(top, 'specs/active/cache')
    mkdirSync(folder, { recursive: true })
    const tasks =
      '# Mine\ntasks:\n  - { id: T1, content: Do, status: in_progress } # one\n  - id: T3\n    content: Do\n    status: pending\n'
    for (const [name, text] of Object.entries({ 'tasks.yaml': tasks, ...before }))
      writeFileSync(join(folder, name), text)
    const aside = join(top, 'aside')
    const write = () =>
      writeDocuments({
        top,
        facts: runFacts('T1 | T3', [{ ...whole(['T1'], 1) }]),
        at: AT,
        aside,
        closing: 1,
      })
    return {
      write,
      aside,
      path: (name: string) => join(folder, name),
      read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    }
  }
  test('statuses, and no other byte of tasks.yaml; the others anew', () => {
    const { write, read, path } = written()
    expect(write()).toEqual([])
    expect(read('tasks.yaml')).toBe(
      '# Mine\ntasks:\n  - { id: T1, content: Do, status: completed } # one\n  - id: T3\n    content: Do\n    status: pending\n',
    )
    expect(readYaml(path('review.yaml'))).toMatchObject({
      metadata: { spec_name: 'cache' },
      readiness: { tests_passing: true },
    })
    expect(readYaml(path('checkpoint.yaml'))).toMatchObject({
      checkpoint: { last_batch: 1, last_commit: null },
    })
    const before = read('review.yaml')
    write()
    expect(read('review.yaml')).toBe(before)
  })
  test('what a person added stays, with the comments', () => {
    const { write, read } = written({
      'review.yaml': '# Ours\nowner: me # who\nmetadata: {}\nlinks:\n  - a # first\n',
    })
    expect(write()).toEqual([])
    expect(read('review.yaml')).toMatch(
      /^# Ours\nowner: me # who\nmetadata:\n {2}spec_name: cache\n[\s\S]*links:\n {2}- a # first\n/,
    )
  })
  test.each([
    ['not YAML', 'metadata: [\n'],
    ['a list', '- a\n'],
    ['a name for nothing', 'metadata: &m {}\nmine: *m\n'],
    ['a conflict of git', '<<<<<<< HEAD\nmetadata: {}\n=======\n'],
  ])('%s: written anew, and what it held is kept', (_, text) => {
    const { write, path, aside } = written({ 'review.yaml': text })
    expect(write()).toEqual([
      expect.stringMatching(/review\.yaml could not be read as YAML.*001\.review\.yaml$/),
    ])
    expect(readFileSync(join(aside, '001.review.yaml'), 'utf8')).toBe(text)
    expect(readYaml(path('review.yaml'))).toMatchObject({ metadata: { spec_name: 'cache' } })
  })
  test('a tasks.yaml that is broken is said with its line, and nothing is written', () => {
    const { write, read } = written({ 'tasks.yaml': 'tasks:\n  - id: [\n', 'review.yaml': 'mine: 1\n' })
    expect(write).toThrow(/tasks\.yaml:\d/)
    expect(read('tasks.yaml')).toBe('tasks:\n  - id: [\n')
    expect(read('review.yaml')).toBe('mine: 1\n')
  })
})
