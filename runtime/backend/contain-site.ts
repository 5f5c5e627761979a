/** What lies at a worker's places as the mounts see it: read once, so that everything after it is decided without looking again. */
import { join, relative, sep } from 'node:path'
import { namesIn } from '../io/folders.ts'
import { realPath } from '../io/stat.ts'
import type { Places } from './backend.ts'

/** All paths have their links resolved: mounts and rules are held against the real ones. */
export interface RealPlaces {
  cwd: string
  root: string
  task: string
  /** The git directory that all worktrees share; undefined outside git. */
  git: string | undefined
  /** The linked worktree's own git directory; undefined in the main worktree. */
  linked: string | undefined
  /** The git directories of all linked worktrees. */
  worktrees: readonly string[]
  /** The paths that are there, of those that matter: entries of the git directories, of the state, of the task. */
  there: ReadonlySet<string>
}

export function realPlaces(places: Places): RealPlaces {
  const [cwd, root, task] = [real(places.cwd), real(places.root), real(places.task)]
  const git = places.git === undefined ? undefined : real(places.git)
  const gitDir = places.gitDir === undefined ? git : real(places.gitDir)
  const worktrees =
    git === undefined ? [] : namesIn(join(git, 'worktrees')).map((name) => join(git, 'worktrees', name))
  const folders = [cwd, root, join(root, 'tasks'), task, ...(git ? [git] : []), ...worktrees]
  return {
    cwd,
    root,
    task,
    git,
    linked: gitDir === git ? undefined : gitDir,
    worktrees,
    there: new Set(folders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name)))),
  }
}

/** The path itself where there is nothing. */
export const real = (path: string) => realPath(path) ?? path

export const isInside = (path: string, folder: string) => {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`)
}
