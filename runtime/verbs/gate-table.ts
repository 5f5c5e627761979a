import { dispatchHome } from '../config/home.ts'
import { refused } from '../io/errors.ts'
import { readRun } from '../run/read.ts'
import { newestRound } from '../run/review/open.ts'
import { roundText } from '../run/review/text.ts'
import { bySeverity, shownOf } from '../run/review-issues.ts'
import { nothingMore, parse } from './args.ts'
import { runFor } from './run-for.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch gate-table [--run NAME] [--json]   what the reviewers said last: gates as a table, and the issues

Of the newest round of the batch that was reviewed last; at most twenty lines.
Example: dispatch gate-table --run cache
`

export const run: Verb = (argv, io) => {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' }, run: { type: 'string' } }, help)
  nothingMore(positionals.slice(1), help)
  const { root, name, top } = runFor(io, values.run ?? positionals[0])
  const facts = readRun({ root, name, top, home: dispatchHome(io.env) })
  const batch = facts.batches.findLast(({ base, rounds }) => base !== undefined && rounds.length > 0)
  const round = batch && newestRound(batch)
  if (batch === undefined || round === undefined)
    throw refused({
      what: `nothing of ${name} is reviewed yet`,
      next: 'See where it stands: dispatch checkpoint',
    })
  if (values.json) {
    const { reviewers, gates } = round
    const issues = bySeverity(shownOf(facts, batch))
    io.stdout(
      `${JSON.stringify({ run: name, batch: batch.key, round: round.n, reviewers, gates, issues })}\n`,
    )
    return Promise.resolve(0)
  }
  io.stderr(`${name}, ${batch.key === 'final' ? 'final review' : `batch ${batch.key}`}, round ${round.n}\n`)
  const previous = batch.rounds.find(({ n }) => n === round.n - 1)
  io.stdout(`${roundText(round, batch.key, previous).join('\n')}\n`)
  return Promise.resolve(0)
}
