/**
 * One task in one phase: its attempts one after the other, of which the newest counts. Pure. An attempt is work for
 * somebody, accepted, or waits for a person; what was sent back or lost is followed by the next one.
 */
import { answerTo } from './answers.ts'
import type { Effect } from './effect.ts'
import type { Attempt, BatchKey, RunFacts } from './facts.ts'
import type { Policy } from './policy.ts'
import type { Ask } from './step.ts'

export type Line =
  | { kind: 'due'; effects: Effect[] }
  /** Somebody is to take it. */
  | { kind: 'free'; attempt: Attempt }
  /** Somebody is at it. */
  | { kind: 'taken'; attempt: Attempt }
  | { kind: 'asks'; ask: Ask }
  | { kind: 'whole'; attempt: Attempt }

export interface Place {
  facts: RunFacts
  policy: Policy
  batch: BatchKey
}

/** @param attempts of one task and phase in the order of their numbers; none: the first is due */
export function lineOf(
  { facts, policy, batch }: Place,
  named: { task: string; phase: 'red' | 'green' | 'fix' },
  attempts: readonly Attempt[],
  firstWhy: string[] = [],
): Line {
  const last = attempts.at(-1)
  const next = (why: string[]): Line => ({ kind: 'due', effects: [spawn(facts, batch, named, why)] })
  if (last === undefined) return next(firstWhy)
  if (last.void !== undefined) {
    const lost = [...attempts].reverse().findIndex((attempt) => attempt.void === undefined)
    const inARow = lost === -1 ? attempts.length : lost
    const answer = answerTo(facts, `stuck:${last.id}`)
    if (inARow % policy.losses === 0 && answer === undefined)
      return { kind: 'asks', ask: lostAsk(last, inARow) }
    return next([...last.why, ...(answer === undefined ? [last.void] : [said(answer)])])
  }
  if (last.accepted !== undefined) return settled(facts, last, next)
  if (last.refusals >= policy.refusals) {
    const answer = answerTo(facts, `stuck:${last.id}`)
    return answer === undefined
      ? { kind: 'asks', ask: refusedAsk(last) }
      : {
          kind: 'due',
          effects: [
            { kind: 'void', batch, id: last.id, why: `its report was refused ${last.refusals} times` },
          ],
        }
  }
  if (last.bounces > BOUNCES)
    return {
      kind: 'due',
      effects: [
        { kind: 'void', batch, id: last.id, why: 'its agent ended without a report that was accepted' },
      ],
    }
  return { kind: last.claim === undefined ? 'free' : 'taken', attempt: last }
}

/** How often an agent is held back from ending; the next time it is let go. */
export const BOUNCES = 2

function settled(facts: RunFacts, attempt: Attempt, next: (why: string[]) => Line): Line {
  const reason = gapOf(attempt)
  if (reason === undefined) return { kind: 'whole', attempt }
  const answer = answerTo(facts, `gap:${attempt.id}`)
  if (answer !== undefined) return next([`It was reported: ${reason}`, said(answer)])
  const does = attempt.phase === 'red' ? 'no test can be written' : 'the work cannot be done'
  return {
    kind: 'asks',
    ask: {
      key: `gap:${attempt.id}`,
      text: `${attempt.id}: ${does}: ${reason}`,
      options: ['an answer in your own words, which goes to the next attempt', 'stop'],
      isOpen: true,
    },
  }
}

/** Why a role says that it could not do it; undefined: it could. */
function gapOf({ accepted }: Attempt): string | undefined {
  if (accepted === undefined || accepted.kind === 'none' || accepted.kind === 'reviewer_report')
    return undefined
  const { report } = accepted
  if (report.status === 'success') return undefined
  const reason =
    'gap_reason' in report
      ? report.gap_reason
      : 'blocked_reason' in report
        ? report.blocked_reason
        : 'failure_reason' in report
          ? report.failure_reason
          : undefined
  return reason ?? 'no reason was given'
}

export const said = (answer: string) => `The user says: ${answer}`

const lostAsk = ({ id }: Attempt, times: number): Ask => ({
  key: `stuck:${id}`,
  text: `${times} agents in a row ended without a report for ${id}.`,
  options: ['again', 'again: with a hint in your words', 'stop'],
  isOpen: true,
})

const refusedAsk = ({ id, refusals }: Attempt): Ask => ({
  key: `stuck:${id}`,
  text: `${id} was refused ${refusals} times. The reasons: dispatch brief ${id}`,
  options: ['again', 'again: with a hint in your words', 'stop'],
  isOpen: true,
})

/** `n` goes on from the highest there is of this task and phase, in whatever batch. */
export function spawn(
  { batches }: RunFacts,
  batch: BatchKey,
  { task, phase }: { task: string; phase: string },
  why: string[],
): Effect {
  const taken = batches
    .filter(({ key, base }) => base !== undefined && (key === 'final' || batch === 'final' || key === batch))
    .flatMap(({ attempts }) => attempts)
    .filter((attempt) => attempt.task === task && attempt.phase === phase)
    .map(({ n }) => n)
  return { kind: 'spawn', batch, id: `${task}-${phase}-${Math.max(0, ...taken) + 1}`, why }
}
