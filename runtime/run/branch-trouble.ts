/**
 * What happened to a run's branch while nobody worked on it, what is done about it, and what a person has to decide
 * first. Pure.
 */
import { cut, oneLine } from '../io/cells.ts'
import { answerTo } from './answers.ts'
import type { BranchNow } from './branch-state.ts'
import type { BatchFacts, RunFacts } from './facts.ts'

export interface Verdict {
  /** Sentences about what was found and what is done about it. */
  notes: string[]
  /** What keeps the run from going on; undefined: it can. */
  trouble: RunFacts['trouble']
  /** The open batch has to be counted from the branch as it is now (branch-follow.ts). */
  follow: boolean
}

type Facts = Pick<RunFacts, 'run' | 'batches' | 'decisions'>

export function branchTrouble(facts: Facts, now: BranchNow): Verdict {
  const { branch } = facts.run
  const ask = (key: string, text: string, options: string[]): Verdict => ({
    notes: [],
    trouble: { key, text, options },
    follow: false,
  })
  if (now.operation !== undefined)
    return ask(
      `branch:${now.operation}`,
      `A ${now.operation} is under way in this worktree. End it or abort it (git ${now.operation} --abort), then go on.`,
      ['go on', 'stop'],
    )
  if (now.head === undefined)
    return ask(
      `branch:gone`,
      `The branch ${branch} is gone. Its last known commit was ${short(now.expected)}: git branch ${branch} ${short(now.expected)} brings it back.`,
      ['go on', 'stop'],
    )
  if (now.checkedOut !== branch)
    return ask(
      'branch:away',
      `${now.checkedOut ?? 'A commit without a branch'} is checked out here, and the run works on ${branch}: git switch ${branch}`,
      ['go on', 'stop'],
    )
  const open = openBatch(facts.batches)
  const lost = lostBatches(facts.batches)
  const notes = [
    ...(now.holds ? movedNotes(now, open) : rewrittenNotes(facts, now, open)),
    ...lostNotes(lost),
  ]
  const isChanged = !now.holds || now.since.length > 0
  const follow = isChanged && open !== undefined
  if (!follow && lost.length === 0) return { notes, trouble: undefined, follow }
  const key = `branch:${short(now.head)}`
  if (/^go\b/i.test(answerTo(facts, key)?.trim() ?? '')) return { notes, trouble: undefined, follow }
  return { notes, trouble: { key, text: notes.join(' '), options: ['go on', 'stop'] }, follow }
}

/** Begun, and not committed. */
const openBatch = (batches: readonly BatchFacts[]) =>
  batches.find(({ key, base, commit }) => key !== 'final' && base !== undefined && commit === undefined)

/** A batch is begun only when the one before it is committed. */
function lostBatches(batches: readonly BatchFacts[]): BatchFacts[] {
  const last = batches.findLastIndex(({ base }) => base !== undefined)
  return batches.slice(0, Math.max(0, last)).filter(({ commit }) => commit === undefined)
}

function movedNotes({ since }: BranchNow, open: BatchFacts | undefined): string[] {
  if (since.length === 0) return []
  const who = `${since.length === 1 ? 'One commit that is' : `${since.length} commits that are`} not of this run: ${listed(since)}.`
  return [
    open === undefined
      ? `${who} The next batch stands on ${since.length === 1 ? 'it' : 'them'}.`
      : `${who} Batch ${open.key} is open; it is counted from there on: what is accepted stays, suite and review run again.`,
  ]
}

function rewrittenNotes(
  { batches, run }: Facts,
  { since, head }: BranchNow,
  open: BatchFacts | undefined,
): string[] {
  const found = batches.flatMap(({ key, commit }) =>
    commit === undefined || key === 'final' ? [] : [`batch ${key} is ${short(commit)}`],
  )
  return [
    `${run.branch} was rewritten (a rebase, a reset or an amended commit); it ends at ${short(head ?? '')} now.`,
    ...(found.length === 0 ? [] : [`By their messages, ${found.join(', ')}.`]),
    ...(since.length === 0 ? [] : [`New below or between: ${listed(since)}.`]),
    ...(open === undefined
      ? []
      : [
          `Batch ${open.key} is open; it is counted from there on: what is accepted stays, suite and review run again.`,
        ]),
  ]
}

const lostNotes = (lost: readonly BatchFacts[]) =>
  lost.length === 0
    ? []
    : [
        `No commit of ${lost.length === 1 ? 'batch' : 'batches'} ${lost.map(({ key }) => key).join(', ')} is on the branch any more: what was accepted there is tested, reviewed and committed again.`,
      ]

/** Commits that a person is shown by name. */
const MOST = 4

function listed(commits: BranchNow['since']): string {
  const shown = commits
    .slice(-MOST)
    .map(({ commit, subject }) => `${short(commit)} ${cut(oneLine(subject), 50)}`)
  return `${commits.length > MOST ? `${commits.length - MOST} and then ` : ''}${shown.join('; ')}`
}

const short = (commit: string) => commit.slice(0, 9)
