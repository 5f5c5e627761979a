/** What keeps a queued task from starting by itself: a predecessor that is over and not done, or gone. */
import { dirname } from 'node:path'
import { statIfThere } from '../io/stat.ts'
import { taskPaths } from '../task/directory.ts'
import { isOver, type State } from '../task/status.ts'
import { observe } from './observe.ts'

export interface Held {
  /** The predecessor that will not be done by itself. */
  id: string
  state: string
  /** The predecessor that waits for that one; undefined where nobody stands between. */
  behind: string | undefined
  /** Names this very hindrance. */
  key: string
  /** Since when. */
  at: string
}

/** What of an observed task is asked for. */
interface Step {
  state: State
  request: { after: string[] } | undefined
  attempt: { paths: { number: number } } | undefined
  exit: { ended_at: string } | undefined
}

/** A predecessor, undefined where there is no such task. */
export type Predecessor = (id: string) => Step | undefined

/** Tasks in a root as they are now, each looked at once. */
export function predecessorsIn(root: string): Predecessor {
  const seen = new Map<string, ReturnType<Predecessor>>()
  return (id) => {
    if (!seen.has(id))
      seen.set(id, statIfThere(taskPaths(root, id).folder) === undefined ? undefined : observe(root, id))
    return seen.get(id)
  }
}

/** @param predecessor where several tasks are asked about, one for all of them */
export function heldBy(
  task: Pick<Step, 'state' | 'request'> & { paths: { folder: string } },
  predecessor: Predecessor = predecessorsIn(dirname(dirname(task.paths.folder))),
): Held | undefined {
  return task.state === 'queued' ? holder(task.request?.after ?? [], predecessor, new Set()) : undefined
}

/** @param above the tasks on the way here: who would wait for itself waits for ever */
function holder(after: string[], predecessor: Predecessor, above: Set<string>): Held | undefined {
  for (const id of after) {
    const task = predecessor(id)
    if (task === undefined) return { id, state: 'gone', behind: undefined, key: `${id}.gone`, at: '' }
    const { state, attempt, exit, request } = task
    const key = `${id}.${attempt?.paths.number ?? 0}`
    if (above.has(id)) return { id, state, behind: undefined, key, at: '' }
    if (isOver(state) && state !== 'done')
      return { id, state, behind: undefined, key, at: exit?.ended_at ?? '' }
    if (state !== 'queued') continue
    const further = holder(request?.after ?? [], predecessor, new Set([...above, id]))
    if (further !== undefined) return { ...further, behind: id }
  }
  return undefined
}

export const sayHeld = ({ id, state, behind }: Pick<Held, 'id' | 'state' | 'behind'>) =>
  behind === undefined
    ? `It comes after ${id}, which is ${state}.`
    : `It comes after ${behind}, which waits for ${id}, which is ${state}.`
