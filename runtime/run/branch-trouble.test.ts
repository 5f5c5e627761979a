import { describe, expect, test } from 'vitest'
import { opened, runFacts, whole } from '../../test/support/run-facts.ts'
import type { SpecTask } from '../spec/tasks.ts'
import { type BranchNow, expectedHead } from './branch-state.ts'
import { sayTaskChanges, taskChanges } from './branch-tasks.ts'
import { branchTrouble } from './branch-trouble.ts'

const now = (more: Partial<BranchNow> = {}): BranchNow => ({
  checkedOut: 'feat/cache',
  operation: undefined,
  head: 'head12345678',
  expected: 'base2',
  holds: true,
  since: [],
  ...more,
})
const since = [{ commit: 'abcdef1234567', subject: 'Mine' }]
/** Batch 1 committed, batch 2 open. */
const open = runFacts('T1 | T2 | T3', [whole(['T1'], 1, { commit: 'c1' }), { base: opened(2) }])
const between = runFacts('T1 | T2', [whole(['T1'], 1, { commit: 'c1' })])
const lost = runFacts('T1 | T2', [whole(['T1'], 1), { base: opened(2) }])

describe('what happened to the branch', () => {
  test.each<
    [string, Parameters<typeof branchTrouble>[0], BranchNow, RegExp | undefined, RegExp | undefined, boolean]
  >([
    ['nothing', open, now(), undefined, undefined, false],
    ['a rebase is under way', open, now({ operation: 'rebase' }), /A rebase is under way/, undefined, false],
    ['deleted', open, now({ head: undefined }), /is gone.*git branch feat\/cache base2/, undefined, false],
    [
      'another one is checked out',
      open,
      now({ checkedOut: 'main' }),
      /^main is checked out here/,
      undefined,
      false,
    ],
    [
      'none is checked out',
      open,
      now({ checkedOut: undefined }),
      /^A commit without a branch/,
      undefined,
      false,
    ],
    [
      'commits on top of an open batch',
      open,
      now({ since }),
      /abcdef123 Mine.*Batch 2 is open/,
      /Mine/,
      true,
    ],
    ['commits between two batches', between, now({ since }), undefined, /The next batch stands on it/, false],
    [
      'rewritten, with a batch open',
      open,
      now({ holds: false }),
      /was rewritten.*batch 1 is c1.*Batch 2 is open/,
      /rewritten/,
      true,
    ],
    [
      'rewritten between two batches',
      between,
      now({ holds: false }),
      undefined,
      /was rewritten.*ends at head12345/,
      false,
    ],
    [
      'a commit of a batch is gone',
      lost,
      now({ holds: false }),
      /No commit of batch 1 is on the branch any more/,
      /rewritten/,
      true,
    ],
  ])('%s', (_, facts, state, trouble, note, follow) => {
    const verdict = branchTrouble(facts, state)
    expect(verdict.follow).toBe(follow)
    if (trouble === undefined) expect(verdict.trouble).toBe(undefined)
    else expect(verdict.trouble?.text).toMatch(trouble)
    if (note === undefined) expect(verdict.notes).toEqual([])
    else expect(verdict.notes.join(' ')).toMatch(note)
  })

  test('a person let it go on: for this state of the branch, and no other', () => {
    const state = now({ since })
    const key = branchTrouble(open, state).trouble?.key ?? ''
    const decided = { ...open, decisions: [{ key, text: 'go on', by: 'me', at: '' }] }
    expect(branchTrouble(decided, state)).toMatchObject({ trouble: undefined, follow: true })
    expect(branchTrouble(decided, now({ since, head: 'other1234567' })).trouble).toBeDefined()
    const away = { ...open, decisions: [{ key: 'branch:away', text: 'go on', by: 'me', at: '' }] }
    expect(branchTrouble(away, now({ checkedOut: 'main' })).trouble).toBeDefined()
  })

  test.each([
    ['nothing begun', runFacts('T1'), 'base0'],
    ['a batch open', open, 'base2'],
    ['a batch committed', between, 'c1'],
    [
      'all committed',
      runFacts('T1', [whole(['T1'], 1, { commit: 'c1' }), { base: opened(0), commit: 'f1' }]),
      'f1',
    ],
    [
      'the final review open',
      runFacts('T1', [whole(['T1'], 1, { commit: 'c1' }), { base: opened(0) }]),
      'c1',
    ],
  ])('where it should be: %s', (_, facts, expected) =>
    expect(expectedHead(facts.run.base, facts.batches)).toBe(expected),
  )
})

describe('what was edited in tasks.yaml', () => {
  const task = (id: string, more: Partial<SpecTask> = {}): SpecTask => ({
    id,
    content: `Do ${id}`,
    status: 'pending',
    activeForm: '',
    files: [`src/${id}.ts`],
    testHints: [],
    dependsOn: [],
    parallel: undefined,
    ...more,
  })
  const done = task('T1', { status: 'completed' })
  test.each<[string, SpecTask[], string[]]>([
    ['nothing', [done, task('T2'), task('T3')], []],
    ['a new one', [done, task('T2'), task('T3'), task('T4')], ['New in tasks.yaml: T4']],
    ['a new one that is done', [done, task('T2'), task('T3'), task('T4', { status: 'completed' })], []],
    [
      'one to come',
      [done, task('T2'), task('T3', { content: 'Else', files: [] })],
      ['Changed: T3 (text, files)'],
    ],
    [
      'one of the open batch',
      [done, task('T2', { testHints: ['x'] }), task('T3')],
      ['Changed while its batch is open: T2 (hints)'],
    ],
    [
      'one that is committed',
      [{ ...done, content: 'Else' }, task('T2'), task('T3')],
      ['Changed, and already committed: T1 (text)'],
    ],
    ['removed', [task('T2')], ['No longer there: T3', 'No longer there, and already committed: T1']],
    ['removed from the open batch', [done, task('T3')], ['No longer there, but in the open batch: T2']],
    [
      'opened again',
      [task('T1'), task('T2'), task('T3')],
      ['Committed by this run, and open again in tasks.yaml: T1'],
    ],
    ['done by hand', [done, task('T2'), task('T3', { status: 'completed' })], ['Completed by hand: T3']],
  ])('%s', (_, tasks, expected) => {
    const { plan, batches } = open
    const said = sayTaskChanges(
      taskChanges(plan, { tasks, phases: [], updated: undefined }, batches),
      plan,
      batches,
    )
    expect(said.map((line) => line.split(/[;.] |; /)[0])).toEqual(expected)
  })
})
