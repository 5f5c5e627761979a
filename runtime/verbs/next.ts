import { advance } from '../run/advance.ts'
import { contextOf } from '../run/apply.ts'
import { nothingMore, parse } from './args.ts'
import { runGround } from './run-ground.ts'
import { printStand } from './step-text.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch next [--run NAME] [--json]   what is to be done now in a run; asked twice it says the same

Example: dispatch next
`

/** Below the two minutes that Claude Code gives a command (ms). */
export const PATIENCE = 85_000

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { run: { type: 'string' }, json: { type: 'boolean' } }, help)
  nothingMore(positionals, help)
  const ground = runGround(io, values.run)
  await printStand(await advance(contextOf(ground, io.env), PATIENCE), ground, values.json === true, io)
  return 0
}
