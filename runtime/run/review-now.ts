/** Where a batch stands once its work is done: diff, reviews, verdict, fixes, commit. Pure. */
import { answerTo } from './answers.ts'
import type { Effect } from './effect.ts'
import type { Attempt, BatchFacts, Round, RunFacts, RunIssue } from './facts.ts'
import { BOUNCES, type Line, lineOf, type Place, said, spawn } from './line.ts'
import { isLetPass, openIn } from './panel-progress.ts'
import {
  missingReviewers,
  newestDiff,
  newestRound,
  openReviews,
  reviewsOf,
  type Wanted,
} from './review/open.ts'
import { isExternal, NATIVE, reviewersOf } from './review/reviewers.ts'
import type { Ask } from './step.ts'
import { due, fixesOf, isAfter, type Next, suite, triesOf, workIn } from './suite-now.ts'
import { ownerOf } from './verification.ts'

/** @param batch all of whose implementers are accepted */
export function reviewNow(place: Place, batch: BatchFacts): Next {
  return fixing(place, batch) ?? suite(place, batch) ?? reviewing(place, batch) ?? verdict(place, batch)
}

/** Fixes that somebody is at. */
function fixing(place: Place, batch: BatchFacts): Next | undefined {
  const tasks = [...new Set(fixesOf(batch).map(({ task }) => task))].flatMap((task) => task ?? [])
  const lines = tasks.map((task) => fixLine(place, batch, task))
  return lines.some(({ kind }) => kind !== 'whole') ? { kind: 'lines', phase: 'fix', lines } : undefined
}

const fixLine = (place: Place, batch: BatchFacts, task: string) =>
  lineOf(
    place,
    { task, phase: 'fix' },
    fixesOf(batch).filter((attempt) => attempt.task === task),
  )

function reviewing(place: Place, batch: BatchFacts): Next | undefined {
  const { facts, policy } = place
  const after = [...workIn(batch), ...triesOf(batch, 'moved')]
  const diff = newestDiff(batch)
  if (diff === undefined || !isAfter(diff.after, after))
    return due({ kind: 'diff', batch: batch.key, n: (diff?.n ?? 0) + 1, after })
  const isCovered = batch.rounds.some((round) => round.diff === diff.n)
  const again = wantsAgain(place, batch)
  if (again.length > 0)
    return due(...again.map(({ id, why }): Effect => ({ kind: 'spawn', batch: batch.key, id, why })))
  const open = openReviews(batch)
  if (isCovered && open.length === 0) return undefined
  const wanted = isCovered ? [] : batch.rounds.length === 0 ? reviewersOf(facts.validation.review) : [NATIVE]
  const missing = wanted.filter((reviewer) => !open.some((attempt) => attempt.reviewer === reviewer))
  const { ready, spent } = renewed(batch, missing, policy.losses)
  if (ready.length > 0)
    return due(...ready.map(({ id, why }): Effect => ({ kind: 'spawn', batch: batch.key, id, why })))
  const toStart = open.filter(
    (attempt) => isExternal(attempt) && attempt.claim === undefined && !attempt.accepted,
  )
  if (toStart.length > 0)
    return due(...toStart.map(({ id }): Effect => ({ kind: 'external', batch: batch.key, id })))
  const lines = open.map((attempt) => reviewLine(place, attempt))
  if (lines.some(({ kind }) => kind !== 'whole')) return { kind: 'lines', phase: 'review', lines }
  if (open.some(({ accepted }) => accepted?.kind === 'reviewer_report'))
    return due({ kind: 'round', batch: batch.key, n: batch.rounds.length + 1, diff: diff.n })
  // Those that were wanted again brought nothing again; the round before stands.
  return isCovered ? undefined : nobody(place, batch, spent)
}

/**
 * Reviews of a batch that is committed, because a person wanted those that had not arrived. What they find is mended
 * after the last batch (`carried`).
 */
export function lateReview(place: Place, batch: BatchFacts): Next | undefined {
  return place.facts.decisions.some(({ key }) => key === rerunKey(batch))
    ? reviewing(place, batch)
    : undefined
}

/** Grave findings of late reviews, as the final review begins with them; undefined: none. */
export function carried(facts: RunFacts, needsFix: (issue: RunIssue) => boolean): Round | undefined {
  const issues = facts.batches
    .filter(({ commit }) => commit !== undefined)
    .flatMap((batch) => openIn(facts, batch))
    .filter(needsFix)
  return issues.length === 0 ? undefined : { n: 0, attempts: [], reviewers: [], gates: {}, issues }
}

/** Of a decision. */
export const rerunKey = ({ key }: Pick<BatchFacts, 'key'>) => `rerun:${key}`

