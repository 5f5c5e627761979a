/** What is known of a task's worktree beyond its attempts: where it is, and what was brought home from it. */
import { join } from 'node:path'
import { statIfThere } from '../io/stat.ts'
import { attemptNumbers, attemptPaths, type TaskPaths } from '../task/directory.ts'
import { type Landed, landedIn, mergedIn } from '../worktree/landed.ts'
import { Launch, Made, Queued, tryRecord } from './record.ts'

export interface Home {
  /** The newest attempt: what happens now is recorded there. */
  attempt: { number: number; folder: string }
  worktree: string
  branch: string
  /** The commit that it was made from. */
  base: string
  /** The note of a merge that lies in the worktree; there or not. */
  layout: string
  /** Commits of the user's branch that the task's has merged, newest last. */
  merged: string[]
  /** Newest last. */
  landed: Landed[]
  /** The marker of everything that the newest attempt started. */
  mark: string | undefined
}

/** Undefined for a task that was given no worktree since it was begun. */
export function homeOf(task: TaskPaths): Home | undefined {
  const begun = []
  for (const number of attemptNumbers(task).reverse()) {
    const attempt = attemptPaths(task, number)
    begun.push(attempt)
    if (tryRecord(Queued, attempt.queued).value?.kind === 'start') break
  }
  const [newest] = begun
  if (newest === undefined) return undefined
  const sites = begun.flatMap(({ site, launch }) => {
    const { worktree, branch, base } = tryRecord(Launch, launch).value ?? tryRecord(Made, site).value ?? {}
    return worktree && branch && base ? [{ worktree, branch, base }] : []
  })
  const [site] = sites
  if (site === undefined) return undefined
  const notes = begun.map(({ folder }) => join(folder, LAYOUT))
  const oldestFirst = begun.toReversed()
  return {
    ...site,
    attempt: { number: newest.number, folder: newest.folder },
    layout: notes.find((note) => statIfThere(note) !== undefined) ?? join(newest.folder, LAYOUT),
    merged: oldestFirst.flatMap(({ folder }) => mergedIn(folder)),
    landed: oldestFirst.flatMap(({ folder }) => landedIn(folder)),
    mark: tryRecord(Queued, newest.queued).value?.mark,
  }
}

const LAYOUT = 'merge.yaml'

/** A merge lies in the worktree, to be resolved or mended: then also a task that is done can go on. */
export const isMerging = (task: TaskPaths): boolean => {
  const home = homeOf(task)
  return home !== undefined && statIfThere(home.layout) !== undefined
}

/** What `status` says of it, a sentence each. */
export function sayHome(task: TaskPaths): string[] {
  const home = homeOf(task)
  if (home === undefined) return []
  const { landed, layout, worktree } = home
  const last = landed.at(-1)
  return [
    ...(last === undefined ? [] : [`Landed on ${last.into} as ${last.commit.slice(0, 12)}.`]),
    ...(statIfThere(layout) === undefined ? [] : [`A merge waits to be resolved or mended in ${worktree}.`]),
  ]
}
