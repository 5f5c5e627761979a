import { parseDuration } from '../config/duration.ts'
import { misused } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { ask } from '../question/ask.ts'
import { parse, textFrom, usageOf } from './args.ts'
import type { Verb } from './verb.ts'
import { earlierQuestions, worker } from './worker.ts'

export const help = `dispatch ask [text | -] [--timeout D]   (worker) asks the lead, waits, prints the answer as it was given

Exits 75 when no answer came in time; the question stays open.
Example: dispatch ask "Found both JWT and sessions. Which one counts?"
`

/** Where the launcher said nothing (ms). */
const DEFAULT_TIMEOUT = 180_000

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { timeout: { type: 'string' } }, help)
  const me = worker(io)
  // The `--` that parse took is not taken again.
  const text = textFrom(['--', ...positionals], io)
  if (text === undefined || text.trim() === '')
    throw misused({ what: 'the question is missing', next: usageOf(help) })
  const configured = Number(io.env.DISPATCH_ASK_TIMEOUT ?? DEFAULT_TIMEOUT)
  const wanted = values.timeout === undefined ? configured : parseDuration(values.timeout)
  makeFolder(me.paths.ipc)
  io.stdout(
    await ask({
      ipc: me.paths.ipc,
      text,
      earlier: earlierQuestions(me),
      timeout: Math.min(wanted, configured),
    }),
  )
  return 0
}
