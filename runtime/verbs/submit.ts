import { DispatchError, EXIT, misused } from '../io/errors.ts'
import { advance } from '../run/advance.ts'
import { contextOf } from '../run/apply.ts'
import { submit } from '../run/submit.ts'
import { recordTold } from '../run/submit-files.ts'
import { sessionId } from '../watch/session.ts'
import { needed, nothingMore, parse, usageOf } from './args.ts'
import { type RunGround, runGround } from './run-ground.ts'
import type { Verb, VerbIo } from './verb.ts'

export const help = `dispatch submit <attempt> [--run NAME] < report.yaml   hands in a role's report, which is verified by running it

0: accepted. 1: refused, with the reasons. 65: not a usable report. 75: still being verified; submit the same again.
Example: dispatch submit T003-red-1 < report.yaml
`

/** Below the 90 s within which the contract wants an answer (ms). */
const PATIENCE = 85_000

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { run: { type: 'string' } }, help)
  const id = needed(positionals[0], 'an attempt', help)
  nothingMore(positionals[1] === '-' ? positionals.slice(2) : positionals.slice(1), help)
  const source = io.stdin()
  if (source === undefined || source.trim() === '')
    throw misused({ what: 'the report is missing', next: usageOf(help) })
  const ground = runGround(io, values.run)
  const outcome = await submit({
    ...ground,
    run: ground.name,
    id,
    source,
    env: io.env,
    caller: sessionId(io.env),
    patience: patienceIn(io),
    began: new Date(performance.timeOrigin),
  })
  if (outcome.kind === 'accepted') {
    io.stdout(
      `${id} ${outcome.again ? 'was accepted already' : 'accepted'}. End now, in at most three lines.\n`,
    )
    await carryOn(ground, io)
    return EXIT.ok
  }
  const reasons = outcome.reasons.map((reason) => `- ${reason.replaceAll('\n', '\n  ')}\n`).join('')
  io.stdout(`${id} refused (${outcome.n}):\n${reasons}Mend that, and submit again.\n`)
  recordTold(outcome.paths, outcome.n)
  return EXIT.no
}

/** Later than this the caller has waited long enough (ms). */
const LATE = 60_000

/**
 * What follows from the acceptance begins, so that the lead does not wait for it later. The report is accepted in any
 * case: what is in the way is told to the lead, by `next`.
 */
async function carryOn(ground: RunGround, { env }: VerbIo): Promise<void> {
  if (performance.now() > LATE) return
  try {
    await advance(contextOf(ground, env), 0)
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
  }
}

/** Tests have little of it. */
function patienceIn({ env }: VerbIo): number {
  const given = Number(env.DISPATCH_SUBMIT_PATIENCE)
  return given > 0 && given < PATIENCE ? given : PATIENCE
}
