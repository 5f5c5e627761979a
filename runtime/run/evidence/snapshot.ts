/**
 * The whole work tree as a tree of git: untracked files included, ignored ones not. It is taken with an index of its
 * own, made from HEAD, so that no bit in the user's index (assume-unchanged, skip-worktree) hides a file, and that index
 * stays as it is. Sparse checkouts are looked at as they lie, which is the same before and after.
 */
import { join } from 'node:path'
import { temporaryFolder } from '../../io/folders.ts'
import { type GitResult, git } from '../../io/git.ts'
import { asText, gitBytes } from '../../io/git-bytes.ts'
import { removeAll } from '../../io/handling.ts'
import { demand } from '../../worktree/index-copy.ts'

/** Nothing that somebody set in the repository leaves a change out; a line end is no reason to stop. */
const SEEING = ['core.sparseCheckout', 'core.untrackedCache', 'core.safecrlf', 'advice.addEmbeddedRepo']
const seeing = SEEING.flatMap((key) => ['-c', `${key}=false`])

/** The id of the tree. @throws exit 1 with git's words, 75 where the disk is full */
export async function snapshot(top: string): Promise<string> {
  const folder = temporaryFolder('dispatch-index-')
  const env = { GIT_INDEX_FILE: join(folder, 'index') }
  const call = async (...args: string[]): Promise<GitResult> => git(top, [...seeing, ...args], { env })
  try {
    const read = await call('read-tree', 'HEAD')
    // Before the first commit there is nothing to begin with.
    if (!read.ok && (await call('rev-parse', '--verify', '--quiet', 'HEAD')).ok)
      demand(read, 'git could not read the commit', top)
    // The link to the state in a linked worktree is nobody's change. As a pattern: git refuses a plain path that a
    // .gitignore names, even one that is to be left out.
    demand(
      await call('add', '--all', '--', '.', ':(exclude,top).dispatc[h]'),
      'git could not take a snapshot of the files',
      top,
    )
    return demand(await call('write-tree'), 'git could not write a tree', top).stdout
  } finally {
    removeAll(folder)
  }
}

export interface Change {
  /** Relative to the top level. */
  path: string
  /** git's letter: A, M, D, T (another kind of file). */
  status: string
  /** As git has it, of what is there now; of a removed file, what it was. 120000 is a link. */
  mode: string
}

/** What differs between two trees (a commit will do), sorted by path; a rename is a removal and an addition. */
export async function changes(top: string, from: string, to: string): Promise<Change[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', `${from}^{tree}`, to]
  const { stdout } = demand(await gitBytes(top, args), 'git could not compare two trees', top)
  const words = stdout.split('\0')
  const found: Change[] = []
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [, before, after, status] = /^:(\d+) (\d+) \S+ \S+ (\w)/.exec(words[at] ?? '') ?? []
    if (before === undefined || after === undefined || status === undefined) continue
    found.push({ path: asText(words[at + 1] ?? ''), status, mode: status === 'D' ? before : after })
  }
  return found
}

/** The text of a file in a tree or commit; undefined where it is not in it. */
export async function textIn(top: string, tree: string, path: string): Promise<string | undefined> {
  const { ok, stdout } = await gitBytes(top, ['cat-file', 'blob', `${tree}:${path}`])
  return ok ? asText(stdout) : undefined
}
