/** Looking at files of a worktree by their names in git, which lead through folders only. */
import { dirname, join } from 'node:path'
import { statIfThere } from '../io/stat.ts'

/** What lies there; undefined also where a link or a file stands in the place of a folder on the way. */
export function statBelow(top: string, name: string): ReturnType<typeof statIfThere> {
  return obstacleOn(top, name) === undefined ? statIfThere(join(top, name)) : undefined
}

/** The first on the way to it that is something else than a folder. */
export function obstacleOn(top: string, name: string): string | undefined {
  const parent = dirname(name)
  if (parent === '.') return undefined
  const before = obstacleOn(top, parent)
  if (before !== undefined) return before
  const stat = statIfThere(join(top, parent))
  return stat === undefined || stat.isDirectory() ? undefined : parent
}
