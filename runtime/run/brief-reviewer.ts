/** The native reviewer's brief: what every reviewer is told (review/job.ts), in the frame of a brief. Pure. */
import type { Briefing, Parts } from './brief-parts.ts'
import { reviewJob } from './review/job.ts'
import { newestRound, scopeOf } from './review/open.ts'
import { batchIn } from './verification.ts'

export function reviewerParts({ facts, attempt, extras }: Briefing): Parts {
  const batch = batchIn(facts, attempt.batch)
  const isTargeted =
    batch !== undefined && newestRound(batch) !== undefined && scopeOf(batch, attempt) === 'fixes'
  const what = attempt.batch === 'final' ? 'the whole branch' : `batch ${attempt.batch}`
  return {
    role: isTargeted ? `see whether the fixes of ${what} hold` : `review ${what}`,
    skill: 'dispatch:code-review',
    job: 'Review what is named below, and hand in one report.',
    parts: [],
    text: reviewJob(facts, attempt, extras.patchOf),
    forbidden: ['Changing any file. You read, and run nothing that writes.'],
    report: 'reviewer_report: …   # as above',
  }
}
