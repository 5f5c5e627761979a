/** Where the user's part of the state lies: config.yaml, roots, trust, worktrees/, cache/. */
import { isAbsolute, join } from 'node:path'
import { misused } from '../io/errors.ts'
import { systemHome } from '../io/system.ts'

/** The user's home directory. A relative HOME would lie inside whatever repository this runs in, so it is not believed. */
export function userHome(env: NodeJS.ProcessEnv): string {
  const home = env.HOME
  return home !== undefined && isAbsolute(home) ? home : systemHome()
}

/**
 * `DISPATCH_HOME`, else `~/.dispatch`; always absolute.
 * @throws exit 64 for a relative DISPATCH_HOME: it would be a different folder in every directory
 */
export function dispatchHome(env: NodeJS.ProcessEnv): string {
  const named = env.DISPATCH_HOME
  if (named === undefined || named === '') return join(userHome(env), '.dispatch')
  if (isAbsolute(named)) return named
  throw misused({
    what: 'DISPATCH_HOME is not usable',
    expected: 'an absolute path',
    found: JSON.stringify(named),
    next: 'Set it to a whole path, or unset it.',
  })
}
