/**
 * What is finished and can go: worktrees and branches of tasks whose work is home, with a task's name also its folder.
 * First it is said, then, if wanted, done: each task under its lock, looked at anew.
 */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { moveIfThere, removeAll } from '../io/handling.ts'
import { withLock } from '../io/lock.ts'
import { randomName } from '../io/random.ts'
import { sizeOf } from '../io/size.ts'
import { statIfThere } from '../io/stat.ts'
import {
  attemptNumbers,
  attemptPaths,
  lockOf,
  type TaskPaths,
  taskIds,
  taskPaths,
  tasksFolder,
} from '../task/directory.ts'
import { isOver } from '../task/status.ts'
import { decide, inspect, removeSite, type Site } from '../worktree/clean.ts'
import { landedIn } from '../worktree/landed.ts'
import type { Repository } from '../worktree/repository.ts'
import type { Ground } from './ground.ts'
import { type Observed, observe } from './observe.ts'
import { Launch, Made, tryRecord } from './record.ts'

/** One thing that goes or stays. */
export interface Found {
  /** The task; null for what belongs to none. */
  id: string | null
  what: 'worktree' | 'branch' | 'task' | 'leftover'
  /** A path, or the name of a branch. */
  name: string
  bytes: number
  goes: boolean
  /** Why it stays, or what is to be known of its going. */
  why: string | null
}

/** Every worktree that the task ever had. */
export function sitesOf(task: TaskPaths): Site[] {
  const attempts = attemptNumbers(task).map((number) => attemptPaths(task, number))
  const landed = attempts.flatMap(({ folder }) => landedIn(folder))
  const sites = new Map<string, Site>()
  for (const { site, launch } of attempts) {
    const { worktree, branch, base } = tryRecord(Launch, launch).value ?? tryRecord(Made, site).value ?? {}
    if (worktree && branch)
      sites.set(worktree, {
        path: worktree,
        branch,
        base: base ?? undefined,
        landed: landed.filter((each) => each.branch === branch),
      })
  }
  return [...sites.values()]
}

export interface Cleaning {
  ground: Ground
  /** Undefined outside git. */
  repository: Repository | undefined
  /** This task alone, and all of it. */
  asked: string | undefined
  /** Do it. */
  act: boolean
}

/** @throws exit 1 for the task that was asked for, when it is not over */
export async function cleanTasks(cleaning: Cleaning): Promise<Found[]> {
  const { root } = cleaning.ground
  const found: Found[] = []
  for (const id of cleaning.asked === undefined ? taskIds(root) : [cleaning.asked])
    found.push(
      ...(cleaning.act
        ? await withLock(lockOf(root, id), () => cleanTask(cleaning, id))
        : await cleanTask(cleaning, id)),
    )
  return found
}

async function cleanTask(cleaning: Cleaning, id: string): Promise<Found[]> {
  const { ground, repository, asked, act } = cleaning
  const task = observe(ground.root, id)
  const { state, paths } = task
  const sites = sitesOf(paths)
  const hindrance = hindranceOf(task, asked)
  if (hindrance !== undefined) {
    if (asked !== undefined)
      throw refused({ what: `${id} is ${state}, so nothing of it is removed`, next: hindrance })
    return sites
      .filter(({ path }) => statIfThere(path) !== undefined)
      .map((site) => stays(id, site, `it is ${state}: ${hindrance}`))
  }
  const found: Found[] = []
  if (repository !== undefined)
    for (const site of sites) found.push(...(await cleanSite(repository, site, id, asked !== undefined, act)))
  if (asked !== undefined) found.push(cleanFolder(ground.root, task, found, act))
  return found
}

/** Why nothing of it is touched, as what to do instead. */
function hindranceOf({ id, state }: Observed, asked: string | undefined): string | undefined {
  if (!isOver(state)) return `dispatch wait ${id}, or dispatch stop ${id}`
  if (state !== 'done' && asked === undefined) return `dispatch resume ${id}, or dispatch clean ${id}`
  return undefined
}

const stays = (id: string | null, { path }: Pick<Site, 'path'>, why: string): Found => ({
  id,
  what: 'worktree',
  name: path,
  bytes: 0,
  goes: false,
  why,
})

async function cleanSite(
  repository: Repository,
  site: Site,
  id: string,
  asked: boolean,
  act: boolean,
): Promise<Found[]> {
  const facts = await inspect(repository, site)
  if (!facts.there && !facts.known && facts.tip === undefined) return []
  const verdict = decide(facts, asked)
  const { why } = verdict
  const base = { id, bytes: 0 }
  const hint = asked ? '' : ` (dispatch land ${id}, or dispatch clean ${id})`
  const found: Found[] = []
  if (verdict.folder) {
    const note = verdict.commit ? `its uncommitted work (${facts.uncommitted}) is committed first` : null
    const bytes = facts.there ? sizeOf(site.path) : 0
    found.push({ ...base, what: 'worktree', name: site.path, bytes, goes: true, why: note })
  } else if (facts.there && why !== undefined) found.push(stays(id, site, `${why}${hint}`))
  if (verdict.branch) found.push({ ...base, what: 'branch', name: site.branch, goes: true, why: null })
  else if (facts.tip !== undefined && why !== undefined && (asked || !facts.there))
    found.push({ ...base, what: 'branch', name: site.branch, goes: false, why })
  if (act && (verdict.folder || verdict.branch)) await removeSite(repository, site, facts, verdict, id)
  return found
}

/** The task itself goes last, when nothing of its work is left that is not home, and nobody waits for it. */
function cleanFolder(root: string, { id, paths }: Observed, found: Found[], act: boolean): Found {
  const { folder } = paths
  const base = { id, what: 'task' as const, name: folder }
  const kept = found.find(({ goes }) => !goes)
  const waiting = taskIds(root).find((other) => {
    const { state, request } = observe(root, other)
    return state === 'queued' && request?.after.includes(id)
  })
  const why =
    kept !== undefined ? `${kept.name} stays` : waiting !== undefined ? `${waiting} comes after it` : null
  if (why !== null) return { ...base, bytes: 0, goes: false, why }
  const bytes = sizeOf(folder)
  if (act) {
    // In one step: a kill leaves no half of a task.
    const gone = join(tasksFolder(root), `.${id}.${randomName()}.tmp`)
    moveIfThere(taskPaths(root, id).folder, gone)
    removeAll(gone)
  }
  return { ...base, bytes, goes: true, why: 'with its report, its questions and its log' }
}
