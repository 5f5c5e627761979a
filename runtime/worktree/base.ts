/** The commit that a worktree starts from, and whether one can start there. */
import { refused } from '../io/errors.ts'
import { git } from '../io/git.ts'
import { inCommon } from './inside.ts'
import type { Repository } from './repository.ts'

/**
 * The full name of the commit that `rev` means; without one, of what is checked out where the user is.
 * @throws exit 1 when it is no commit of this repository
 */
export async function resolveBase(repository: Repository, rev: string | undefined): Promise<string> {
  // A control character cannot be in a revision, and NUL cannot even be passed on.
  if (rev !== undefined && (rev === '' || rev.startsWith('-') || /\p{Cc}/u.test(rev))) throw noCommit(rev)
  const { ok, stdout, stderr } = await git(repository.here, [
    ...[
      '--git-dir',
      repository.gitDir,
      'rev-parse',
      '--verify',
      '--end-of-options',
      `${rev ?? 'HEAD'}^{commit}`,
    ],
  ])
  if (ok) return stdout
  throw rev === undefined ? noFirstCommit(repository.here) : noCommit(rev, stderr.split('\n')[0])
}

const noCommit = (rev: string, found?: string) =>
  refused({
    what: `the base of the worktree is not a commit here: ${JSON.stringify(rev)}`,
    expected: 'a branch, a tag or a commit of this repository',
    found: found ?? 'something that git would not take for one',
    next: 'See `git log --oneline --all`. One that exists only elsewhere (a shallow clone, a remote) has to be fetched first.',
  })

const noFirstCommit = (where: string) =>
  refused({
    what: 'a worktree needs a commit to start from, and there is none yet',
    where,
    next: 'Make the first commit (git commit --allow-empty -m start), or start the task without --worktree.',
  })

/**
 * What stands in the way of a worktree of this commit, or in its places stays empty.
 * @throws exit 1 when the commit has something of its own where the link to the state belongs
 */
export async function treeAt(repository: Repository, base: string): Promise<{ submodules: string[] }> {
  const { ok, stdout, stderr } = await inCommon(repository, [
    ...['ls-tree', '--full-tree', '-z', '--name-only', base],
  ])
  if (!ok)
    throw refused({ what: 'git could not read the base commit', where: base, found: stderr.split('\n')[0] })
  const names = stdout.split('\0')
  // Case does not count: on macOS `.Dispatch` is the same place.
  const taken = names.find((name) => name.toLowerCase() === '.dispatch')
  if (taken !== undefined)
    throw refused({
      what: 'the base commit brings its own state folder, so a worktree of it cannot reach yours',
      where: `${base.slice(0, 12)}:${taken}`,
      next: 'Take it out of the repository (git rm -r --cached .dispatch), commit, or name another --base.',
    })
  return { submodules: names.includes('.gitmodules') ? await submodulesAt(repository, base) : [] }
}

async function submodulesAt(repository: Repository, base: string): Promise<string[]> {
  const { stdout } = await inCommon(repository, [
    ...['config', '-z', '--no-includes', '--blob', `${base}:.gitmodules`],
    ...['--get-regexp', '^submodule\\..*\\.path$'],
  ])
  return stdout.split('\0').flatMap((entry) => entry.split('\n').slice(1, 2))
}
