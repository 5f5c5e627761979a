/** What a task's changes are compared with, and where they lie. */
import { refused } from '../io/errors.ts'
import { statIfThere } from '../io/stat.ts'
import type { Compared } from '../worktree/diff.ts'
import { readLayout } from '../worktree/land-layout.ts'
import { commitOf, isIn } from '../worktree/land-target.ts'
import { findRepository, type Repository } from '../worktree/repository.ts'
import { type Home, homeOf } from './landing.ts'
import { observe, requestOf } from './observe.ts'

export interface TaskDiff {
  compared: Compared
  worktree: string | null
  branch: string | null
  /** A sentence each. */
  notices: string[]
}

/** @throws exit 1 where there is nothing to compare */
export async function taskDiff(root: string, id: string): Promise<TaskDiff> {
  const task = observe(root, id)
  const { cwd } = requestOf(task)
  const repository = findRepository(cwd)
  if (repository === undefined)
    throw refused({ what: `${id} works outside of git, so nobody knows what it changed`, where: cwd })
  const home = homeOf(task.paths)
  if (home !== undefined) return ofWorktree(repository, home)
  const base = task.attempt?.launch?.base
  if (!base)
    throw refused({
      what: `${id} has no commit to compare with; it was not launched, or there was none`,
      next: `See: dispatch status ${id}`,
    })
  return {
    compared: { repository, base, tree: { path: repository.here } },
    worktree: null,
    branch: null,
    notices: [
      `It works in ${repository.here}: this is everything that changed there since ${base.slice(0, 12)}, not its work alone.`,
    ],
  }
}

async function ofWorktree(repository: Repository, home: Home): Promise<TaskDiff> {
  const { worktree, branch } = home
  const tip = await commitOf(repository, `refs/heads/${branch}`)
  if (statIfThere(worktree)?.isDirectory()) {
    const base = await baseOf(repository, home, tip)
    return { compared: { repository, base, tree: { path: worktree } }, worktree, branch, notices: [] }
  }
  if (tip !== undefined) {
    const notices = [`The worktree is gone (${worktree}); this is what is committed on ${branch}.`]
    const base = await baseOf(repository, home, tip)
    return { compared: { repository, base, tree: { commit: tip } }, worktree: null, branch, notices }
  }
  const landed = home.landed.at(-1)
  if (landed === undefined)
    throw refused({
      what: `the worktree and the branch ${branch} are gone`,
      where: worktree,
      next: 'Its commits may still be there: git reflog --all',
    })
  const notices = [`Its branch is gone; this is what was landed on ${landed.into}.`]
  const tree = { commit: landed.commit }
  return { compared: { repository, base: landed.onto, tree }, worktree: null, branch: null, notices }
}

/** Where the user's branch was merged into the task's, what came from there is not the task's doing. */
async function baseOf(repository: Repository, home: Home, tip: string | undefined): Promise<string> {
  const { base, merged, layout } = home
  const laid = readLayout(layout)
  if (laid?.whole && (laid.head === tip || (tip && (await isIn(repository, laid.target, tip)))))
    return laid.target
  const newest = merged.at(-1)
  return newest !== undefined && tip && (await isIn(repository, newest, tip)) ? newest : base
}
