/** The branch that the user is on, and whether something can be brought into it. */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { git } from '../io/git.ts'
import { statIfThere } from '../io/stat.ts'
import { failed } from './busy.ts'
import { demand } from './index-copy.ts'
import type { Repository } from './repository.ts'

export interface Target {
  /** The worktree that it is checked out in: the user's own, so it is asked as git does it. */
  here: string
  gitDir: string
  /** `refs/heads/main` */
  ref: string
  /** `main` */
  name: string
  /** Full name of its newest commit. */
  tip: string
}

/** What git leaves in a git directory while something is going on there, and what that is. */
const UNFINISHED: [string, string][] = [
  ['MERGE_HEAD', 'a merge'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase'],
]

/** What somebody began there and has neither ended nor given up. */
export const unfinishedIn = (gitDir: string): string | undefined =>
  UNFINISHED.find(([name]) => statIfThere(join(gitDir, name)) !== undefined)?.[1]

/**
 * @param folder where workers' worktrees lie: they are no place to land in
 * @throws exit 1 with what to do
 */
export async function targetOf(repository: Repository, branch: string, folder: string): Promise<Target> {
  const { here, gitDir, top, bare } = repository
  if (bare && here === top)
    throw refused({
      what: 'this is a bare repository, so no branch is checked out here',
      where: here,
      next: 'Call it in the worktree whose branch the work is to go to.',
    })
  if (`${here}/`.startsWith(`${folder}/`))
    throw refused({
      what: 'this is a worker’s own worktree',
      where: here,
      next: `Call it where your branch is checked out, such as: cd '${top}'`,
    })
  const head = await git(here, ['symbolic-ref', '--quiet', 'HEAD'])
  const unfinished = unfinishedIn(gitDir)
  if (unfinished !== undefined)
    throw refused({
      what: `${unfinished} is unfinished here`,
      where: here,
      next: 'End it, or give it up, first.',
    })
  if (!head.ok)
    throw refused({
      what: 'you are on no branch (a detached HEAD), so there is nothing to bring the work into',
      where: here,
      next: 'git switch <your branch>, then run the same command again.',
    })
  const ref = head.stdout
  const name = ref.replace(/^refs\/heads\//, '')
  if (name === branch)
    throw refused({
      what: `you are on ${branch} itself`,
      where: here,
      next: 'git switch <the branch it is to go to>, then run the same command again.',
    })
  const tip = await git(here, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])
  if (!tip.ok)
    throw refused({
      what: `your branch ${name} has no commit yet`,
      where: here,
      next: `To begin it with this work: git merge ${branch}`,
    })
  return { here, gitDir, ref, name, tip: tip.stdout }
}

/** @throws exit 1 naming what is changed there: what is not committed is not merged with */
export async function refuseDirty({ here, tip, name }: Target): Promise<void> {
  const how = [
    '-z',
    '--name-only',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--ignore-submodules=dirty',
  ]
  const lists = await Promise.all(
    [[], ['--cached']].map((more) => git(here, ['diff', ...how, ...more, tip, '--'])),
  )
  const names = new Set(
    lists
      .flatMap((each) => demand(each, 'git could not list your changes', here).stdout.split('\0'))
      .filter((each) => each !== ''),
  )
  if (names.size === 0) return
  const [first, ...more] = names
  throw refused({
    what: `you have uncommitted changes on ${name}, so nothing is brought into it`,
    where: here,
    found: [first, ...more.slice(0, 9)].join(', ') + (names.size > 10 ? ` and ${names.size - 10} more` : ''),
    next: 'Commit them or put them away (git stash), then run the same command again.',
  })
}

/** Whether `ancestor` is contained in `commit`. */
export async function isIn(repository: Repository, ancestor: string, commit: string): Promise<boolean> {
  const asked = await git(repository.common, [
    ...['--git-dir', repository.common, '--no-replace-objects'],
    ...['merge-base', '--is-ancestor', ancestor, commit],
  ])
  if (!asked.ok && asked.stderr !== '') throw failed('git could not compare commits', ancestor, asked.stderr)
  return asked.ok
}

/** The full name of the commit, if it is one. */
export async function commitOf(repository: Repository, name: string): Promise<string | undefined> {
  const asked = await git(repository.common, [
    ...['--git-dir', repository.common, '--no-replace-objects'],
    ...['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
  ])
  return asked.ok ? asked.stdout : undefined
}
