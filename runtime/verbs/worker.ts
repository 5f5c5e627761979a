/** Who a worker is: told by its environment, checked before it becomes a path. */
import { refused } from '../io/errors.ts'
import { readFrom } from '../io/reading.ts'
import { attemptPaths, type TaskPaths, taskPaths } from '../task/directory.ts'
import { readingRoot } from './root.ts'
import type { VerbIo } from './verb.ts'

export interface Worker {
  root: string
  id: string
  paths: TaskPaths
  attempt: number
}

/** @throws exit 1 outside a worker */
export function worker(io: VerbIo): Worker {
  const { DISPATCH_TASK: id, DISPATCH_ATTEMPT: attempt } = io.env
  if (!id || !attempt)
    throw refused({
      what: 'this verb is for workers; there is no DISPATCH_TASK here',
      next: 'A person or a lead uses: status, answer, note.',
    })
  if (!/^\d{3,}$/.test(attempt))
    throw refused({ what: 'DISPATCH_ATTEMPT is not an attempt number', found: JSON.stringify(attempt) })
  const root = readingRoot(io)
  return { root, id, paths: taskPaths(root, id), attempt: Number(attempt) }
}

/** Questions that were there before this worker (`NNN:inode`), as its launcher wrote them down. */
export const earlierQuestions = ({ paths, attempt }: Worker): string[] =>
  readFrom(attemptPaths(paths, attempt).earlier, 0).toString('utf8').split('\n').filter(Boolean)
