/** Which reviews and fixes the next round of a batch is about, and which reviews are missing. Pure. */

import type { Attempt, BatchFacts, Diff, Round } from '../facts.ts'
import { reviewId } from '../paths.ts'

type Judged = Pick<BatchFacts, 'attempts' | 'rounds'>

/** Reviews that count and are in no round yet, settled or not. */
export const openReviews = (batch: Judged): Attempt[] => inNoRound(batch, 'review')

/** Fixes that were made since the last round, as far as they were accepted. */
export const openFixes = (batch: Judged): Attempt[] =>
  inNoRound(batch, 'fix').filter(({ accepted }) => accepted !== undefined)

function inNoRound({ attempts, rounds }: Judged, phase: Attempt['phase']): Attempt[] {
  const judged = new Set(rounds.flatMap((round) => round.attempts ?? []))
  return attempts.filter(
    (attempt) => attempt.phase === phase && attempt.void === undefined && !judged.has(attempt.id),
  )
}

export const newestDiff = ({ diffs }: Pick<BatchFacts, 'diffs'>): Diff | undefined =>
  diffs.reduce<Diff | undefined>((newest, diff) => (newest && newest.n > diff.n ? newest : diff), undefined)

export const newestRound = ({ rounds }: Pick<BatchFacts, 'rounds'>): Round | undefined =>
  rounds.reduce<Round | undefined>(
    (newest, round) => (newest && newest.n > round.n ? newest : round),
    undefined,
  )

/**
 * What a reviewer looks at. `whole`: all that the batch changed, because it has judged nothing of it yet; `fixes`: what
 * was changed since the last round, because that one was about the rest.
 */
export function scopeOf(batch: Judged, { reviewer }: Pick<Attempt, 'reviewer'>): 'whole' | 'fixes' {
  const hasJudged = batch.rounds.some(({ reviewers }) =>
    reviewers.some(({ id, status }) => id === reviewer && status === 'completed'),
  )
  return hasJudged ? 'fixes' : 'whole'
}

/** A review as it is to be spawned. */
export interface Wanted {
  id: string
  reviewer: string
  n: number
  why: string[]
}

/** The next review of each of these. `n` goes on from the highest there is, void ones too. */
export const reviewsOf = (
  { key, attempts }: Pick<BatchFacts, 'key' | 'attempts'>,
  reviewers: readonly string[],
  why: string[] = [],
): Wanted[] =>
  reviewers.map((reviewer) => {
    const n =
      attempts.reduce((most, each) => (each.reviewer === reviewer ? Math.max(most, each.n) : most), 0) + 1
    return { id: reviewId(key, reviewer, n), reviewer, n, why }
  })

/** Reviewers whose newest review brought nothing: a person may want to have them run again. */
export function missingReviewers({ attempts }: Pick<BatchFacts, 'attempts'>): string[] {
  const newest = new Map<string, Attempt>()
  for (const attempt of attempts)
    if (attempt.reviewer !== undefined && attempt.void === undefined)
      if ((newest.get(attempt.reviewer)?.n ?? 0) < attempt.n) newest.set(attempt.reviewer, attempt)
  return [...newest.values()].flatMap(({ reviewer, accepted }) =>
    accepted?.kind === 'none' && reviewer !== undefined ? [reviewer] : [],
  )
}
