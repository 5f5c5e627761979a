import { describe, expect, test } from 'vitest'
import type { Accepted, Attempt, Round } from '../facts.ts'
import { missingReviewers, openFixes, openReviews, reviewsOf, scopeOf } from './open.ts'

const NONE: Accepted = { kind: 'none', status: 'timeout', message: '' }
const DONE = { kind: 'reviewer_report' } as Accepted
const FIX = { kind: 'fix_report' } as Accepted

const attempt = (id: string, more: Partial<Attempt> = {}) => {
  const [, reviewer, n] = /review-(\w+)-(\d)/.exec(id) ?? []
  return { id, phase: reviewer ? 'review' : 'fix', reviewer, n: Number(n ?? 1), ...more } as Attempt
}
const round = (n: number, attempts: string[], ...completed: string[]): Round => ({
  ...{ n, attempts, gates: {}, issues: [] },
  reviewers: completed.map((id) => ({ id, status: 'completed', gates: {} })),
})
const FIRST = ['B02-review-claude-1', 'B02-review-codex-1']
const batch = {
  key: 2 as const,
  attempts: [
    attempt('B02-review-claude-1', { accepted: DONE }),
    attempt('B02-review-codex-1', { accepted: NONE }),
    attempt('T001-fix-1', { accepted: FIX }),
    attempt('T002-fix-1'),
    attempt('B02-review-claude-2', { void: 'gone' }),
    attempt('B02-review-claude-3'),
  ],
  rounds: [round(1, FIRST, 'claude')],
}
const ids = (attempts: Attempt[]) => attempts.map(({ id }) => id)

describe('after a round', () => {
  test('its reviews are not asked about again, nor those that count no more', () =>
    expect(ids(openReviews(batch))).toEqual(['B02-review-claude-3']))

  test('fixes count when they are accepted, and once', () => {
    expect(ids(openFixes(batch))).toEqual(['T001-fix-1'])
    expect(openFixes({ ...batch, rounds: [...batch.rounds, round(2, ['T001-fix-1'])] })).toEqual([])
  })

  test('who has judged looks at the fixes, who has not at all of it', () =>
    expect(['claude', 'codex'].map((reviewer) => scopeOf(batch, { reviewer }))).toEqual(['fixes', 'whole']))

  test('who brought nothing is missing, until it brings something', () => {
    expect(missingReviewers(batch)).toEqual(['codex'])
    const again = attempt('B02-review-codex-2', { accepted: DONE })
    expect(missingReviewers({ attempts: [...batch.attempts, again] })).toEqual([])
  })

  test('the next review of each has a number that none had, void ones included', () =>
    expect(reviewsOf(batch, ['claude', 'codex', 'new']).map(({ id }) => id)).toEqual([
      ...['B02-review-claude-4', 'B02-review-codex-2', 'B02-review-new-1'],
    ]))
})
