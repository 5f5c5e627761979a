/** What the upstream of a branch has: asked for as `git pull` would. Without a network the run goes on with what is here. */
import { refused } from '../io/errors.ts'
import { askGit, git } from '../io/git.ts'
import { commitOf } from './branch-default.ts'

export interface Upstream {
  /** `origin/feat/cache` */
  name: string
  /** Undefined: the branch is gone there. */
  commit: string | undefined
  notes: string[]
}

/** Longer than a handshake takes; somebody waits for this (ms). */
const PATIENCE = 30_000

/** Undefined where the branch has none. */
export async function upstreamOf({ top }: { top: string }, branch: string): Promise<Upstream | undefined> {
  const config = (key: string) => askGit(top, ['config', '--get', `branch.${branch}.${key}`])
  const remote = config('remote')
  const ref = config('merge')
  if (remote === undefined || ref === undefined) return undefined
  const notes: string[] = []
  if (remote !== '.') {
    const fetched = await git(top, ['fetch', '--quiet', '--no-tags', '--end-of-options', remote, ref], {
      timeout: PATIENCE,
    })
    if (!fetched.ok)
      notes.push(
        `${branch} was not fetched from ${remote}; the run goes on with what is here (${fetched.stderr.split('\n').find((line) => line !== '') ?? 'no reason given'}).`,
      )
  }
  const tracking = askGit(top, [
    'rev-parse',
    '--symbolic-full-name',
    '--verify',
    '--quiet',
    `${branch}@{upstream}`,
  ])
  return {
    name: tracking?.replace(/^refs\/(remotes|heads)\//, '') ?? `${remote}/${branch}`,
    commit: tracking === undefined ? undefined : commitOf(top, tracking),
    notes,
  }
}

/** The branch is checked out. @throws exit 1 where git would overwrite something; nothing is changed then */
export async function fastForward(top: string, target: string): Promise<void> {
  const result = await git(top, ['merge', '--quiet', '--ff-only', target])
  if (result.ok) return
  throw refused({
    what: 'the branch could not be brought up to its upstream',
    where: top,
    found: result.stderr.split('\n').slice(0, 4).join('; '),
  })
}
