import { vitals } from '../attempt/vitals.ts'
import { openRoot } from '../task/root.ts'
import { arrivalOf, type Event } from '../watch/events.ts'
import { HOLD, listen } from '../watch/listen.ts'
import { noticeOf } from '../watch/notice.ts'
import {
  isTeller,
  isWaiting,
  listensFor,
  markTold,
  recordListener,
  recordSession,
  sessionId,
  TERMINAL,
} from '../watch/session.ts'
import { advance } from './advance.ts'
import { nothingMore } from './args.ts'
import { groundFor } from './ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch watch   prints a line whenever something needs the lead, until it is ended; Claude Code's monitor runs it

Events that are due together come in one line, or in several at once where one would be longer than 500 characters.
Example: dispatch watch
`

export const run: Verb = async (argv, io) => {
  nothingMore(argv, help)
  const ground = groundFor(io)
  await openRoot(ground.home, ground.root)
  const session = sessionId(io.env) ?? TERMINAL
  recordSession(ground.root, io.env)
  recordListener(ground.root, session, 'watch')
  await advance(ground, io)
  const tell = (events: Event[]) => {
    // Told once: a command that the session left in the background before it had a monitor comes first.
    if (isWaiting(ground.root, session) || !isTeller(ground.root, session)) return false
    const { told, lines } = arrivalOf(events)
    // In one write; what did not fit is told when it is looked again.
    const { text, taken } = noticeOf(lines)
    io.stdout(text)
    for (const { key } of told.slice(0, taken)) markTold(ground.root, session, key)
    return false
  }
  await listen({ ground, session, ids: undefined }, tell, {
    hold: HOLD.attended,
    whileHeard: listensFor(io.env),
    tend: vitals(ground),
    advance: () => advance(ground, io),
  })
  return 0
}
