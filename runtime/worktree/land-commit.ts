/** Commits that are made without a checkout: what a worker left uncommitted, and what is landed. The user's identity. */
import { refused } from '../io/errors.ts'
import { git } from '../io/git.ts'
import { statIfThere } from '../io/stat.ts'
import { demand, putIndex, withCopy } from './index-copy.ts'
import { bytesInWorktree, inCommon, indexOf, inWorktree } from './inside.ts'
import type { Repository } from './repository.ts'
import { type Changes, changesIn, stage } from './stage.ts'

/** @throws exit 1 where there is no identity, or the signature was not given */
export async function commitTree(
  repository: Repository,
  tree: string,
  parents: readonly string[],
  message: string,
): Promise<string> {
  const at = ['--git-dir', repository.common]
  const wanted = await git(repository.common, [...at, 'config', '--type=bool', '--get', 'commit.gpgSign'], {
    asUser: true,
  })
  const args = [
    ...[...at, 'commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])],
    ...(wanted.stdout === 'true' ? ['-S'] : []),
  ]
  const result = await git(repository.common, args, { asUser: true, input: message })
  if (!result.ok && /tell me who you are|empty ident|unable to auto-detect/i.test(result.stderr))
    throw refused({
      what: 'git does not know who you are, so it makes no commit',
      next: 'git config --global user.name "…" and user.email "…", then run the same command again.',
    })
  if (!result.ok && /gpg|sign/i.test(result.stderr))
    throw refused({
      what: 'your signature was not given (commit.gpgSign is set)',
      found: result.stderr.split('\n')[0],
      next: 'Unlock your key, in a terminal if it asks for a word, then run the same command again.',
    })
  return demand(result, 'git could not make the commit', repository.top).stdout
}

/** A message with a last paragraph that says which task it was. Pure. */
export function withTask(message: string, id: string): string {
  const text = message.trim()
  const paragraphs = text.split(/\n\s*\n/)
  const last = paragraphs.at(-1) ?? ''
  const isTrailer = paragraphs.length > 1 && last.split('\n').every((line) => /^[\w-]+: \S/.test(line))
  return `${text}${isTrailer ? '\n' : '\n\n'}Task: ${id}\n`
}

export interface Brought extends Pick<Changes, 'nested'> {
  /** The newest commit of the branch now. */
  head: string
  /** What was uncommitted and is not any more, in bytes. */
  files: string[]
}

/**
 * Commits to the worktree's branch what lies in it and is not committed. Killed anywhere, it can be repeated.
 * @param also another parent, of a merge that is being ended
 */
export async function commitWork(
  repository: Repository,
  path: string,
  { branch, head, also, message }: { branch: string; head: string; also?: string; message: string },
): Promise<Brought> {
  const index = indexOf(repository, path)
  return withCopy(index, async (copy) => {
    const say = 'git could not take the changes'
    if (statIfThere(copy) === undefined)
      demand(await inWorktree(repository, path, ['read-tree', head], { index: copy }), say, path)
    const changes = await changesIn(repository, path, copy)
    await stage(repository, path, copy, changes)
    const tree = demand(await inWorktree(repository, path, ['write-tree'], { index: copy }), say, path).stdout
    const files = await differing(repository, path, head, tree)
    if (files.length === 0 && also === undefined) {
      // Of a call that was killed behind its commit, the index is still to come.
      putIndex(copy, index)
      return { head, files, nested: changes.nested }
    }
    const parents = also === undefined ? [head] : [head, also]
    const commit = await commitTree(repository, tree, parents, message)
    const moved = await inCommon(repository, [
      ...['update-ref', '-m', 'dispatch: uncommitted work', `refs/heads/${branch}`, commit, head],
    ])
    demand(moved, 'the branch moved meanwhile', branch)
    putIndex(copy, index)
    return { head: commit, files, nested: changes.nested }
  })
}

/** The files in which two trees differ, in bytes. */
export async function differing(repository: Repository, path: string, from: string, to: string) {
  const args: [string, ...string[]] = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to, '--']
  const listed = demand(await bytesInWorktree(repository, path, args), 'git could not compare', path)
  return listed.stdout.split('\0').filter((name) => name !== '')
}
