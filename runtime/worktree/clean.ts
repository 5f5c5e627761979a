/** What may be removed of a worktree and its branch: read, decided by a pure function, done. Work is never removed. */
import { basename, dirname, join } from 'node:path'
import { asText } from '../io/git-bytes.ts'
import { moveIfThere, removeAll } from '../io/handling.ts'
import { randomName } from '../io/random.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import { workingIn } from '../io/working-in.ts'
import { statBelow } from './below.ts'
import { demand, withCopy } from './index-copy.ts'
import { branchOf, bytesInWorktree, gitDirOf, inCommon, indexOf, registered } from './inside.ts'
import { commitWork, withTask } from './land-commit.ts'
import { commitOf, isIn, unfinishedIn } from './land-target.ts'
import type { Landed } from './landed.ts'
import type { Repository } from './repository.ts'
import { changesIn, someOf } from './stage.ts'

/** A worktree that was made for a task, as far as it is known where. */
export interface Site {
  path: string
  branch: string
  /** Undefined where nobody knows any more what it started from. */
  base: string | undefined
  landed: readonly Landed[]
}

export interface SiteFacts {
  /** The folder is there. */
  there: boolean
  /** git knows of it. */
  known: boolean
  /** Why nothing of it may be touched. */
  problem: string | undefined
  /** Files, for people. */
  uncommitted: string
  /** The newest commit of its branch. */
  tip: string | undefined
  /** All of the branch is in a branch of the user's, or was when it began. */
  home: boolean
}

export interface Verdict {
  folder: boolean
  branch: boolean
  /** Commit to the branch first. */
  commit: boolean
  /** Why something stays. */
  why: string | undefined
}

/** @param asked this very task was named: then an unlanded branch stays, but its folder goes */
export function decide(facts: SiteFacts, asked: boolean): Verdict {
  const { there, known, problem, uncommitted, tip, home } = facts
  const nothing = { folder: false, branch: false, commit: false }
  if (problem !== undefined) return { ...nothing, why: problem }
  const isWork = uncommitted !== '' || (tip !== undefined && !home)
  if (!isWork) return { ...nothing, folder: there || known, branch: tip !== undefined, why: undefined }
  const why = uncommitted === '' ? 'it is not landed' : `it has uncommitted work (${uncommitted})`
  if (!asked && there) return { ...nothing, why }
  return {
    folder: there || known,
    branch: false,
    commit: uncommitted !== '',
    why: 'its branch is not landed',
  }
}

export async function inspect(repository: Repository, site: Site): Promise<SiteFacts> {
  const { path, branch, base, landed } = site
  const tip = await commitOf(repository, `refs/heads/${branch}`)
  const home = tip !== undefined && (await isHome(repository, branch, tip, base, landed))
  const there = statIfThere(path) !== undefined
  const known = registered(repository.common).some((each) => each.path === path)
  const none = { there, known, problem: undefined, uncommitted: '', tip, home }
  if (!there) return none
  const problem = problemOf(repository, site, tip)
  if (problem !== undefined || tip === undefined) return { ...none, problem: problem ?? 'its branch is gone' }
  return { ...none, ...(await contentsOf(repository, path, tip)) }
}

/** Branches of the user's alone count: a worker's may go next. */
async function isHome(
  repository: Repository,
  branch: string,
  tip: string,
  base: string | undefined,
  landed: readonly Landed[],
): Promise<boolean> {
  if (base !== undefined && (await isIn(repository, tip, base))) return true
  // A squashed one is home as long as that commit is.
  const squashed = landed.flatMap(({ head, commit }) => (head === tip ? [commit] : []))
  for (const commit of [tip, ...squashed]) {
    const holders = await inCommon(repository, [
      ...['for-each-ref', '--format=%(refname:lstrip=2)', '--contains', commit, 'refs/heads'],
    ])
    if (holders.ok && holders.stdout.split('\n').some((name) => name !== '' && !isOurs(name, branch)))
      return true
  }
  return false
}

const isOurs = (name: string, branch: string) => name === branch || name.startsWith('dispatch/')

function problemOf(repository: Repository, { path, branch }: Site, tip: string | undefined) {
  if (!statIfThere(path)?.isDirectory() || realPath(path) !== path)
    return `${path} is not the folder that was made`
  const entries = registered(repository.common).filter((each) => each.path === path)
  const [entry] = entries
  if (entry === undefined || entries.length > 1) return `git does not know ${path}, or knows it twice`
  if (entry.locked !== undefined) return `somebody locked it (git worktree unlock '${path}')`
  const [pid] = workingIn(path)
  if (pid !== undefined) return `something is running in it (process ${pid})`
  const unfinished = unfinishedIn(entry.gitDir)
  if (unfinished !== undefined) return `${unfinished} waits in it to be ended`
  const on = branchOf(repository, path)
  if (tip !== undefined && on !== `refs/heads/${branch}`) return `it is not on ${branch} any more`
  return undefined
}

/** What it holds that is in no commit, and what only a git of its own could tell of. */
async function contentsOf(repository: Repository, path: string, tip: string) {
  const list = async (...args: [string, ...string[]]) =>
    demand(await bytesInWorktree(repository, path, args), 'git could not list the files', path)
      .stdout.split('\0')
      .filter((name) => name !== '')
  const changes = await withCopy(indexOf(repository, path), (copy) => changesIn(repository, path, copy))
  const staged = await list('diff', '--cached', '-z', '--name-only', '--no-renames', tip, '--')
  const links = (await list('ls-files', '-z', '--stage'))
    .filter((entry) => entry.startsWith('160000 '))
    .map((entry) => entry.slice(entry.indexOf('\t') + 1))
    .filter((name) => statBelow(path, `${asText(name)}/.git`) !== undefined)
  const nested = [...new Set([...changes.nested, ...links])]
  const uncommitted = new Set([...changes.present, ...changes.gone, ...staged])
  return {
    uncommitted: someOf([...uncommitted], 3),
    problem:
      nested.length === 0
        ? undefined
        : `there are repositories of their own in it (${someOf(nested, 3)}): look at them, then git worktree remove --force '${path}'`,
  }
}

/**
 * Does what was decided. The folder is moved away in one step, so that a kill leaves none half-empty, in which
 * everything would look deleted; the rest goes by the names that are left. Returns the commit of what was uncommitted.
 */
export async function removeSite(
  repository: Repository,
  { path, branch }: Site,
  { tip, there }: SiteFacts,
  verdict: Verdict,
  id: string,
): Promise<string | undefined> {
  const message = withTask('Uncommitted work', id)
  const committed =
    verdict.commit && tip !== undefined
      ? (await commitWork(repository, path, { branch, head: tip, message })).head
      : undefined
  if (verdict.folder) {
    const gone = join(dirname(path), `.${basename(path)}.${randomName()}.tmp`)
    if (there) {
      const gitDir = gitDirOf(repository, path)
      moveIfThere(path, gone)
      removeAll(gitDir)
      removeAll(gone)
    } else for (const each of registered(repository.common)) if (each.path === path) removeAll(each.gitDir)
  }
  if (verdict.branch && tip !== undefined)
    demand(
      await inCommon(repository, ['update-ref', '-d', `refs/heads/${branch}`, tip]),
      `the branch ${branch} moved meanwhile, so it stays`,
      repository.top,
    )
  return committed
}
