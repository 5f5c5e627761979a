/**
 * The mounts of the outer bubblewrap, as its arguments. They only arrange what is writable: in the client's settings a
 * denied path wins over an allowed one below it, so those cannot say "not the state, but this task". The client's own
 * sandbox inside keeps them, its Edit and Write tools meet them too. Later mounts lie over earlier ones. Pure.
 */
import { join } from 'node:path'
import type { Profile } from '../config/profile.ts'
import type { Recipe } from './claude-rights-hold.ts'
import type { RealPlaces } from './contain-site.ts'

/** What a commit from a linked worktree writes of the shared git directory; `reftable` and `lfs` where they are used. */
export const SHARED = ['objects', 'refs', 'logs', 'reftable', 'lfs']
/** What runs or steers programs: never a worker's. Where they are missing the client keeps them from being made. */
export const STEERING = ['config', 'config.worktree', 'hooks', 'info', 'modules']
/** Of the task's own folder. */
export const NOT_THE_WORKERS = ['task.yaml', 'attempts', 'notes']

export function mountsFor(profile: Profile, recipe: Recipe, site: RealPlaces): string[] {
  const { root, task, there } = site
  const own = NOT_THE_WORKERS.map((name) => join(task, name)).filter((path) => there.has(path))
  return [
    ...(profile === 'read-only' ? readOnly(site) : forEditing(recipe, site)),
    ...fixed(root),
    ...writable(task),
    ...own.flatMap(fixed),
  ]
}

const fixed = (path: string) => ['--ro-bind', path, path]
const writable = (path: string) => ['--bind', path, path]

const readOnly = ({ cwd, git }: RealPlaces) => [...fixed(cwd), ...(git === undefined ? [] : fixed(git))]

/**
 * A folder that holds mounts can be moved away with them, and another put in its place, unless it is a mount itself:
 * hence the writable mounts of what is writable anyway.
 */
function forEditing(recipe: Recipe, { cwd, git, linked, worktrees, there }: RealPlaces): string[] {
  const those = (folder: string, names: string[]) =>
    names.map((name) => join(folder, name)).filter((path) => there.has(path))
  const settings = those(cwd, ['.claude']).flatMap(writable)
  if (git === undefined) return settings
  const withPointers = (folder: string) => [
    ...writable(folder),
    ...those(folder, ['commondir', 'gitdir']).flatMap(fixed),
  ]
  const own = linked === undefined ? [] : [...withPointers(linked), ...fixed(join(cwd, '.git'))]
  if (recipe === 'current' && linked !== undefined)
    return [...settings, ...fixed(git), ...those(git, SHARED).flatMap(writable), ...own]
  // The older client's sandbox makes files in each worktree's folder, so that they cannot be read-only as a whole.
  const all = those(git, ['worktrees'])
  const others =
    recipe === 'current' ? all.flatMap(fixed) : [...all.flatMap(writable), ...worktrees.flatMap(withPointers)]
  return [...settings, ...writable(git), ...those(git, STEERING).flatMap(fixed), ...others, ...own]
}
