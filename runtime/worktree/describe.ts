/** What a worktree holds beyond its base, said without trusting anything in it. */
import { refused } from '../io/errors.ts'
import { askGit } from '../io/git.ts'
import { headOf, inWorktree } from './inside.ts'
import type { Repository } from './repository.ts'

/** More commits than anybody reads; git's answer stays small. */
const MOST_COMMITS = 1000

/** How many files differ from the commit that is checked out: changed, staged or untracked, but not ignored. */
export async function uncommittedIn(repository: Repository, path: string): Promise<number> {
  const head = headOf(repository, path)
  const others = ['ls-files', '-z', '--others', '--exclude-standard'] as const
  const diff = ['diff', '-z', '--name-only', '--no-renames'] as const
  const lists = await Promise.all(
    head === undefined
      ? [names(repository, path, [...others, '--cached'])]
      : // What is staged counts too where the file itself was set back: it is somebody's work.
        [others, [...diff, head] as const, [...diff, '--cached', head] as const].map((args) =>
          names(repository, path, args),
        ),
  )
  return new Set(lists.flat()).size
}

async function names(repository: Repository, path: string, args: readonly [string, ...string[]]) {
  const { ok, stdout, stderr } = await inWorktree(repository, path, args)
  if (!ok)
    throw refused({ what: 'git could not list the changes', where: path, found: stderr.split('\n')[0] })
  return stdout.split('\0').filter((name) => name !== '')
}

/**
 * The commits on a branch since its base, newest first, as `<short sha> <subject>`; also after the worktree is gone.
 * None where there is no such branch.
 */
export function commitsSince(repository: Repository, base: string, branch: string): string[] {
  const log = askGit(repository.common, [
    ...['--git-dir', repository.common, '--no-replace-objects', 'log', `--max-count=${MOST_COMMITS}`],
    ...[
      '--format=%h %s',
      '--no-show-signature',
      '--no-color',
      '--no-mailmap',
      `${base}..refs/heads/${branch}`,
      '--',
    ],
  ])
  return log ? log.split('\n') : []
}
