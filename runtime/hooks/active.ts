/** Which runs are active, and where they work: `<root>/active-runs/<name>`, whose first line is the worktree's top. */
import { join } from 'node:path'
import { unreadable } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { readIfThere } from '../io/reading.ts'
import { realPath } from '../io/stat.ts'
import { isBelow } from './guard-git.ts'

/** Names that are no name of a run are somebody else's files. */
export const activeNames = (root: string) =>
  namesIn(join(root, 'active-runs')).filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))

/** Links resolved; undefined where the run ended just now, or its worktree is gone. @throws exit 65 for a damaged file */
export function topOf(root: string, name: string): string | undefined {
  const path = join(root, 'active-runs', name)
  const text = readIfThere(path)
  if (text === undefined) return undefined
  const [line = ''] = text.split('\n')
  if (!line.startsWith('/'))
    throw unreadable({
      what: 'this does not tell where the run works',
      where: `${path}:1`,
      expected: 'the path of a worktree',
      found: JSON.stringify(line.slice(0, 80)),
    })
  return realPath(line)
}

/** Whether this run (undefined: the one whose worktree this is) was started by its user and goes on. */
export function isActive(root: string, run: string | undefined, cwd: string): boolean {
  const here = realPath(cwd) ?? cwd
  return activeNames(root).some((name) =>
    run === undefined ? isBelow(topOf(root, name) ?? '//', here) : name === run,
  )
}
