/** Which repository a folder belongs to. One git call in the usual case: the hooks and `status` ask this. */
import { basename, dirname, join, resolve } from 'node:path'
import { refused } from '../io/errors.ts'
import { askGit, complaintOf } from '../io/git.ts'
import { realPath, statIfThere } from '../io/stat.ts'

/** All paths are absolute, with links resolved. */
export interface Repository {
  /** The main worktree; where there is none (`bare`), the folder that stands for it. */
  top: string
  /** The git directory that all worktrees share. */
  common: string
  /** The top level of the worktree that was asked about; `top` when that is inside no worktree. */
  here: string
  /** The git directory of `here`, as the `.git` there says: not to be trusted in a worker's worktree (inside.ts). */
  gitDir: string
  /** There is no main worktree: `top` is only the place for the state. */
  bare: boolean
}

/** Undefined outside git. A submodule is a repository of its own. @throws exit 1 for one that git does not trust */
export function findRepository(cwd: string): Repository | undefined {
  const [gitDir, common, here] = threePaths(cwd) ?? pathByPath(cwd)
  if (gitDir === undefined || common === undefined) {
    refuseUntrusted(cwd)
    return undefined
  }
  if (here !== undefined && gitDir === common) return { top: here, common, here, gitDir, bare: false }
  const { top, bare } = mainWorktree(common)
  return { top, common, here: here ?? top, gitDir, bare }
}

/** Taken for no repository at all, it would get a second state somewhere below. */
function refuseUntrusted(cwd: string): void {
  for (let folder = realPath(cwd) ?? '/'; folder !== dirname(folder); folder = dirname(folder)) {
    if (statIfThere(join(folder, '.git')) === undefined) continue
    const complaint = complaintOf(cwd, ['rev-parse', '--git-dir'])
    if (!/dubious ownership|unsafe repository/.test(complaint)) return
    throw refused({
      what: complaint.split('\n')[0] ?? '',
      where: folder,
      next: `If you trust it: ${/git config --global --add safe\.directory .*/.exec(complaint)?.[0] ?? `git config --global --add safe.directory '${folder}'`}`,
    })
  }
}

type Paths = [gitDir?: string | undefined, common?: string | undefined, here?: string | undefined]

const revParse = (cwd: string, ...what: string[]) =>
  askGit(cwd, ['rev-parse', '--path-format=absolute', ...what])

function threePaths(cwd: string): Paths | undefined {
  const lines = revParse(cwd, '--git-dir', '--git-common-dir', '--show-toplevel')?.split('\n')
  return lines?.length === 3 ? [lines[0], lines[1], lines[2]] : undefined
}

/** For a bare repository or inside a git directory (no top level there), and for a path with a line end in it. */
function pathByPath(cwd: string): Paths {
  const gitDir = revParse(cwd, '--git-dir')
  if (gitDir === undefined) return []
  return [gitDir, revParse(cwd, '--git-common-dir'), revParse(cwd, '--show-toplevel')]
}

/**
 * The main worktree by git's own rule (gitrepository-layout): the folder of `.git`, or what `core.worktree` says, as
 * in a submodule. `git worktree list` is not asked: it names the git directory itself for a submodule.
 * Without a main worktree the state belongs beside a hidden git directory (`project/.bare` -> `project`) and else
 * into it (`/srv/git/project.git`), so that two bare repositories in one folder never share it.
 */
function mainWorktree(common: string): { top: string; bare: boolean } {
  const ask = (key: string) => askGit(common, ['--git-dir', common, 'config', '--get', key])
  const bare = ask('core.bare') === 'true'
  const configured = bare ? undefined : ask('core.worktree')
  if (configured !== undefined) {
    const top = resolve(common, configured)
    return { top: realPath(top) ?? top, bare: false }
  }
  if (!bare && basename(common) === '.git') return { top: dirname(common), bare: false }
  return { top: basename(common).startsWith('.') ? dirname(common) : join(common), bare: true }
}
