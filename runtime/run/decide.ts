/** Records what a person decided about the question that the run asks. */

import { misused, refused } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { publishNumbered } from '../io/numbered.ts'
import { writeFact } from './fact-file.ts'
import type { RunFacts } from './facts.ts'
import type { RunPaths } from './paths.ts'
import { missingReviewers } from './review/open.ts'
import { rerunKey } from './review-now.ts'
import type { Ask } from './step.ts'

export interface Decided {
  text: string
  by: string
  at: Date
}

/**
 * @param ask what is asked now
 * @returns what it means, for the person
 * @throws exit 1 where nothing is asked, 64 for an answer that is none of the options
 */
export function decide(paths: RunPaths, facts: RunFacts, ask: Ask | undefined, decided: Decided): string {
  const text = decided.text.trim()
  const lost = /^lost\s+(\S+)$/i.exec(text)?.[1]
  if (lost !== undefined) return giveUp(paths, facts, lost, decided)
  if (/^re-?run\b/i.test(text)) return rerun(paths, facts, decided)
  if (ask === undefined) {
    if (!/^stop\b/i.test(text)) throw refused({ what: 'nothing is asked now', next: 'See: dispatch next' })
    record(paths, 'stop', decided)
    return 'Stopped.'
  }
  if (!ask.isOpen && !ask.options.some((option) => begins(text, option)))
    throw misused({
      what: `${JSON.stringify(text.slice(0, 80))} is none of the answers`,
      expected: ask.options.map((option) => `"${option}"`).join(' or '),
    })
  record(paths, ask.key, decided)
  return `Recorded: ${text.split('\n')[0]?.slice(0, 200)}`
}

/** By an option's first word: `proceed: <why>` is answered by whatever begins with "proceed". */
const begins = (text: string, option: string) =>
  text.toLowerCase().split(/[^a-z]/)[0] === option.toLowerCase().split(/[^a-z]/)[0]

function record({ decisions }: RunPaths, key: string, { text, by, at }: Decided): void {
  makeFolder(decisions)
  publishNumbered(
    decisions,
    '.yaml',
    `${JSON.stringify({ key, text: text.trim(), by, at: at.toISOString() })}\n`,
  )
}

/** An agent that nobody heard of again: the client does not say so in every case. */
function giveUp(paths: RunPaths, facts: RunFacts, id: string, { by }: Decided): string {
  const attempt = facts.batches.flatMap(({ attempts }) => attempts).find((each) => each.id === id)
  if (attempt === undefined || attempt.accepted !== undefined || attempt.void !== undefined)
    throw refused({ what: `nobody is at work on ${id}`, next: 'See: dispatch next' })
  writeFact(paths.batch(attempt.batch).attempt(id).void, { why: `Its agent is gone, says ${by}.` })
  return `${id} counts no more; the next agent begins anew.`
}

function rerun(paths: RunPaths, facts: RunFacts, decided: Decided): string {
  const batch = facts.batches
    .filter(({ base, rounds }) => base !== undefined && rounds.length > 0)
    .findLast((each) => missingReviewers(each).length > 0)
  if (batch === undefined) throw refused({ what: 'no review is missing', next: 'See: dispatch gate-table' })
  record(paths, rerunKey(batch), decided)
  const of = batch.key === 'final' ? 'the branch' : `batch ${batch.key}`
  return `They review ${of} again: ${missingReviewers(batch).join(', ')}.`
}
