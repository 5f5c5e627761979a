/** What killed commands and removed tasks left behind. Nothing of it is anybody's work, or it stays. */
import { basename, join } from 'node:path'
import { namesIn, temporariesIn } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { withLock } from '../io/lock.ts'
import { sizeOf } from '../io/size.ts'
import { linkTarget, realPath, statIfThere } from '../io/stat.ts'
import { attemptNumbers, attemptPaths, lockOf, taskIds, taskPaths, tasksFolder } from '../task/directory.ts'
import { decide, inspect, removeSite } from '../worktree/clean.ts'
import { registered } from '../worktree/inside.ts'
import { leftovers } from '../worktree/making.ts'
import { folderOf } from '../worktree/place.ts'
import { takeBack } from '../worktree/register.ts'
import type { Repository } from '../worktree/repository.ts'
import { type Cleaning, type Found, sitesOf } from './clean.ts'

/** A temporary name that is younger may be somebody's who writes just now (ms). */
const YOUNG = 60 * 60 * 1000

/** The caller holds the lock of landings where it acts. */
export async function cleanLeftovers(cleaning: Cleaning): Promise<Found[]> {
  const { ground, repository, act } = cleaning
  const { root, home } = ground
  const found = [...temporaries(root), ...locks(root)].map((name) => leftover(name))
  if (act) for (const { name } of found) removeAll(name)
  if (repository === undefined) return found
  const made = folderOf(home, repository.top)
  const folder = realPath(made) ?? made
  const halves = temporariesIn(folder).map((name) => leftover(join(folder, name)))
  if (act) for (const { name } of halves) removeAll(name)
  const undone = await killedCreates(cleaning, repository, folder)
  return [...found, ...halves, ...undone, ...(await orphans(cleaning, repository, folder))]
}

const leftover = (name: string, why: string | null = 'left by a command that was killed'): Found => ({
  id: null,
  what: 'leftover',
  name,
  bytes: sizeOf(name),
  goes: true,
  why,
})

const isOld = (path: string, now = Date.now()) => (statIfThere(path)?.mtimeMs ?? now) < now - YOUNG

function temporaries(root: string): string[] {
  const ofTasks = taskIds(root).flatMap((id) => {
    const task = taskPaths(root, id)
    const attempts = attemptNumbers(task).map((number) => attemptPaths(task, number).folder)
    return [task.folder, task.attempts, task.notes, ...attempts]
  })
  return [root, tasksFolder(root), join(root, 'locks'), ...ofTasks].flatMap((folder) =>
    temporariesIn(folder)
      .map((name) => join(folder, name))
      .filter((path) => isOld(path)),
  )
}

/** Of tasks that are gone. */
function locks(root: string): string[] {
  const ids = new Set(taskIds(root))
  return namesIn(join(root, 'locks')).flatMap((name) => {
    const id = name.replace(/\.lock(\.holder)?$/, '')
    const path = join(root, 'locks', name)
    return !id.startsWith('.') && !ids.has(id) && isOld(path) ? [path] : []
  })
}

async function killedCreates({ ground, act }: Cleaning, repository: Repository, folder: string) {
  const found = leftovers(folder).map(({ path }) =>
    leftover(path, 'a start that was killed while it made this'),
  )
  if (act && found.length > 0)
    await withLock(lockOf(ground.root, '.worktree'), async () => {
      for (const making of leftovers(folder)) await takeBack(repository, making)
    })
  return found
}

/** Worktrees of tasks that are gone, and entries of git for folders that are. Another state root's are not ours. */
async function orphans(cleaning: Cleaning, repository: Repository, folder: string): Promise<Found[]> {
  const { ground, act } = cleaning
  const { root } = ground
  const known = new Set(taskIds(root).flatMap((id) => sitesOf(taskPaths(root, id)).map(({ path }) => path)))
  const making = new Set(
    namesIn(folder).flatMap((name) => (name.endsWith('.making') ? name.slice(0, -7) : [])),
  )
  const isFree = (path: string) => !known.has(path) && !making.has(basename(path))
  const found: Found[] = []
  for (const name of namesIn(folder)) {
    const path = join(folder, name)
    if (!isFree(path) || linkTarget(join(path, '.dispatch')) !== root) continue
    const site = { path, branch: `dispatch/${name}`, base: undefined, landed: [] }
    const facts = await inspect(repository, site)
    const verdict = decide(facts, false)
    const goes = verdict.folder
    const why = goes ? 'its task is gone' : `its task is gone, but ${verdict.why}`
    found.push({ id: null, what: 'worktree', name: path, bytes: goes ? sizeOf(path) : 0, goes, why })
    if (act && goes) await removeSite(repository, site, facts, verdict, name)
  }
  for (const { path, gitDir } of registered(repository.common)) {
    if (path === undefined || !path.startsWith(`${folder}/`) || statIfThere(path) !== undefined) continue
    if (!isFree(path)) continue
    found.push(leftover(gitDir, `its worktree is gone: ${path}`))
    if (act) removeAll(gitDir)
  }
  return found
}
