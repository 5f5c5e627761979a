/**
 * The whole file system as a contained worker sees it, as bubblewrap's arguments: everything read-only, then what is
 * writable, then what is not so again. Later mounts lie over earlier ones. Processes and network are those of the
 * machine: the CLI calls its provider, and what is left running must be found. Pure.
 */
import { join } from 'node:path'
import type { Profile } from '../config/profile.ts'
import { mountsFor } from './claude-rights-mounts.ts'
import { isInside, type RealPlaces } from './contain-site.ts'

export interface Scene {
  places: RealPlaces
  /** Folders of the CLI's own that it writes: its conversations, its login. */
  writable: readonly string[]
  /**
   * Folders with other programs' sockets (a session bus, tmux, a container daemon): whoever can speak to one runs
   * commands outside. They are empty inside, and writable.
   */
  hidden: readonly string[]
  /** What must be seen although it lies in one of these: the home, the PATH, how names are looked up. */
  seen: readonly string[]
  /** The user is root. */
  isRoot: boolean
}

/**
 * Root could write these without any capability. The rest of /proc stays as it is, and for others all of it: a sandbox
 * in this one writes there, and mounts its own only where nothing lies over it.
 */
const KERNEL = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']

/** No rights of root over mounts, and none over processes outside. */
const POWERLESS = ['--unshare-user-try', '--cap-drop', 'ALL']

export function containMounts(profile: Exclude<Profile, 'full'>, scene: Scene): string[] {
  const { places, writable, seen, isRoot } = scene
  const { cwd, root, task, git } = places
  const needed = [cwd, root, task, ...(git === undefined ? [] : [git]), ...writable, ...seen]
  // A home that *is* /tmp cannot be hidden from who works in it.
  const hidden = scene.hidden.filter((folder) => !needed.some((path) => isOrHolds(path, folder)))
  const again = seen.filter((path) => hidden.some((folder) => isInside(path, folder)))
  return [
    ...POWERLESS,
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--dev-bind', '/proc', '/proc'],
    ...(isRoot ? KERNEL : []).flatMap((path) => ['--ro-bind-try', path, path]),
    ...hidden.flatMap((path) => ['--tmpfs', path]),
    // Outer ones first, or they would lie over the inner ones.
    ...[...again].sort().flatMap((path) => ['--ro-bind-try', path, path]),
    ...(profile === 'edit' ? ['--bind', cwd, cwd] : []),
    ...mountsFor(profile, 'current', places),
    ...(profile === 'edit' ? unset(places) : []),
    ...writable.flatMap((path) => ['--bind', path, path]),
  ]
}

const isOrHolds = (folder: string, path: string) => folder === path || isInside(path, folder)

/** git(1) reads it once `extensions.worktreeConfig` is set; where there is none, an empty one is put before the launch. */
const unset = ({ git, linked }: RealPlaces) => {
  const path = settingsOf({ git, linked })
  return path === undefined ? [] : ['--ro-bind-try', path, path]
}

/** The settings file of the worker's own git directory, which it could write otherwise. */
export const settingsOf = ({ git, linked }: Pick<RealPlaces, 'git' | 'linked'>) =>
  git === undefined ? undefined : join(linked ?? git, 'config.worktree')
