/**
 * While a shell command runs, the client's sandbox masks names that are not there: inside they are devices, outside
 * empty read-only files. git must not add them, and a client that was killed leaves them behind (a left `config.lock`
 * breaks every `git config`). Names as measured on 2.1.329; 2.1.197 has fewer.
 */
import { join } from 'node:path'
import { errorCode } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import type { Hold } from './claude-rights-hold.ts'
import type { Site } from './claude-rights-site.ts'

/** In the working directory. */
export const MASKED = [
  '.bash_profile', '.bashrc', '.gitconfig', '.gitmodules', '.idea', '.mcp.json', '.profile', '.ripgreprc', '.vscode',
  '.zprofile', '.zshrc',
] // biome-ignore format: a list of names
/** In its `.claude`. */
export const MASKED_CLAUDE = [
  'settings.json', 'settings.local.json', 'skills', 'hooks', 'launch.json', 'workflows', 'routines', 'output-styles',
  'scheduled_tasks.json', 'loop.md', 'commands', 'agents',
] // biome-ignore format: a list of names
/** In a git directory. */
const MASKED_GIT = ['config.lock', 'config.worktree', 'objects/info/alternates']

/** The text of git's excludes file for the worker: the user's own lines, and the masks. Tracked files are never excluded. */
export function excludesFor(
  hold: Hold,
  { git, maskable, excludes }: Pick<Site, 'git' | 'maskable' | 'excludes'>,
) {
  if (hold.kind !== 'sandbox' || git === undefined) return undefined
  const own = excludes === '' || excludes.endsWith('\n') ? excludes : `${excludes}\n`
  return `${own}${maskable.map((name) => `/${name}\n`).join('')}`
}

/** What is laid there before a launch, and mounted when the worker's turn has come: its mounts fail without it. */
const LAID = 'config.worktree'

/**
 * Removes what a killed client left in a working directory and its git directories; returns the paths. Only empty
 * files that nobody may write go, of these names only, and none that is still some process's mount: removing it
 * would lift that one's protection.
 */
export function removeStubs(
  cwd: string,
  gitDirs: readonly string[],
  others: () => boolean,
  mounts = mountPoints,
): string[] {
  const paths = [
    ...MASKED.map((name) => join(cwd, name)),
    ...MASKED_CLAUDE.map((name) => join(cwd, '.claude', name)),
    ...gitDirs.flatMap((folder) => MASKED_GIT.map((name) => join(folder, name))),
  ]
  const stubs = paths.filter((path) => isStub(path) && !(path.endsWith(`/${LAID}`) && others()))
  if (stubs.length === 0) return []
  const inUse = mounts()
  const left = stubs.filter((path) => !inUse.has(path))
  return left.filter(removed)
}

/**
 * A `commondir` in a main git directory makes git take its configuration from elsewhere. The client lets a command
 * write one and takes it away afterwards, unless it is killed. One that was there before is somebody's own.
 */
export function removeRedirection(cwd: string, since: Date): boolean {
  const git = join(cwd, '.git')
  const path = join(git, 'commondir')
  // The time of the last change of the inode: unlike that of the content nobody can set it.
  const stat = statIfThere(git)?.isDirectory() ? statIfThere(path) : undefined
  return stat?.isDirectory() === false && stat.ctimeMs >= since.getTime() && removed(path)
}

/** A folder that was made read-only meanwhile must not keep the end from being recorded. */
function removed(path: string): boolean {
  try {
    removeAll(path)
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS', 'EBUSY'].includes(errorCode(error) ?? '')) return false
    throw error
  }
}

function isStub(path: string): boolean {
  const stat = statIfThere(path)
  return stat?.isFile() === true && stat.size === 0 && (stat.mode & 0o777) === 0o444
}

/** Every path that is a mount point for some process (proc(5): the fifth field of mountinfo, blanks in octal). */
export function mountPoints(): Set<string> {
  const points = new Set<string>()
  for (const pid of namesIn('/proc').filter((name) => /^\d+$/.test(name)))
    for (const line of mountinfo(pid).split('\n')) {
      const point = line.split(' ')[4]
      if (point !== undefined)
        points.add(point.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))))
    }
  return points
}

function mountinfo(pid: string): string {
  try {
    return readIfThere(`/proc/${pid}/mountinfo`) ?? ''
  } catch (error) {
    // It ended at this moment, or it is somebody else's, who has no sandbox in our folders.
    const code = errorCode(error) ?? errorCode(error instanceof Error ? error.cause : undefined) ?? ''
    if (['EINVAL', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return ''
    throw error
  }
}
