/**
 * A copy of an index to work on, put in its place when the work is whole. Git's own lock of the real one would stay
 * behind when git is killed, and keep everybody from working there; what stays of a copy is in nobody's way.
 */
import { dirname, join } from 'node:path'
import { DispatchError, EXIT, refused } from '../io/errors.ts'
import { namesIn, temporaryFolder } from '../io/folders.ts'
import type { GitResult } from '../io/git.ts'
import { copyNew, moveIfThere, removeAll } from '../io/handling.ts'
import { randomName } from '../io/random.ts'
import { statIfThere } from '../io/stat.ts'

const PREFIX = 'dispatch-index.'

/** Returns the path of the copy; there is none yet where there is no index. */
export function copyIndex(index: string, folder = dirname(index)): string {
  const copy = join(folder, `${PREFIX}${randomName()}`)
  const stat = statIfThere(index)
  if (stat === undefined) return copy
  if (!stat.isFile()) throw refused({ what: 'not what git needs here, so it is not used', where: index })
  try {
    copyNew(index, copy)
  } catch (error) {
    removeAll(copy)
    throw error
  }
  return copy
}

export const putIndex = (copy: string, index: string) => moveIfThere(copy, index)

export function dropIndex(copy: string): void {
  removeAll(copy)
  removeAll(`${copy}.lock`)
}

/** What killed calls left in a git directory. The caller knows that nobody is at work there. */
export function dropCopies(gitDir: string): void {
  for (const name of namesIn(gitDir)) if (name.startsWith(PREFIX)) removeAll(join(gitDir, name))
}

/** Works on a copy, which is gone afterwards, put in place by `work` or not. */
export async function withCopy<T>(index: string, work: (copy: string) => Promise<T>): Promise<T> {
  const copy = copyIndex(index)
  try {
    return await work(copy)
  } finally {
    dropIndex(copy)
  }
}

/** Works on a copy elsewhere, for who only reads: the git directory may not be writable from here. */
export async function withCopyAside<T>(index: string, work: (copy: string) => Promise<T>): Promise<T> {
  const folder = temporaryFolder('dispatch-index-')
  try {
    return await work(copyIndex(index, folder))
  } finally {
    removeAll(folder)
  }
}

/** @throws what git says, as a refusal (exit 1), or 75 where the disk is full */
export function demand<T extends Pick<GitResult, 'ok' | 'stderr'>>(
  result: T,
  what: string,
  where: string,
): T {
  if (result.ok) return result
  const said = result.stderr.split('\n').filter((line) => !line.startsWith('hint:'))
  if (/no space left on device|quota exceeded|out of disk ?space/i.test(result.stderr))
    throw new DispatchError(EXIT.later, {
      what: `the disk is full: ${what}`,
      where,
      next: 'Free some space, then run the same command again.',
    })
  throw refused({ what, where, ...(said[0] ? { found: said.slice(0, 3).join('; ') } : {}) })
}