/** Reviews that a person wants once more: a decision counts once. */
function wantsAgain({ facts }: Place, batch: BatchFacts): Wanted[] {
  const wishes = facts.decisions.filter(({ key }) => key === rerunKey(batch)).length
  if (wishes === 0 || batch.rounds.length === 0) return []
  const had = batch.attempts.filter(({ why }) => why[0] === AGAIN).map(({ reviewer }) => reviewer)
  const wanted = missingReviewers(batch).filter(
    (reviewer) => had.filter((each) => each === reviewer).length < wishes,
  )
  return reviewsOf(batch, wanted, [AGAIN])
}

const AGAIN = 'Its review did not arrive, and it was asked for again.'

/** The next review of whoever has none under way; nobody's more often than agents may be lost in a row. */
function renewed(batch: BatchFacts, missing: readonly string[], losses: number) {
  const lost = (reviewer: string) => {
    const own = batch.attempts.filter((attempt) => attempt.reviewer === reviewer)
    return own.length - 1 - own.findLastIndex((attempt) => attempt.void === undefined)
  }
  const spent = missing.filter((reviewer) => lost(reviewer) > 0 && lost(reviewer) % losses === 0)
  return {
    ready: reviewsOf(
      batch,
      missing.filter((reviewer) => !spent.includes(reviewer)),
    ),
    spent,
  }
}

/** A native reviewer is waited for like any other role. */
function reviewLine({ policy, batch }: Place, attempt: Attempt): Line {
  if (attempt.accepted !== undefined) return { kind: 'whole', attempt }
  const lost =
    attempt.refusals >= policy.refusals
      ? `its report was refused ${attempt.refusals} times`
      : attempt.bounces > BOUNCES
        ? 'its agent ended without a report that was accepted'
        : undefined
  if (lost !== undefined)
    return { kind: 'due', effects: [{ kind: 'void', batch, id: attempt.id, why: lost }] }
  return { kind: attempt.claim === undefined ? 'free' : 'taken', attempt }
}

function nobody(place: Place, batch: BatchFacts, spent: readonly string[]): Next {
  const key = `no-review:${batch.key}:${batch.attempts.filter(({ phase }) => phase === 'review').length}`
  const answer = answerTo(place.facts, key)
  if (answer !== undefined) {
    const wanted = [...new Set([...spent, ...openReviews(batch).flatMap(({ reviewer }) => reviewer ?? [])])]
    return due(
      ...reviewsOf(batch, wanted, [said(answer)]).map(
        ({ id, why }): Effect => ({ kind: 'spawn', batch: batch.key, id, why }),
      ),
    )
  }
  return {
    kind: 'asks',
    phase: 'review',
    ask: {
      key,
      text: 'No review arrived, and no batch goes on without one.',
      options: ['again', 'stop'],
      isOpen: false,
    },
  }
}

function verdict(place: Place, batch: BatchFacts): Next {
  const { facts, policy } = place
  const round = newestRound(batch)
  const open = (round?.issues ?? []).filter((issue) => issue.status === 'open' && policy.needsFix(issue))
  if (round === undefined || open.length === 0) return committing(place, batch)
  const key = `fixes:${batch.key}:${round.n}`
  const answer = answerTo(facts, key)
  if (isLetPass(facts, batch)) return committing(place, batch)
  const done = batch.rounds.filter(({ diff }) => diff !== undefined).length - 1
  if (done >= policy.fixRounds && answer === undefined)
    return { kind: 'asks', phase: 'fix', ask: fixesAsk(key, done, open) }
  const owners = [...new Set(open.map((issue) => ownerOf(facts, batch.key, issue)))].flatMap((id) => id ?? [])
  return due(
    ...owners.map((task) =>
      spawn(facts, batch.key, { task, phase: 'fix' }, answer === undefined ? [] : [said(answer)]),
    ),
  )
}

const fixesAsk = (key: string, rounds: number, open: RunIssue[]): Ask => ({
  key,
  text: `After ${rounds} rounds of fixes the reviewers still find: ${open
    .map(({ id, description }) => `${id} ${description}`)
    .join('; ')
    .slice(0, 600)}`,
  options: ['another round', 'accept (the issues stay, and are recorded as yours)', 'stop'],
  isOpen: false,
})

function committing({ facts }: Place, batch: BatchFacts): Next {
  const last = batch.tries.at(-1)
  const commit = due({ kind: 'commit', batch: batch.key, n: batch.tries.length + 1 })
  if (last?.result !== 'refused') return commit
  const key = `commit:${batch.key}:${last.n}`
  if (answerTo(facts, key) !== undefined) return commit
  return {
    kind: 'asks',
    phase: 'commit',
    ask: {
      key,
      text: `The commit was refused: ${last.reasons.join('\n').slice(0, 800)}`,
      options: ['again', 'stop'],
      isOpen: false,
    },
  }
}
