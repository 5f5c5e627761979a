/** `.dispatch` in a worktree: a link to the state root, which git is told not to see. */
import { join } from 'node:path'
import { makeFolder } from '../io/folders.ts'
import { append, makeLink } from '../io/handling.ts'
import { readIfThere } from '../io/reading.ts'

const PATTERN = '/.dispatch'

export const linkState = (root: string, worktree: string) => makeLink(root, join(worktree, '.dispatch'))

/**
 * Adds the link to the exclude file that all worktrees of the repository share, once. There is none for a single
 * worktree, and the alternatives (`core.excludesFile`, a commit) would change what the user set or wrote. It is
 * appended to, never written anew: what is there stays byte for byte.
 */
export function excludeLink(common: string): void {
  const path = join(common, 'info', 'exclude')
  const text = readIfThere(path) ?? ''
  if (text.split(/\r?\n/).includes(PATTERN)) return
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  makeFolder(join(common, 'info'))
  append(path, `${text === '' || text.endsWith('\n') ? '' : end}${PATTERN}${end}`)
}
