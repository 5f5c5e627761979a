/**
 * Makes the worktree of a task from an explicit commit, on a branch of its own, and proves it before anybody works
 * there. It is there whole or not at all: a failure undoes what was made, a kill leaves a note (making.ts) by which
 * the next create undoes it.
 */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { git } from '../io/git.ts'
import { withLock } from '../io/lock.ts'
import { realPath } from '../io/stat.ts'
import { resolveBase, treeAt } from './base.ts'
import { failed, persistently } from './busy.ts'
import { uncommittedIn } from './describe.ts'
import { bringIgnored } from './include.ts'
import { headOf, inCommon } from './inside.ts'
import { linkState } from './link.ts'
import { beginMaking, endMaking, type Making } from './making.ts'
import { branchNotice, submoduleNotice, uncommittedNotice } from './notices.ts'
import { folderOf } from './place.ts'
import { register, takeBack } from './register.ts'
import type { Repository } from './repository.ts'

export { gitDirOf } from './inside.ts'

export interface WorktreeRequest {
  repository: Repository
  id: string
  /** What the user named as the base; undefined: what is checked out where the user is. */
  base: string | undefined
  /** The user's `~/.dispatch`. */
  home: string
  /** The state root. */
  root: string
  /** Bring the ignored files that `.worktreeinclude` names. */
  include: boolean
}

export interface Worktree {
  path: string
  branch: string
  /** The full name of the commit it starts from. */
  base: string
  /** What the user should know, a sentence each. */
  notices: string[]
}

/** @throws exit 1 with the reason; nothing is left behind then. 75 when another create takes too long */
export async function createWorktree(request: WorktreeRequest): Promise<Worktree> {
  const { repository, id, root } = request
  const base = await resolveBase(repository, request.base)
  const standsInOne = !repository.bare || repository.here !== repository.top
  const [tree, uncommitted] = await Promise.all([
    treeAt(repository, base),
    standsInOne ? uncommittedIn(repository, repository.here) : 0,
  ])
  const folder = ownFolder(request)
  const making = await withLock(join(root, 'locks', '.worktree.lock'), () =>
    register(repository, folder, id, base),
  )
  try {
    const brought = await fill(request, making)
    endMaking(making)
    const { path, branch } = making
    const notices = [
      ...uncommittedNotice(uncommitted, repository.here, base),
      ...branchNotice(id, branch),
      ...submoduleNotice(tree.submodules),
      ...brought,
    ]
    return { path, branch, base, notices }
  } catch (error) {
    await takeBack(repository, making)
    throw error
  }
}

/**
 * Removes a worktree in which nobody worked yet, with its branch (a failed bootstrap).
 * @throws exit 1 when there is a commit beyond the base: that is work
 */
export async function discardWorktree(request: WorktreeRequest, worktree: Worktree): Promise<void> {
  const { repository } = request
  const { path, branch, base } = worktree
  if (headOf(repository, path) !== base)
    throw refused({ what: 'there are commits in this worktree, so it stays', where: path, found: branch })
  // With a note, so that a kill in the middle is finished by the next create.
  const making = beginMaking(ownFolder(request), branch.replace(/^dispatch\//, ''), base)
  if (making !== undefined) await takeBack(repository, making)
}

function ownFolder({ home, repository }: WorktreeRequest): string {
  const folder = folderOf(home, repository.top)
  makeFolder(folder)
  return realPath(folder) ?? folder
}

/**
 * Checks out the files, proves what is there, then adds what git does not carry; returns what was left out.
 * Outside of the lock: ten large checkouts need not wait for each other.
 */
async function fill({ repository, root, include }: WorktreeRequest, making: Making): Promise<string[]> {
  const { path } = making
  // What `git worktree add` itself does for the files; the user's filters (git-lfs) run here as they always do.
  const { ok, stderr } = await persistently(() =>
    git(path, ['reset', '--hard', '--quiet', '--no-recurse-submodules']),
  )
  if (!ok) throw failed('git could not check the files out', path, stderr)
  await prove(making)
  linkState(root, path)
  const leftOut = include ? await bringIgnored(repository, path) : []
  const unlocked = await inCommon(repository, ['worktree', 'unlock', path])
  if (!unlocked.ok) throw failed('git could not finish the worktree', path, unlocked.stderr)
  return leftOut
}

/** Asks git where it believes to be: the top level, the commit and the branch are the ones that were meant. */
async function prove({ path, branch, base }: Making): Promise<void> {
  const asked = await git(path, ['rev-parse', '--show-toplevel', 'HEAD', '--symbolic-full-name', 'HEAD'])
  const expected = `${path}\n${base}\nrefs/heads/${branch}`
  if (asked.ok && asked.stdout === expected) return
  throw refused({
    what: 'the new worktree is not what it should be, so nothing was started in it',
    where: path,
    expected: expected.replaceAll('\n', ' '),
    found: (asked.stdout || asked.stderr).replaceAll('\n', ' '),
  })
}
