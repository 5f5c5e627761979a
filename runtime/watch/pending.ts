/** What a session has not been told yet. */

import { heldBy, sayHeld } from '../attempt/held.ts'
import { type Observed, observe } from '../attempt/observe.ts'
import { isUnsettled, reconcile } from '../attempt/reconcile.ts'
import { taskIds, taskPaths, tasksFolder } from '../task/directory.ts'
import { type Event, eventsOf } from './events.ts'
import { isSameClient, isSessionAlive, TERMINAL, wasTold } from './session.ts'

export interface Listener {
  root: string
  /** The session that listens; `terminal` hears of everything. */
  session: string
  /** Only these tasks; undefined: this session's and those of sessions that are gone. */
  ids: string[] | undefined
}

/** The tasks that concern the listener, observed. */
export function concerning({ root, session, ids }: Listener): Observed[] {
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
  const settled = await Promise.all(
    tasks.map((task) => (isUnsettled(task) ? reconcile(listener.root, task.id) : task)),
  )
  return settled
    .flatMap((task) => [...eventsOf(task), ...heldBack(task)])
    .filter(({ key }) => !wasTold(listener.root, listener.session, key))
    .sort((a, b) => a.at.localeCompare(b.at))
}

/** A task that can no longer start by itself needs the lead as much as one that failed. */
function heldBack(task: Observed): Event[] {
  const by = heldBy(task)
  if (by === undefined) return []
  const { id, state, attempt } = task
  const key = `${id}.held${attempt?.paths.number ?? 0}.${by.key}`
  return [{ id, kind: 'end', number: null, text: sayHeld(by), state, at: by.at, key }]
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
