/** A new task in one step, or an ended id begun anew with nothing of the old one in its way. */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { moveIfThere, removeAll } from '../io/handling.ts'
import { replace } from '../io/publishing.ts'
import { randomName } from '../io/random.ts'
import { statIfThere } from '../io/stat.ts'
import { printYaml } from '../io/yaml.ts'
import {
  type AttemptPaths,
  attemptNumbers,
  attemptPaths,
  pathsIn,
  type TaskPaths,
  tasksFolder,
} from '../task/directory.ts'
import type { Request } from '../task/request.ts'
import { isOver } from '../task/status.ts'
import { observe } from './observe.ts'
import { enqueue } from './queue.ts'

/** A task that is all written and not there yet: what can fail for want of space has been done. */
export interface Staged {
  request: Request
  /** A folder that nobody sees. */
  paths: TaskPaths
}

export function stageTask(root: string, request: Request, plan: string, at: Date): Staged {
  const paths = pathsIn(join(tasksFolder(root), `.${request.id}.${randomName()}.tmp`))
  try {
    makeFolders(paths)
    replace(paths.plan, plan)
    replace(paths.request, printYaml(request))
    enqueue(paths, 'start', undefined, at)
  } catch (error) {
    removeAll(paths.folder)
    throw error
  }
  return { request, paths }
}

/** Removes what was not made a task. */
export const discard = ({ paths }: Staged) => removeAll(paths.folder)

/** Makes it a task, queued. False when there is such an id. The caller holds its lock. */
export function createTask(root: string, { request, paths }: Staged): boolean {
  const target = join(tasksFolder(root), request.id)
  return statIfThere(target) === undefined && moveIfThere(paths.folder, target)
}

/**
 * Begins an ended id anew: a new attempt, queued; plan, mailbox, context, output and marks move into the folder
 * of the attempt they belong to. The caller holds the task's lock. @throws exit 1 while the id is live
 */
export function restartTask(root: string, { request, paths: fresh }: Staged): void {
  const { paths, state, attempt } = observe(root, request.id)
  if (!isOver(state) && !(state === 'queued' && attempt?.unstarted !== false)) throw isLive(request.id, state)
  const { folder } = attemptPaths(fresh, 1)
  makeFolder(join(folder, ANEW))
  moveIfThere(fresh.request, join(folder, ANEW, 'task.yaml'))
  moveIfThere(fresh.plan, join(folder, ANEW, 'plan.md'))
  // The new request comes with the new attempt, in one step: a kill from here on leaves it queued, and whoever
  // launches it puts the rest in its place.
  makeFolder(paths.attempts)
  moveIfThere(folder, attemptPaths(paths, (attemptNumbers(paths).at(-1) ?? 0) + 1).folder)
  finishRestart(paths)
}

/** In an attempt that begins an id anew: request and plan, until they are in their place. */
const ANEW = 'anew'

/** Nothing happens where there is nothing to finish; safe to repeat after a kill. The caller holds the task's lock. */
export function finishRestart(task: TaskPaths): void {
  const [newest, before] = attemptNumbers(task).reverse()
  const anew = newest === undefined ? undefined : join(attemptPaths(task, newest).folder, ANEW)
  if (anew === undefined || statIfThere(anew) === undefined) return
  const at = (name: string) => join(anew, name)
  // The plan goes last: as long as it is not there, what lies in the task's folder is the old attempt's.
  if (statIfThere(at('plan.md')) !== undefined) {
    if (before !== undefined) archive(task, attemptPaths(task, before))
    makeFolders(task)
    moveIfThere(at('task.yaml'), task.request)
    moveIfThere(at('plan.md'), task.plan)
  }
  removeAll(anew)
}

export const isLive = (id: string, state: string) =>
  refused({
    what: `${id} is ${state} already`,
    next: `Look at it: dispatch status ${id}. End it: dispatch stop ${id}. Or choose another id.`,
  })

function makeFolders(paths: TaskPaths): void {
  for (const folder of [paths.folder, paths.notes, paths.ipc, paths.data, paths.attempts]) makeFolder(folder)
}

/** Nothing is overwritten: what is there already came from a call that was killed half-way. */
function archive(task: TaskPaths, attempt: AttemptPaths): void {
  for (const name of ['plan.md', 'ipc', 'data', 'notes', 'context.md', 'output.md']) {
    const target = join(attempt.folder, name)
    if (statIfThere(target) === undefined) moveIfThere(join(task.folder, name), target)
  }
}
