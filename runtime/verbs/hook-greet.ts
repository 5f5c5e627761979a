/** SessionStart: what runs, what waits for an answer, what ended meanwhile. */
import { dispatchHome } from '../config/home.ts'
import { greeting, MOST } from '../hooks/session-start.ts'
import { taskIds } from '../task/directory.ts'
import { checkFormat, isRegistered, rootFor } from '../task/root.ts'
import { eventsOf } from '../watch/events.ts'
import { concerning, pending } from '../watch/pending.ts'
import { isWatched, markTold, recordCleared, sessionId, TERMINAL, toldToAnybody } from '../watch/session.ts'
import { lenientGround } from './lenient-ground.ts'
import type { VerbIo } from './verb.ts'

export async function greet(
  { source }: Record<string, unknown>,
  { env, cwd }: VerbIo,
): Promise<object | undefined> {
  const root = rootFor(env, cwd)
  if (taskIds(root).length === 0 || !isRegistered(dispatchHome(env), root)) return undefined
  checkFormat(root)
  const session = sessionId(env) ?? TERMINAL
  if (source === 'clear') recordCleared(root, session)
  const listener = { ground: lenientGround({ env }, root), session, ids: undefined }
  const tasks = concerning(listener)
  const untold = await pending(listener, tasks)
  // What another session's task came to, and somebody was told, is no news to whoever begins now.
  const own = tasks.flatMap(({ id, request }) => (request?.session === session ? [id] : []))
  const isTold = toldToAnybody(root)
  const [old, fresh] = parted(
    untold,
    ({ id, kind, key }) => kind === 'end' && !own.includes(id) && isTold(key),
  )
  const ends = fresh.filter(({ kind }) => kind === 'end').reverse()
  // A question that was told before is told again: whoever begins (anew, or after a compaction) does not know it.
  // Whoever resumes has the conversation in which it was told.
  const open = tasks.flatMap(eventsOf).filter(({ kind }) => kind === 'question')
  const questions = source === 'resume' ? fresh.filter(({ kind }) => kind === 'question') : open
  const events = [...questions, ...ends]
  const named = (...states: string[]) =>
    tasks.filter(({ state }) => states.includes(state)).map(({ id }) => id)
  const text = greeting({
    running: named('running'),
    queued: named('queued'),
    pending: events,
    watched: isWatched(root, session),
  })
  // What did not fit is not told yet.
  for (const { key } of [...old, ...events.slice(0, MOST)]) markTold(root, session, key)
  if (text === undefined) return undefined
  return { hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: text } }
}

function parted<T>(all: T[], isFirst: (one: T) => boolean): [first: T[], second: T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))]
}
