/** What lies at a worker's places that matters to Claude Code alone, beside what the mounts see. */
import { join } from 'node:path'
import { namesIn } from '../io/folders.ts'
import { askGit } from '../io/git.ts'
import { readIfThere } from '../io/reading.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import type { LaunchRequest } from './backend.ts'
import { MASKED, MASKED_CLAUDE } from './claude-rights-stubs.ts'
import { isInside, type RealPlaces, realPlaces } from './contain-site.ts'

export interface Site extends RealPlaces {
  /** The state lies in the working directory. */
  rootInside: boolean
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
  const known = realPlaces(places)
  const { cwd, root, git } = known
  const present = (name: string) => statIfThere(join(cwd, name)) !== undefined
  return {
    ...known,
    rootInside: isInside(root, cwd),
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

/** gitignore(5): where core.excludesFile is not set, `$XDG_CONFIG_HOME/git/ignore` is read. */
function userExcludes(cwd: string, env: NodeJS.ProcessEnv): string {
  const named = askGit(cwd, ['config', '--path', '--get', 'core.excludesFile'])
  const fallback = join(env.XDG_CONFIG_HOME || join(env.HOME ?? '/', '.config'), 'git', 'ignore')
  const path = named || fallback
  return statIfThere(realPath(path) ?? path)?.isFile() ? (readIfThere(path) ?? '') : ''
}
