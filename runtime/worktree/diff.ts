/**
 * What a task changed against the commit that it started from: committed, uncommitted and untracked in one patch,
 * which `git apply` takes. Nothing is written, neither to an index of somebody's nor to the object database: untracked
 * files stand as empty ones in a copy of the index, and git reads what they hold from where they lie.
 */
import { asText, gitBytes } from '../io/git-bytes.ts'
import { statIfThere } from '../io/stat.ts'
import { demand, withCopyAside } from './index-copy.ts'
import { bytesInWorktree, indexOf } from './inside.ts'
import type { Repository } from './repository.ts'
import { changesIn } from './stage.ts'

export interface Compared {
  repository: Repository
  base: string
  /** The worktree to look into; where it is gone, the commit that is left of it. */
  tree: { path: string } | { commit: string }
}

export interface FileChange {
  path: string
  /** For a rename, where it was. */
  from: string | null
  /** git's letter: A, M, D, R, T. */
  status: string
  /** Null for a binary file. */
  added: number | null
  removed: number | null
}

/** Bytes of the patch go to `to`, or come back (latin1). */
export const patch = (compared: Compared, to?: number) => compare(compared, PATCH, to)

/** As `git diff --stat` prints it. */
export const statOf = (compared: Compared, width: number) => compare(compared, [`--stat=${width}`, '-M'])

export async function filesOf(compared: Compared): Promise<FileChange[]> {
  const [names, numbers] = await Promise.all([
    compare(compared, ['--name-status', '-z', '-M']),
    compare(compared, ['--numstat', '-z', '-M']),
  ])
  return changesFrom(names, numbers)
}

/** The two listings of git, laid together. Pure. */
export function changesFrom(names: string, numbers: string): FileChange[] {
  const counts = new Map<string, [string, string]>()
  const counted = numbers.split('\0')
  for (let at = 0; at < counted.length; at += 1) {
    const [, added, removed, name] = /^(\S+)\t(\S+)\t([\s\S]*)$/.exec(counted[at] ?? '') ?? []
    if (added === undefined || removed === undefined) continue
    // A rename has its two names behind it.
    if (name === '') at += 2
    counts.set(name || (counted[at] ?? ''), [added, removed])
  }
  const words = names.split('\0')
  const changes: FileChange[] = []
  for (let at = 0; at + 1 < words.length; ) {
    const status = (words[at++] ?? '').slice(0, 1)
    const from = status === 'R' ? (words[at++] ?? '') : null
    const path = words[at++] ?? ''
    const [added, removed] = counts.get(path) ?? ['-', '-']
    const number = (text: string) => (text === '-' ? null : Number(text))
    changes.push({
      path: asText(path),
      from: from === null ? null : asText(from),
      status,
      added: number(added),
      removed: number(removed),
    })
  }
  return changes
}

/** Whatever the user's git is set to, `git apply` understands this. */
const PATCH = [
  ...['--patch', '--binary', '--full-index', '-M', '--submodule=short', '-O/dev/null'],
  ...['--src-prefix=a/', '--dst-prefix=b/', '--no-relative', '--no-color-moved', '--unified=3'],
]

async function compare({ repository, base, tree }: Compared, how: string[], to?: number): Promise<string> {
  const options = to === undefined ? {} : { to }
  const said = 'git could not compare the files'
  if ('commit' in tree) {
    const where = repository.top
    const args = [
      'diff-tree',
      '-r',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      ...how,
      base,
      tree.commit,
    ]
    const asked = ['--git-dir', repository.common, '--no-replace-objects', ...args, '--']
    return demand(await gitBytes(repository.common, asked, options), said, where).stdout
  }
  const { path } = tree
  return withCopyAside(indexOf(repository, path), async (index) => {
    await announceUntracked(repository, path, index, base)
    const args = ['diff', '--no-color', ...how, base, '--'] as const
    const [command, ...rest] = args
    const result = await bytesInWorktree(repository, path, [command, ...rest], { index, ...options })
    return demand(result, said, path).stdout
  })
}

/** The name of an empty blob, for either kind of repository: it need not be there. */
const emptyBlob = (oid: string) =>
  oid.length === 40
    ? 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    : '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813'

async function announceUntracked(repository: Repository, path: string, index: string, base: string) {
  // Without an index everything would count as removed and added at once.
  if (statIfThere(index) === undefined)
    demand(await bytesInWorktree(repository, path, ['read-tree', base], { index }), 'no index', path)
  const { untracked, unmerged } = await changesIn(repository, path, index)
  const names = [...untracked, ...unmerged]
  if (names.length === 0) return
  const input = names.map((name) => `100644 ${emptyBlob(base)}\t${name}\0`).join('')
  const args: [string, ...string[]] = ['update-index', '-z', '--add', '--replace', '--index-info']
  demand(
    await bytesInWorktree(repository, path, args, { index, input }),
    'git could not list the files',
    path,
  )
}
