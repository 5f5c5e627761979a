/** Landing a task: that it may be landed, under the locks, with what a killed landing left ended first. */
import { join } from 'node:path'
import { notNow, refused } from '../io/errors.ts'
import { withLock } from '../io/lock.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import { attemptPaths, lockOf, taskPaths } from '../task/directory.ts'
import { isOver } from '../task/status.ts'
import { type LandResult, land } from '../worktree/land.ts'
import { endMove, recover } from '../worktree/land-move.ts'
import { recordLanded } from '../worktree/landed.ts'
import { folderOf } from '../worktree/place.ts'
import { findRepository, type Repository } from '../worktree/repository.ts'
import { someOf } from '../worktree/stage.ts'
import type { Ground } from './ground.ts'
import { type Home, homeOf } from './landing.ts'
import { type Observed, observe, requestOf } from './observe.ts'
import { reconcile } from './reconcile.ts'
import { sweep } from './sweep.ts'
import { verify } from './verify.ts'

export interface LandOptions {
  id: string
  /** Where the user stands. */
  cwd: string
  command: string | undefined
  squash: boolean
  message: string | undefined
  say(line: string): void
}

/** Whoever lands waits for those before: each is verified on top of the former (ms). */
const PATIENCE = 24 * 60 * 60 * 1000

export async function landTask(ground: Ground, options: LandOptions): Promise<LandResult> {
  const { root } = ground
  const { id, cwd, say } = options
  const repository = findRepository(cwd)
  if (repository === undefined) throw refused({ what: 'this is no git repository', where: cwd })
  await reconcile(ground, id)
  refuseUnready(observe(root, id))
  const lock = lockOf(root, '.land')
  if (statIfThere(lock) !== undefined) say('Another landing is under way; waiting for it.')
  return withLock(
    lock,
    async () => {
      const ended = await endKilled(root, say)
      if (ended?.id === id) return ended.result
      return withLock(lockOf(root, id), () => landNow(ground, repository, options))
    },
    PATIENCE,
  )
}

async function landNow(ground: Ground, repository: Repository, options: LandOptions): Promise<LandResult> {
  const { id, command, squash, message, say } = options
  const task = observe(ground.root, id)
  const home = refuseUnready(task)
  const mark = home.mark
  // A verification whose landing was killed may still run.
  if (mark !== undefined) await sweep({ mark })
  const { attempt, worktree, branch, layout } = home
  const folder = folderOf(ground.home, repository.top)
  const check =
    command === undefined || mark === undefined
      ? undefined
      : () =>
          verify({
            id,
            command,
            cwd: worktree,
            env: ground.env,
            log: join(attempt.folder, 'verify.log'),
            mark,
          })
  return land({
    ...{ repository, root: ground.root, id, attempt, layout, worktree, branch, squash, message, say },
    title: requestOf(task).title,
    folder: realPath(folder) ?? folder,
    verify: check,
    aside: join(attempt.folder, 'verify.patch'),
  })
}

/** What a landing that was killed had come to: the branch was moved, or nothing was done. */
export async function endKilled(
  root: string,
  say: (line: string) => void,
): Promise<{ id: string; result: LandResult } | undefined> {
  const recovered = await recover(root)
  if (recovered === undefined) return undefined
  const { landing, landed, left } = recovered
  const { id, from, to, head, branch } = landing
  const into = landing.ref.replace(/^refs\/heads\//, '')
  if (!landed) {
    say(`A landing of ${id} was killed; ${landing.here} is as it was before.`)
    if (left.length > 0) say(`Left as they are, since somebody changed them: ${someOf(left)}.`)
    return undefined
  }
  say(`A landing of ${id} was killed after it had moved ${into}; it is ended now.`)
  const result = { into, onto: from, commit: to, head }
  const { folder } = attemptPaths(taskPaths(root, id), landing.attempt)
  if (statIfThere(folder) !== undefined)
    recordLanded(folder, { ...result, branch, at: new Date().toISOString() })
  endMove(root)
  return { id, result }
}

/** @throws exit 1 or 75 with what to do; returns where the work is */
function refuseUnready(task: Observed): Home {
  const { id, state, request, paths } = task
  if (!isOver(state))
    throw notNow({
      what: `${id} is ${state}: it is not at its end`,
      next: `See: dispatch status ${id}. To end it: dispatch stop ${id}`,
    })
  if (request?.profile === 'read-only')
    throw refused({
      what: `${id} was dispatched read-only, so it has nothing to land`,
      next: `What it found: dispatch output ${id}`,
    })
  const home = homeOf(paths)
  if (home !== undefined) return home
  throw refused({
    what: `${id} has no worktree: what it changed lies in your own tree already`,
    ...(request === undefined ? {} : { where: request.cwd }),
    next: `See: dispatch diff ${id}. Then commit it as your own.`,
  })
}
