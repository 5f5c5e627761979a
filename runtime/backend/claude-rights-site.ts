/** What lies at a worker's places: read once, so that everything after it is decided without looking again. */
import { join, relative, sep } from 'node:path'
import { namesIn, readIfThere, realPath, statIfThere } from '../io/files.ts'
import { askGit } from '../io/git.ts'
import type { LaunchRequest } from './backend.ts'
import { MASKED, MASKED_CLAUDE } from './claude-rights-stubs.ts'

/** All paths have their links resolved: mounts and rules are held against the real ones. */
export interface Site {
  cwd: string
  root: string
  task: string
  /** The git directory that all worktrees share; undefined outside git. */
  git: string | undefined
  /** The linked worktree's own git directory; undefined in the main worktree. */
  linked: string | undefined
  /** The git directories of all linked worktrees. */
  worktrees: readonly string[]
  /** The state lies in the working directory. */
  rootInside: boolean
  /** The paths that are there, of those that matter: entries of the git directories, of the state, of the task. */
  there: ReadonlySet<string>
  /** The names at the top of the working directory. */
  names: readonly string[]
  /** Of what the client masks in the working directory, what is not there (relative). */
  maskable: readonly string[]
  /** The user's own excludes for git, which ours take the place of. */
  excludes: string
  /** A settings file of the repository has a word to say on the sandbox. */
  projectSandbox: boolean
}

export function siteOf({ places, env }: Pick<LaunchRequest, 'places' | 'env'>): Site {
  const real = (path: string) => realPath(path) ?? path
  const [cwd, root, task] = [real(places.cwd), real(places.root), real(places.task)]
  const git = places.git === undefined ? undefined : real(places.git)
  const gitDir = places.gitDir === undefined ? git : real(places.gitDir)
  const linked = gitDir === git ? undefined : gitDir
  const worktrees =
    git === undefined ? [] : namesIn(join(git, 'worktrees')).map((name) => join(git, 'worktrees', name))
  const folders = [cwd, root, join(root, 'tasks'), task, ...(git ? [git] : []), ...worktrees]
  const present = (name: string) => statIfThere(join(cwd, name)) !== undefined
  return {
    cwd,
    root,
    task,
    git,
    linked,
    worktrees,
    rootInside: isInside(root, cwd),
    there: new Set(folders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name)))),
    names: namesIn(cwd),
    maskable: [
      ...MASKED.filter((name) => !present(name)),
      ...(present('.claude')
        ? MASKED_CLAUDE.map((name) => `.claude/${name}`).filter((name) => !present(name))
        : ['.claude']),
    ],
    excludes: git === undefined ? '' : userExcludes(cwd, env),
    projectSandbox: ['settings.json', 'settings.local.json'].some((name) =>
      /"(\\u0073|s)andbox"|\\u00/i.test(readIfThere(join(cwd, '.claude', name)) ?? ''),
    ),
  }
}

export const isInside = (path: string, folder: string) => {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`)
}

/** gitignore(5): where core.excludesFile is not set, `$XDG_CONFIG_HOME/git/ignore` is read. */
function userExcludes(cwd: string, env: NodeJS.ProcessEnv): string {
  const named = askGit(cwd, ['config', '--path', '--get', 'core.excludesFile'])
  const fallback = join(env.XDG_CONFIG_HOME || join(env.HOME ?? '/', '.config'), 'git', 'ignore')
  const path = named || fallback
  return statIfThere(realPath(path) ?? path)?.isFile() ? (readIfThere(path) ?? '') : ''
}
