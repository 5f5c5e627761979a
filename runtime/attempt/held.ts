import { dirname } from 'node:path'
import { statIfThere } from '../io/files.ts'
import { taskPaths } from '../task/directory.ts'
import { isOver } from '../task/status.ts'
import { type Observed, observe } from './observe.ts'

export interface Held {
  id: string
  state: string
  /** Names this very hindrance. */
  key: string
  /** Since when. */
  at: string
}

/** The predecessor that keeps a queued task from starting by itself: it is over and not done, or gone. */
export function heldBy({ state, request, paths }: Observed): Held | undefined {
  if (state !== 'queued') return undefined
  const root = dirname(dirname(paths.folder))
  for (const id of request?.after ?? []) {
    if (statIfThere(taskPaths(root, id).folder) === undefined)
      return { id, state: 'gone', key: `${id}.gone`, at: '' }
    const before = observe(root, id)
    if (isOver(before.state) && before.state !== 'done')
      return {
        id,
        state: before.state,
        key: `${id}.${before.attempt?.paths.number ?? 0}`,
        at: before.exit?.ended_at ?? '',
      }
  }
  return undefined
}

export const sayHeld = ({ id, state }: Pick<Held, 'id' | 'state'>) =>
  `It comes after ${id}, which is ${state}.`
