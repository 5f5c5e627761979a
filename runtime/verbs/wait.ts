import { vitals } from '../attempt/vitals.ts'
import { parseDuration } from '../config/duration.ts'
import { notNow } from '../io/errors.ts'
import { openRoot } from '../task/root.ts'
import { arrivalOf, type Event } from '../watch/events.ts'
import { HOLD, listen } from '../watch/listen.ts'
import { concerning } from '../watch/pending.ts'
import { listensFor, markTold, recordListener, recordSession, sessionId, TERMINAL } from '../watch/session.ts'
import { isInteractive, waitAgainLine, waitLongerLine } from '../watch/wake.ts'
import { advance } from './advance.ts'
import { parse } from './args.ts'
import { existing, groundFor } from './ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch wait [id…] [--timeout D] [--json]   blocks until something needs you, prints all of it, each once a session

Exits 75 when nothing did in time, 0 also when the last one is over and you were told elsewhere. Without ids: this session's tasks and those of sessions that are gone.
Example: dispatch wait --timeout 10m
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(
    argv,
    { timeout: { type: 'string' }, json: { type: 'boolean' } },
    help,
  )
  const timeout = values.timeout === undefined ? undefined : parseDuration(values.timeout)
  const ground = groundFor(io)
  const ids = positionals.map((id) => existing(ground.root, id))
  await openRoot(ground.home, ground.root)
  recordSession(ground.root, io.env)
  await advance(ground, io)
  const session = sessionId(io.env) ?? TERMINAL
  // Only one that listens to everything stands in for the session's monitor.
  if (ids.length === 0) recordListener(ground.root, session, 'wait')
  const listener = { ground, session, ids: ids.length > 0 ? ids : undefined }
  const tell = (events: Event[]) => {
    const { told, lines } = arrivalOf(events)
    if (values.json) io.stdout(`${JSON.stringify({ events: told.map(shown) })}\n`)
    else {
      const again = waitAgainLine(ground.root, io.env, concerning({ ...listener, ids: undefined }))
      if (again !== undefined) lines.push(again)
      io.stdout(lines.map((line) => `${line}\n`).join(''))
    }
    for (const { key } of told) markTold(ground.root, session, key)
    return true
  }
  const ended = await listen(listener, tell, {
    timeout,
    hold: holdFor(io.env),
    untilIdle: true,
    whileHeard: listensFor(io.env),
    tend: vitals(ground),
    advance: () => advance(ground, io),
  })
  if (ended === 'late')
    throw notNow({
      what: 'nothing happened in that time',
      next: waitLongerLine(ground.root, io.env) ?? 'See: dispatch status',
    })
  if (ended === 'idle')
    io.stdout(values.json ? `${JSON.stringify({ events: [] })}\n` : 'Nothing is running any more.\n')
  return 0
}

/** A person at a terminal is told at once. */
const holdFor = (env: NodeJS.ProcessEnv) =>
  sessionId(env) === undefined ? 0 : isInteractive(env) ? HOLD.attended : HOLD.headless

const shown = ({ key: _, ...event }: Event) => event
