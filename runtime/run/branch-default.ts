/** The branch that work begins at: what the remote calls its default, main, master, or what is checked out. */
import { refused } from '../io/errors.ts'
import { askGit } from '../io/git.ts'

export interface Start {
  /** As a person would call it: `main`, `origin/main`. */
  name: string
  commit: string
}

/** @throws exit 1 where `base` is no commit here, or there is no commit at all */
export function startOf(top: string, base: string | undefined): Start {
  if (base !== undefined) return named(top, base)
  const remote = askGit(top, ['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD'])
  const name = remote?.replace('refs/remotes/origin/', '')
  for (const branch of [...(name === undefined ? [] : [name]), 'main', 'master']) {
    const start = newer(top, branch)
    if (start !== undefined) return start
  }
  return named(top, 'HEAD')
}

/** The user's own branch, which may hold a spec that nobody has pushed yet; the remote's where that is only further on. */
function newer(top: string, branch: string): Start | undefined {
  const own = commitOf(top, `refs/heads/${branch}`)
  const theirs = commitOf(top, `refs/remotes/origin/${branch}`)
  const remote = theirs === undefined ? undefined : { name: `origin/${branch}`, commit: theirs }
  if (own === undefined) return remote
  return remote !== undefined && isAncestor(top, own, remote.commit) ? remote : { name: branch, commit: own }
}

function named(top: string, rev: string): Start {
  const commit = rev === '' || rev.startsWith('-') || /\p{Cc}/u.test(rev) ? undefined : commitOf(top, rev)
  if (commit !== undefined) return { name: rev, commit }
  throw refused({
    what:
      rev === 'HEAD'
        ? 'a run needs a commit to start from, and there is none yet'
        : `the base of the run is not a commit here: ${JSON.stringify(rev)}`,
    where: top,
    next: rev === 'HEAD' ? 'Commit the spec first, then try again.' : 'See: git log --oneline --all',
  })
}

export const commitOf = (top: string, rev: string) =>
  askGit(top, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`])

export const isAncestor = (top: string, one: string, other: string) =>
  askGit(top, ['merge-base', '--is-ancestor', one, other]) !== undefined
