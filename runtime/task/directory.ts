/**
 * Every path of a state root, in one place; docs/state.md explains each. Put together as texts: a root is absolute and
 * tidy, and node:path takes longer for all of a task's paths than reading the task.
 */
import { namesIn } from '../io/folders.ts'
import { threeDigits } from '../io/numbered.ts'
import { refuseLink, statIfThere } from '../io/stat.ts'
import { isTaskId, taskId } from './id.ts'

export const tasksFolder = (root: string) => `${root}/tasks`
export const sessionsFolder = (root: string) => `${root}/sessions`
export const lockOf = (root: string, name: string) => `${root}/locks/${name}.lock`

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
  const folder = `${tasksFolder(root)}/${taskId(id)}`
  for (const path of [root, tasksFolder(root), folder]) refuseLink(path)
  return pathsIn(folder)
}

export const pathsIn = (folder: string): TaskPaths => ({
  folder,
  request: `${folder}/task.yaml`,
  plan: `${folder}/plan.md`,
  notes: `${folder}/notes`,
  ipc: `${folder}/ipc`,
  data: `${folder}/data`,
  context: `${folder}/context.md`,
  output: `${folder}/output.md`,
  attempts: `${folder}/attempts`,
})

export interface AttemptPaths {
  folder: string
  number: number
  /** That it is wanted, by whoever asked for it. */
  queued: string
  /** The process that is about to launch it, while it is: `pid start`. */
  starter: string
  /** What is to be launched, by the launcher. */
  launch: string
  /** The same with pid and start time: it was launched. By the worker's first step. */
  record: string
  supervisor: string
  /** Seconds until its turn among the launches of the same CLI; none: at once. */
  turn: string
  prompt: string
  log: string
  stderr: string
  /** What the last look for signs of life saw; a cache. */
  pulse: string
  /** Where it works, from the moment that a worktree was made for it. */
  site: string
  /** The questions that were there before it, a `NNN:inode` a line: for the worker. */
  earlier: string
  /** Somebody answered it with `dispatch answer`. */
  answered: string
  /** Why we end it, before we do: `stop`, `timeout` or `budget`. */
  ending: string
  /** It repeated a request that cannot succeed, and was ended for that. */
  doomed: string
  /** What was found running of it when it was ended, a `pid start, tab, command` a line, before it was. */
  sweeping: string
  /** The raw end, by the parent that waited. */
  ended: string
  /** The settled end. */
  exit: string
  /** That it goes on by itself, when and how. */
  wait: string
  /** Who sleeps until then. */
  waiter: string
}

export function attemptPaths(task: TaskPaths, number: number): AttemptPaths {
  const folder = `${task.attempts}/${threeDigits(number)}`
  const at = (name: string) => `${folder}/${name}`
  return {
    folder,
    number,
    queued: at('queued.yaml'),
    starter: at('starter'),
    launch: at('launch.yaml'),
    record: at('attempt.yaml'),
    supervisor: at('supervisor.yaml'),
    turn: at('turn'),
    prompt: at('prompt.md'),
    log: at('log'),
    stderr: at('stderr'),
    pulse: at('pulse'),
    site: at('site.yaml'),
    earlier: at('earlier'),
    answered: at('answered'),
    ending: at('ending'),
    doomed: at('doomed'),
    sweeping: at('sweeping'),
    ended: at('ended.yaml'),
    exit: at('exit.yaml'),
    wait: at('wait.yaml'),
    waiter: at('waiter.yaml'),
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
    (name) => isTaskId(name) && statIfThere(`${tasksFolder(root)}/${name}`)?.isDirectory() === true,
  )
