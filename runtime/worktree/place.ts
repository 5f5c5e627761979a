/** Where a task's worktree lies and what it is called. Pure. */
import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'

/** A folder of its own for each repository, outside of it, so that no test runner or linter walks into it. */
export function folderOf(home: string, top: string): string {
  const readable = basename(top)
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+/, '')
  // 40 characters are at most 160 bytes; a name on disk may have 255.
  const name = [...readable].slice(0, 40).join('') || 'repository'
  return join(home, 'worktrees', `${name}-${createHash('sha256').update(top).digest('hex').slice(0, 8)}`)
}

/** `id`, or the first of `id-2`, `id-3` … that is free: what an earlier task left is never used again. */
export function freeName(id: string, taken: (name: string) => boolean): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? id : `${id}-${n}`
    if (!taken(name)) return name
  }
}
