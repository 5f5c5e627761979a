/**
 * `.worktreeinclude` at the top of the main worktree, in the form that other tools share: gitignore syntax, naming
 * files to bring along. Only what git ignores *and* the file names is copied; a commit brings the rest.
 */
import { dirname, join } from 'node:path'
import { refused } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { copyNew } from '../io/handling.ts'
import { statIfThere } from '../io/stat.ts'
import { inWorktree } from './inside.ts'
import { leftOutNotice } from './notices.ts'
import type { Repository } from './repository.ts'

const FILE = '.worktreeinclude'
const MOST_EACH = 50 << 20
const MOST_TOGETHER = 200 << 20

/** Copies into the worktree at `to`; returns a sentence for each reason why something was left out. */
export async function bringIgnored(repository: Repository, to: string): Promise<string[]> {
  const from = repository.bare ? repository.here : repository.top
  const patterns = statIfThere(join(from, FILE))
  if (patterns === undefined || (repository.bare && from === repository.top)) return []
  if (!patterns.isFile())
    return [`${join(from, FILE)} is not a regular file, so no ignored files were brought`]
  const { copy, left } = choose(await candidates(repository, from), (path) => look(from, to, path))
  for (const path of copy) {
    makeFolder(dirname(join(to, path)))
    copyNew(join(from, path), join(to, path))
  }
  return [...left].map(([reason, paths]) => leftOutNotice(reason, paths))
}

/** Files that git ignores and that the patterns name, relative to the top. A nested repository ends in `/`. */
async function candidates(repository: Repository, from: string): Promise<string[]> {
  const list = (args: readonly [string, ...string[]], input?: string) =>
    inWorktree(repository, from, args, input === undefined ? {} : { input })
  const named = await list(['ls-files', '-z', '--others', '--ignored', `--exclude-from=${join(from, FILE)}`])
  if (!named.ok)
    throw refused({ what: 'git could not read it', where: join(from, FILE), found: named.stderr })
  if (named.stdout === '') return []
  // Git says "none" by its exit code alone, and everything else with a message.
  const ignored = await list(['check-ignore', '-z', '--stdin'], named.stdout)
  if (ignored.stderr !== '')
    throw refused({ what: 'git check-ignore failed', where: from, found: ignored.stderr })
  return ignored.stdout.split('\0').filter((path) => path !== '')
}

/** The size of what may be copied, else the reason why it may not. */
export type Look = (path: string) => number | string

/** Decides in order, so that what fits the limits comes along even if something larger before it did not. Pure. */
export function choose(paths: readonly string[], look: Look) {
  const copy: string[] = []
  const left = new Map<string, string[]>()
  let together = 0
  for (const path of paths) {
    const size = /(^|\/)\.(git|dispatch)(\/|$)/i.test(path) ? undefined : look(path)
    if (size === undefined) continue
    const reason =
      typeof size === 'string'
        ? size
        : size > MOST_EACH
          ? 'larger than 50 MB'
          : together + size > MOST_TOGETHER
            ? 'more than 200 MB together'
            : undefined
    if (reason !== undefined) left.set(reason, [...(left.get(reason) ?? []), path])
    else if (typeof size === 'number') {
      together += size
      copy.push(path)
    }
  }
  return { copy, left }
}

/** Looks at both ends without following a link, neither the file nor a folder on the way to it. */
function look(from: string, to: string, path: string): number | string {
  const stat = statIfThere(join(from, path))
  if (path.endsWith('/') || stat?.isFile() !== true) return 'not a regular file'
  if (!onlyFolders(from, path)) return 'behind a link'
  if (statIfThere(join(to, path)) !== undefined) return 'in the base commit already'
  if (!onlyFolders(to, path)) return 'not a folder in the base commit'
  return stat.size
}

/** Whether all that lies between `top` and the file is a real folder, or not there yet. */
function onlyFolders(top: string, path: string): boolean {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder))
    if (statIfThere(join(top, folder))?.isDirectory() === false) return false
  return true
}
