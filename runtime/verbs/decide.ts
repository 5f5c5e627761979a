import { misused } from '../io/errors.ts'
import { askGit } from '../io/git.ts'
import { advance } from '../run/advance.ts'
import { contextOf } from '../run/apply.ts'
import { decide } from '../run/decide.ts'
import { runPaths } from '../run/paths.ts'
import { nothingMore, parse, usageOf } from './args.ts'
import { PATIENCE } from './next.ts'
import { runGround } from './run-ground.ts'
import { printStand } from './step-text.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch decide <text> [--run NAME] [--json]   records the user's decision that the run asks for, and says what is next

Also: "stop"; "lost <attempt>" for an agent that is gone; "rerun" for reviews that did not arrive.
Example: dispatch decide "proceed: it is a prototype"
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { run: { type: 'string' }, json: { type: 'boolean' } }, help)
  const [given, ...more] = positionals
  nothingMore(more, help)
  const text = given === undefined || given === '-' ? io.stdin() : given
  if (text === undefined || text.trim() === '')
    throw misused({ what: 'the decision is missing', next: usageOf(help) })
  const ground = runGround(io, values.run)
  const context = contextOf(ground, io.env)
  const { facts, ask } = await advance(context, PATIENCE)
  const said = decide(runPaths(ground.root, ground.name), facts, ask, {
    text,
    by: whoIs(ground.top, io.env),
    at: new Date(),
  })
  io.stderr(`${said}\n`)
  await printStand(await advance(context, PATIENCE), ground, values.json === true, io)
  return 0
}

/** As git knows the person, else as the system does. */
const whoIs = (top: string, { USER, LOGNAME }: NodeJS.ProcessEnv) =>
  askGit(top, ['config', 'user.email']) ||
  askGit(top, ['config', 'user.name']) ||
  USER ||
  LOGNAME ||
  'the user'
