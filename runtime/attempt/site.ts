/** Where an attempt works: the worktree that the task already has, a new one, or the folder the caller stood in. */

import type * as v from 'valibot'
import type { Places } from '../backend/backend.ts'
import { askGit } from '../io/git.ts'
import { publish } from '../io/publishing.ts'
import { statIfThere } from '../io/stat.ts'
import { printYaml } from '../io/yaml.ts'
import { type AttemptPaths, attemptNumbers, attemptPaths, type TaskPaths } from '../task/directory.ts'
import type { Request } from '../task/request.ts'
import { createWorktree, gitDirOf } from '../worktree/create.ts'
import { findRepository, type Repository } from '../worktree/repository.ts'
import type { Ground } from './ground.ts'
import { Made, Queued, tryRecord } from './record.ts'

export interface Site {
  places: Places
  base: string | null
  worktree: string | null
  branch: string | null
  notices: string[]
  /** The user's own command that runs first in a new worktree. */
  bootstrap: string[] | undefined
}

/** The worktree that the task was given, by this attempt or one before it since it was begun. */
function madeFor(task: TaskPaths): { made: v.InferOutput<typeof Made>; used: boolean } | undefined {
  let used = false
  for (const number of attemptNumbers(task).reverse()) {
    const attempt = attemptPaths(task, number)
    used ||= statIfThere(attempt.record) !== undefined
    const made = tryRecord(Made, attempt.site).value
    if (made !== undefined) return statIfThere(made.worktree)?.isDirectory() ? { made, used } : undefined
    if (tryRecord(Queued, attempt.queued).value?.kind === 'start') return undefined
  }
  return undefined
}

/** @param attempt the one that is about to be launched */
export async function siteFor(
  ground: Ground,
  request: Request,
  task: TaskPaths,
  attempt: AttemptPaths,
): Promise<Site> {
  const { root } = ground
  const repository = findRepository(request.cwd)
  const places = (cwd: string, gitDir: string | undefined): Places => ({
    cwd,
    root,
    task: task.folder,
    git: repository?.common,
    gitDir,
  })
  if (request.worktree && repository) {
    const there = madeFor(task)
    const { notices, ...made } =
      there === undefined ? await make(ground, request, repository, attempt) : { ...there.made, notices: [] }
    return {
      ...made,
      places: places(made.worktree, gitDirOf(repository, made.worktree)),
      notices,
      bootstrap: there?.used ? undefined : ground.config.bootstrap.get(repository.top),
    }
  }
  const cwd = repository?.here ?? request.cwd
  const base =
    repository === undefined ? undefined : askGit(cwd, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  return {
    places: places(cwd, repository?.gitDir),
    base: base ?? null,
    worktree: null,
    branch: null,
    notices: [],
    bootstrap: undefined,
  }
}

async function make({ home, root }: Ground, request: Request, repository: Repository, attempt: AttemptPaths) {
  const {
    path: worktree,
    branch,
    base,
    notices,
  } = await createWorktree({
    repository,
    id: request.id,
    base: request.base ?? undefined,
    home,
    root,
    include: request.profile !== 'read-only',
  })
  // On record at once: a launch that is repeated after a kill takes this one.
  publish(attempt.site, printYaml({ worktree, branch, base }))
  return { worktree, branch, base, notices }
}
