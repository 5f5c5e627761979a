/** Every path of a state root, in one place; docs/state.md explains each. */
import { join } from 'node:path'
import { namesIn, refuseLink, statIfThere, threeDigits } from '../io/files.ts'
import { isTaskId, taskId } from './id.ts'

export const tasksFolder = (root: string) => join(root, 'tasks')
export const sessionsFolder = (root: string) => join(root, 'sessions')
export const lockOf = (root: string, name: string) => join(root, 'locks', `${name}.lock`)

export interface TaskPaths {
  folder: string
  request: string
  plan: string
  notes: string
  ipc: string
  data: string
  context: string
  output: string
  attempts: string
}

/** The files of one task. The id is checked, and a link in the place of the folder is refused. */
export function taskPaths(root: string, id: string): TaskPaths {
  const folder = join(tasksFolder(root), taskId(id))
  for (const path of [root, tasksFolder(root), folder]) refuseLink(path)
  return pathsIn(folder)
}

export const pathsIn = (folder: string): TaskPaths => ({
  folder,
  request: join(folder, 'task.yaml'),
  plan: join(folder, 'plan.md'),
  notes: join(folder, 'notes'),
  ipc: join(folder, 'ipc'),
  data: join(folder, 'data'),
  context: join(folder, 'context.md'),
  output: join(folder, 'output.md'),
  attempts: join(folder, 'attempts'),
})

export interface AttemptPaths {
  folder: string
  number: number
  /** That it is wanted, by whoever asked for it. */
  queued: string
  /** What is to be launched, by the launcher. */
  launch: string
  /** The same with pid and start time: it was launched. By the worker's first step. */
  record: string
  supervisor: string
  prompt: string
  log: string
  stderr: string
  /** Where it works, from the moment that a worktree was made for it. */
  site: string
  /** The questions that were there before it, a `NNN:inode` a line: for the worker. */
  earlier: string
  /** Somebody answered it with `dispatch answer`. */
  answered: string
  /** Why we end it, before we do: `stop`, `timeout` or `budget`. */
  ending: string
  /** The raw end, by the parent that waited. */
  ended: string
  /** The settled end. */
  exit: string
}

export function attemptPaths(task: TaskPaths, number: number): AttemptPaths {
  const folder = join(task.attempts, threeDigits(number))
  const at = (name: string) => join(folder, name)
  return {
    folder,
    number,
    queued: at('queued.yaml'),
    launch: at('launch.yaml'),
    record: at('attempt.yaml'),
    supervisor: at('supervisor.yaml'),
    prompt: at('prompt.md'),
    log: at('log'),
    stderr: at('stderr'),
    site: at('site.yaml'),
    earlier: at('earlier'),
    answered: at('answered'),
    ending: at('ending'),
    ended: at('ended.yaml'),
    exit: at('exit.yaml'),
  }
}

/** The numbers of a task's attempts, rising. */
export const attemptNumbers = (task: TaskPaths) =>
  namesIn(task.attempts)
    .filter((name) => /^\d{3,}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)

/** The ids of all tasks in a root. Links, stray files and half-made folders are not tasks. */
export const taskIds = (root: string) =>
  namesIn(tasksFolder(root)).filter(
    (name) => isTaskId(name) && statIfThere(join(tasksFolder(root), name))?.isDirectory() === true,
  )
