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
  /** What it looks into and adds to at its start: packages, a `.gitignore`; gone with the worker. */
  seen: string[]
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
    seen: [
      folder(env.XDG_CONFIG_HOME, '.config'),
      folder(env.XDG_CACHE_HOME, '.cache'),
      ...(statIfThere(second)?.isDirectory() ? [second] : []),
    ],
  }
}

/** All of them, as bubblewrap's arguments. What is to be mounted is made where it is missing. */
export function opencodeMounts({ data, state, seen }: OpencodeHome, task: string): string[] {
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
  for (const folder of [data, state, ...seen]) makeFolder(folder)
  return [
    ...seen.map(real).flatMap((folder) => homeMounts({ folder, names: namesIn(folder), written: [] })),
    ...places.flatMap(([mine, theirs]) => ['--bind', mine, real(theirs)]),
    ...PROGRAMS.flatMap((name) => ['--ro-bind-try', join(real(data), name), join(real(data), name)]),
    ...login(real(data)),
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
