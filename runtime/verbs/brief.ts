import { briefExtras } from '../run/brief-extras.ts'
import { takeBrief } from '../run/brief-take.ts'
import { recordSession, sessionId } from '../watch/session.ts'
import { needed, nothingMore, parse } from './args.ts'
import { runGround } from './run-ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch brief <attempt> [--run NAME]   takes an attempt, and prints all that its role needs

The attempt is this session's from then on; called again it prints the same.
Example: dispatch brief T003-red-1
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { run: { type: 'string' } }, help)
  const id = needed(positionals[0], 'an attempt', help)
  nothingMore(positionals.slice(1), help)
  const ground = runGround(io, values.run)
  const facts = ground.facts()
  recordSession(ground.root, io.env)
  io.stdout(
    await takeBrief({
      root: ground.root,
      facts,
      id,
      session: sessionId(io.env),
      now: new Date(),
      extras: (attempt) => briefExtras({ ...ground, facts, attempt, named: values.run, env: io.env }),
    }),
  )
  return 0
}
