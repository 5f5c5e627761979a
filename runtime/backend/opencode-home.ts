/**
 * opencode's own folders, and how a contained worker has them. Its database and its login could make a later opencode
 * outside load programs from elsewhere (an account, a `wellknown` entry), so a worker gets a database of its task's
 * own, and settings, programs and packages as they are, unchangeable.
 */
import { join } from 'node:path'
import { userHome } from '../config/home.ts'
import { makeFolder, namesIn } from '../io/folders.ts'
import { readIfThere } from '../io/reading.ts'
import { refuseLink, statIfThere } from '../io/stat.ts'
import { homeMounts } from './contain-home.ts'
import { real } from './contain-site.ts'

interface OpencodeHome {
  data: string
  state: string
  /** Settings. Where it cannot write it installs nothing into them at its start, but wants its `.gitignore` there. */
  settings: string[]
  /** Packages of providers; what it adds is gone with the worker. */
  cache: string
}

export function opencodeHome(env: NodeJS.ProcessEnv): OpencodeHome {
  const home = userHome(env)
  const folder = (xdg: string | undefined, otherwise: string) =>
    join(xdg || join(home, otherwise), 'opencode')
  // Where its installer puts the program, and a second place for settings.
  const second = join(home, '.opencode')
  return {
    data: folder(env.XDG_DATA_HOME, '.local/share'),
    state: folder(env.XDG_STATE_HOME, '.local/state'),
    cache: folder(env.XDG_CACHE_HOME, '.cache'),
    settings: [
      folder(env.XDG_CONFIG_HOME, '.config'),
      ...(statIfThere(second)?.isDirectory() ? [second] : []),
    ],
  }
}

/** All of them, as bubblewrap's arguments. What is to be mounted is made where it is missing. */
export function opencodeMounts({ data, state, settings, cache }: OpencodeHome, task: string): string[] {
  const own = join(real(task), 'data', 'opencode')
  const places = [
    [join(own, 'data'), data],
    [join(own, 'state'), state],
  ] as const
  // An earlier worker could have put a link there, and whatever it leads to would be writable.
  for (const folder of [join(own, '..'), own, ...places.map(([mine]) => mine)]) {
    refuseLink(folder)
    makeFolder(folder)
  }
  for (const folder of [data, state, cache, ...settings]) makeFolder(folder)
  return [
    ...asItIs(cache),
    ...settings.flatMap((folder) => [...asItIs(folder, ['.gitignore']), '--remount-ro', real(folder)]),
    ...places.flatMap(([mine, theirs]) => ['--bind', mine, real(theirs)]),
    ...PROGRAMS.flatMap((name) => ['--ro-bind-try', join(real(data), name), join(real(data), name)]),
    ...login(real(data)),
  ]
}

/** @param more names that are to be there, empty if need be */
function asItIs(path: string, more: readonly string[] = []): string[] {
  const folder = real(path)
  const names = namesIn(folder)
  const missing = more.filter((name) => !names.includes(name))
  return [
    ...homeMounts({ folder, names, written: [] }),
    ...missing.flatMap((name) => ['--ro-bind', '/dev/null', join(folder, name)]),
  ]
}

/** What it downloads there and runs. */
const PROGRAMS = ['bin']

/**
 * A login by OAuth is renewed now and then, and the old one is worth nothing then: such a file is written through. One
 * of keys is not, see above.
 */
function login(data: string): string[] {
  const path = join(data, 'auth.json')
  const text = readIfThere(path)
  if (text === undefined) return []
  return [/"type"\s*:\s*"oauth"/.test(text) ? '--bind' : '--ro-bind', path, path]
}
