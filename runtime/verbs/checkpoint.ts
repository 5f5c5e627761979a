import { dispatchHome } from '../config/home.ts'
import { readBranch } from '../run/branch-state.ts'
import { branchTrouble } from '../run/branch-trouble.ts'
import { checkpointDocument } from '../run/checkpoint.ts'
import { panel } from '../run/panel.ts'
import { readRun } from '../run/read.ts'
import { nothingMore, parse } from './args.ts'
import { runFor } from './run-for.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch checkpoint [--run NAME] [--json]   where a run stands: what is done, the phase, what was put off

--json prints what checkpoint.yaml holds, as it is now.
Example: dispatch checkpoint --run cache
`

export const run: Verb = (argv, io) => {
  const { values, positionals } = parse(argv, { json: { type: 'boolean' }, run: { type: 'string' } }, help)
  nothingMore(positionals.slice(1), help)
  const { root, name, top } = runFor(io, values.run ?? positionals[0])
  const facts = readRun({ root, name, top, home: dispatchHome(io.env) })
  if (values.json) {
    io.stdout(`${JSON.stringify(checkpointDocument(facts, new Date()).checkpoint)}\n`)
    return Promise.resolve(0)
  }
  const { trouble, notes } = branchTrouble(facts, readBranch(top, facts))
  const said = !facts.active || notes.length > 0 ? notes : trouble === undefined ? [] : [trouble.text]
  io.stdout([...panel(facts), ...said].map((line) => `${line}\n`).join(''))
  return Promise.resolve(0)
}
