/** What a session has not been told yet. */

import type { Ground } from '../attempt/ground.ts'
import { saySilent, silentSince, tableOnce } from '../attempt/hang.ts'
import { heldBy, type Predecessor, predecessorsIn, sayHeld } from '../attempt/held.ts'
import { type Observed, observe } from '../attempt/observe.ts'
import { answersItself, isUnsettled, reconcile } from '../attempt/reconcile.ts'
import { LONG } from '../attempt/recover.ts'
import { sayFailed, sayWait } from '../attempt/wait-words.ts'
import { byCode } from '../io/order.ts'
import type { Row } from '../io/processes.ts'
import { taskIds, taskPaths, tasksFolder } from '../task/directory.ts'
import { type Event, eventsOf } from './events.ts'
import { isOfRun, runEvents } from './run-events.ts'
import { isSameClient, isSessionAlive, TERMINAL, wasTold } from './session.ts'

export interface Listener {
  ground: Ground
  /** The session that listens; `terminal` hears of everything. */
  session: string
  /** Only these tasks; undefined: this session's and those of sessions that are gone. */
  ids: string[] | undefined
}

/** The tasks that concern the listener, observed. */
export function concerning({ ground: { root }, session, ids }: Listener): Observed[] {
  return (ids ?? taskIds(root))
    .map((id) => observe(root, id))
    .filter((task) => ids !== undefined || concerns(root, session, task))
}

function concerns(root: string, session: string, { request }: Observed): boolean {
  const owner = request?.session
  return (
    session === TERMINAL ||
    owner === session ||
    owner === null ||
    owner === undefined ||
    !isSessionAlive(root, owner) ||
    isSameClient(root, session, owner)
  )
}

/** Events in the order they happened. Lost attempts are settled on the way. */
export async function pending(listener: Listener, tasks: Observed[]): Promise<Event[]> {
  const { ground, session } = listener
  const settled = await Promise.all(
    tasks.map((task) => (isUnsettled(task) ? reconcile(ground, task.id) : task)),
  )
  const before = predecessorsIn(ground.root)
  const table = tableOnce()
  const [runs, own] = [settled.filter(isOfRun), settled.filter((task) => !isOfRun(task))]
  return own
    .flatMap((task) => [
      ...eventsOf(task),
      ...heldBack(task, before),
      ...byItself(task),
      ...leftAlone(task),
      ...silent(task, ground, table),
    ])
    .concat(runEvents(ground.root, runs))
    .filter(({ key }) => !wasTold(ground.root, session, key))
    .sort((a, b) => byCode(a.at, b.at))
}

/** A task that can no longer start by itself needs the lead as much as one that failed. */
function heldBack(task: Observed, before: Predecessor): Event[] {
  const by = heldBy(task, before)
  // Who waits behind one that is held is told of with that one.
  if (by === undefined || by.behind !== undefined) return []
  const { id, state, attempt } = task
  const key = `${id}.held${attempt?.paths.number ?? 0}.${by.key}`
  return [{ id, kind: 'end', number: null, text: sayHeld(by), state, at: by.at, key }]
}

/**
 * What goes on by itself wakes nobody, with two exceptions, each told once: a pause so long that somebody may want
 * something else meanwhile, and another model at work than the one that was asked for.
 */
function byItself({ id, state, attempt, waiting }: Observed): Event[] {
  const told = { id, kind: 'notice' as const, number: null, state }
  if (state === 'parked' && waiting !== undefined) {
    const { created, until, began } = waiting
    if (Date.parse(until) - Date.parse(created) <= LONG) return []
    const key = `${id}.waits-${Date.parse(began).toString(36)}`
    return [{ ...told, text: sayWait(waiting), at: created, key }]
  }
  const launch = attempt?.unstarted === false ? attempt.launch : undefined
  if (launch?.instead == null || (state !== 'running' && state !== 'asking')) return []
  const from = { ...launch.instead, backend: '' }
  const text = `${sayFailed(launch.instead.class, from)}; goes on with ${launch.model} (fallback)`
  return [{ ...told, text, at: launch.created, key: `${id}.fallback-${launch.mark.slice(0, 8)}` }]
}

/** It runs and shows no sign of life: once for each time that it fell silent. */
function silent(task: Observed, { config }: Ground, table: () => Row[]): Event[] {
  const since = silentSince(task, () => config.limits.hang, table)
  if (since === undefined) return []
  const { id, state, attempt } = task
  const key = `${id}.silent${attempt?.paths.number ?? 0}-${since.getTime().toString(36)}`
  return [
    { id, kind: 'notice', number: null, text: saySilent(id, since), state, at: since.toISOString(), key },
  ]
}

/** Its question has an answer that nobody of ours gave, again and again: somebody has to look. */
function leftAlone(task: Observed): Event[] {
  if (!answersItself(task)) return []
  const { id, state, attempt, exit } = task
  const text =
    'It was brought back three times by answers that nobody gave with `dispatch answer`, and is left alone now.'
  const key = `${id}.alone${attempt?.paths.number ?? 0}-${attempt?.launch?.mark.slice(0, 8) ?? ''}`
  return [{ id, kind: 'end', number: null, text, state, at: exit?.ended_at ?? '', key }]
}

/** The folders in which something can happen to these tasks. */
export function foldersOf(root: string, tasks: Observed[]): string[] {
  return [
    tasksFolder(root),
    ...tasks.flatMap(({ id, attempt, paths }) => [
      taskPaths(root, id).ipc,
      paths.attempts,
      ...(attempt === undefined ? [] : [attempt.paths.folder]),
    ]),
  ]
}
