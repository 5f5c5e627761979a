/**
 * What a worker may write, as rules of a permission profile of Codex. Of two rules the one for the deeper path counts,
 * so that they can say "not the state, but this task", and a folder with a rule cannot be moved away. Pure.
 */
import { join } from 'node:path'
import type { Profile } from '../config/profile.ts'
import { NOT_THE_WORKERS, SHARED, STEERING } from './claude-rights-mounts.ts'
import type { RealPlaces } from './contain-site.ts'

/** `deny` cannot even be read. */
type Access = 'read' | 'write' | 'deny'
export type Rules = Readonly<Record<string, Access>>

export interface Besides {
  /** Where commands put what they need for a moment. */
  temporary: string
  /** Files with the login of the CLI. */
  secrets: readonly string[]
}

export function rulesFor(
  profile: Exclude<Profile, 'full'>,
  places: RealPlaces,
  { temporary, secrets }: Besides,
): Rules {
  const { root, task, there } = places
  const own = NOT_THE_WORKERS.map((name) => join(task, name)).filter((path) => there.has(path))
  return {
    ':root': 'read',
    ...(profile === 'edit' ? forEditing(places) : {}),
    [root]: 'read',
    [task]: 'write',
    ...all(own, 'read'),
    // Below what is the task's and not the worker's.
    [temporary]: 'write',
    ...all(secrets, 'deny'),
  }
}

/** What steers the client that a person runs in the same folder. */
const OF_THE_LEAD = ['.claude', '.mcp.json']

function forEditing(places: RealPlaces): Rules {
  const { cwd, git, linked, there } = places
  const those = (folder: string, names: readonly string[]) =>
    names.map((name) => join(folder, name)).filter((path) => there.has(path))
  return {
    [cwd]: 'write',
    ...all(those(cwd, OF_THE_LEAD), 'read'),
    ...(git === undefined
      ? {}
      : linked === undefined
        ? { [git]: 'write', ...all(those(git, [...STEERING, 'worktrees']), 'read'), ...ownSettings(git) }
        : {
            [join(cwd, '.git')]: 'read',
            [git]: 'read',
            ...all(those(git, SHARED), 'write'),
            [linked]: 'write',
            ...all(those(linked, ['commondir', 'gitdir']), 'read'),
            ...ownSettings(linked),
          }),
  }
}

/** git(1) reads it once `extensions.worktreeConfig` is set. Where there is none, the sandbox keeps it from being made. */
const ownSettings = (folder: string): Rules => ({ [join(folder, 'config.worktree')]: 'read' })

const all = (paths: readonly string[], access: Access): Rules =>
  Object.fromEntries(paths.map((path) => [path, access]))
