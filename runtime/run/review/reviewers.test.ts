import { describe, expect, test } from 'vitest'
import { isTaskId } from '../../task/id.ts'
import type { Attempt } from '../facts.ts'
import { parseAttempt, reviewId } from '../paths.ts'
import { externalsOf, reviewersOf } from './reviewers.ts'
import { reviewFolder, reviewPlan, reviewTaskId } from './task.ts'

type Entry = { id: string; type: string; model: string | undefined }
const entry = (id: string, type: string, model?: string): Entry => ({ id, type, model })

describe('who reviews besides the native reviewer', () => {
  test.each<[string, string | undefined, Entry[], string[]]>([
    ['nobody', undefined, [], []],
    [
      'the entry that names the native one is the native one',
      'opus',
      [entry('claude-opus', 'claude', 'Opus')],
      [],
    ],
    ['so is one without a model', 'opus', [entry('first', 'claude')], []],
    [
      'another model of claude is another reviewer',
      'opus',
      [entry('second', 'claude', 'sonnet')],
      ['second'],
    ],
    [
      'and so is a second entry of the same',
      undefined,
      [entry('claude', 'claude'), entry('b', 'claude')],
      ['b'],
    ],
    [
      'other vendors, in their order',
      'opus',
      [entry('z', 'opencode', 'a/b'), entry('a', 'codex')],
      ['z', 'a'],
    ],
    [
      'names are made fit',
      'opus',
      [entry('GPT 5.2!', 'codex'), entry('???', 'codex')],
      ['gpt-5.2', 'reviewer'],
    ],
    [
      'and told apart, from the native one too',
      'opus',
      [entry('x', 'codex'), entry('X', 'gemini'), entry('Claude', 'codex')],
      ['x', 'x-2', 'claude-2'],
    ],
  ])('%s', (_, claudeModel, reviewers, ids) => {
    expect(externalsOf({ claudeModel, reviewers }).map(({ id }) => id)).toEqual(ids)
    expect(reviewersOf({ claudeModel, reviewers })).toEqual(['claude', ...ids])
    for (const id of ids) expect(parseAttempt(reviewId(2, id, 1))).toMatchObject({ reviewer: id, batch: 2 })
  })
})

describe('the task of a review', () => {
  const idOf = (run: string, reviewer: string, batch: Attempt['batch'] = 2, n = 1) =>
    reviewTaskId(run, { reviewer, batch, n } as Attempt)

  test.each([
    ['cache', 'codex', 2, 1, 'cache-b02-codex-1'],
    ['cache', 'codex', 'final', 3, 'cache-final-codex-3'],
    ['cache', 'codex', 112, 1, 'cache-b112-codex-1'],
  ] as const)('%s %s %s: %s', (run, reviewer, batch, n, id) => expect(idOf(run, reviewer, batch, n)).toBe(id))

  test('has an id of its own and one that may be, whatever the names', () => {
    const runs = ['a.b', 'a-b', 'A-b', 'a_b', 'x'.repeat(64), `${'x'.repeat(63)}y`, `${'x'.repeat(40)}-y`]
    const ids = runs.flatMap((run) =>
      ['gpt-5.2', 'gpt-5-2', 'abcdefghijklmnopqrstuvwx'].map((who) => idOf(run, who)),
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !isTaskId(id))).toEqual([])
  })

  test('says where its attempt lies', () =>
    expect(
      reviewFolder({ name: 'cache' } as Parameters<typeof reviewFolder>[0], {
        ...({ batch: 'final', id: 'final-review-codex-1' } as Attempt),
      }),
    ).toBe('runs/cache/final/final-review-codex-1'))

  test('has no NUL in its plan, which would make it none', () =>
    expect(reviewPlan('a', 'T', 'x\0y')).toContain('\nxy\n'))
})
