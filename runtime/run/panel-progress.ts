/** How far a run is: what is committed, what is open, in which phase. For the panel, the checkpoint and the readiness. Pure. */
import { answerTo } from './answers.ts'
import type { BatchFacts, BatchKey, Phase, RunFacts, RunIssue } from './facts.ts'
import { policyOf } from './policies.ts'
import { newestRound, openFixes } from './review/open.ts'

/** Where within a batch, or after the last one. */
export type Cursor = Phase | 'commit' | 'final' | 'done'

export interface Progress {
  /** That is worked on, or is next; undefined: all is committed. */
  batch: BatchFacts | undefined
  phase: Cursor
  /** Numbers of those that are committed. */
  committed: number[]
  tasks: { completed: string[]; inProgress: string[]; pending: string[] }
}

/** @param closing a batch whose commit is being made, and which counts as committed */
export function progressOf(facts: RunFacts, closing?: BatchKey): Progress {
  const isDone = ({ key, commit }: BatchFacts) => commit !== undefined || key === closing
  const batch = facts.batches.find((each) => !isDone(each))
  const committed = facts.batches.flatMap((each) => (isDone(each) && each.key !== 'final' ? [each.key] : []))
  const done = new Set(committed)
  const tasks: Progress['tasks'] = { completed: [], inProgress: [], pending: [] }
  for (const { number, tasks: ids } of facts.plan.batches) {
    const isOpen = batch?.key === number && batch.base !== undefined
    const list = done.has(number) ? tasks.completed : isOpen ? tasks.inProgress : tasks.pending
    list.push(...ids)
  }
  return { batch, phase: cursorOf(facts, batch), committed, tasks }
}

function cursorOf(facts: RunFacts, batch: BatchFacts | undefined): Cursor {
  if (batch === undefined) return 'done'
  const { work, needsFix } = policyOf(facts.run)
  if (batch.key === 'final') return 'final'
  const ids = facts.plan.batches.find(({ number }) => number === batch.key)?.tasks ?? []
  const begun = work.find((phase) => !ids.every((task) => isWhole(batch, task, phase)))
  if (begun !== undefined) return begun
  const round = newestRound(batch)
  const fixes = batch.attempts.filter((attempt) => attempt.phase === 'fix' && attempt.void === undefined)
  if (fixes.some(({ accepted }) => accepted === undefined)) return 'fix'
  if (batch.suites.at(-1)?.ok !== true) return round === undefined ? 'green' : 'fix'
  if (round === undefined || openFixes(batch).length > 0) return 'review'
  const isLeft = openIn(facts, batch).some(needsFix)
  return isLeft ? 'fix' : 'commit'
}

/** Somebody's report on it was accepted, and says that it succeeded; nobody is at it again. */
function isWhole({ attempts }: BatchFacts, task: string, phase: Phase): boolean {
  const last = attempts
    .filter((each) => each.task === task && each.phase === phase && each.void === undefined)
    .reduce<BatchFacts['attempts'][number] | undefined>(
      (a, b) => (a !== undefined && a.n > b.n ? a : b),
      undefined,
    )
  const accepted = last?.accepted
  return (
    accepted !== undefined &&
    'report' in accepted &&
    'status' in accepted.report &&
    accepted.report.status === 'success'
  )
}

/** What the newest round left open, and nobody let pass. */
export function openIn(facts: RunFacts, batch: BatchFacts): RunIssue[] {
  const round = newestRound(batch)
  if (round === undefined || isLetPass(facts, batch)) return []
  return round.issues.filter(({ status }) => status === 'open')
}

/** A person accepted what the newest round left open (review-now.ts asks). */
export function isLetPass(facts: Pick<RunFacts, 'decisions'>, batch: BatchFacts): boolean {
  const round = newestRound(batch)
  const answer = round === undefined ? undefined : answerTo(facts, `fixes:${batch.key}:${round.n}`)
  return /^accept\b/i.test(answer?.trim() ?? '')
}
