/** What a change of branches would overwrite, hide or mistake: named, before anything is touched. */
import { refused } from '../io/errors.ts'
import { askGit, git } from '../io/git.ts'
import { demand } from '../worktree/index-copy.ts'

/** Relative paths of what is changed, staged or not, and of what git does not know. */
export async function changedFiles(top: string): Promise<string[]> {
  const args = [
    'status',
    '--porcelain',
    '-z',
    '--untracked-files=all',
    '--no-renames',
    '--ignore-submodules=dirty',
  ]
  const { stdout } = demand(await git(top, args), 'git could not say what is changed', top)
  return stdout.split('\0').flatMap((line) => (line.length > 3 ? [line.slice(3)] : []))
}

export function refuseClaimed(dirty: readonly string[], claimed: readonly string[]): void {
  const foreign = dirty.filter((path) => claimed.some((file) => path === file || path.startsWith(`${file}/`)))
  if (foreign.length > 0)
    throw refused({
      what: 'files that the tasks are to change hold changes that are not committed',
      where: some(foreign),
      next: 'Commit or stash them, then try again: they would be taken for the work of a task.',
    })
}

/** A spec that is only on another branch would be gone from the work tree. */
export function refuseLost(
  top: string,
  needs: readonly string[],
  target: string,
  dirty: readonly string[],
): void {
  const has = (commit: string, path: string) =>
    askGit(top, ['cat-file', '-e', `${commit}:${path}`]) !== undefined
  const lost = needs.filter((path) => !dirty.includes(path) && has('HEAD', path) && !has(target, path))
  if (lost.length > 0)
    throw refused({
      what: 'the spec is committed on the branch that is checked out, and not where the run would work',
      where: some(lost),
      next: 'Start from here with --base HEAD, or commit the spec on the default branch.',
    })
}

export function refuseOverwritten(
  top: string,
  branch: string,
  target: string,
  dirty: readonly string[],
): void {
  if (dirty.length === 0) return
  const touched = new Set(
    (askGit(top, ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', 'HEAD', target]) ?? '').split(
      '\0',
    ),
  )
  const lost = dirty.filter((path) => touched.has(path))
  if (lost.length > 0)
    throw refused({
      what: `${branch} has other versions of files that you changed and did not commit`,
      where: some(lost),
      next: 'Commit or stash them, then try again.',
    })
}

const some = (paths: readonly string[], most = 8) =>
  `${paths.slice(0, most).join(', ')}${paths.length > most ? ` and ${paths.length - most} more` : ''}`
