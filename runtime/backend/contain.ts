/**
 * Holds a worker whose CLI has no sandbox of its own, or not enough of one: bubblewrap around the CLI itself, as far as
 * files go. Used by any backend; what the CLI must be told besides (a list of commands where nothing contains them) is
 * the backend's.
 */
import { dirname, join } from 'node:path'
import { dispatchHome, userHome } from '../config/home.ts'
import { makeFolder } from '../io/folders.ts'
import { pluginRoot } from '../io/places.ts'
import { publish } from '../io/publishing.ts'
import { statIfThere } from '../io/stat.ts'
import type { Backend, LaunchPlan, LaunchRequest } from './backend.ts'
import { removeRedirection, removeStubs } from './claude-rights-stubs.ts'
import { gitSettings, NO_PACKING, NO_SIGNING } from './contain-git.ts'
import { containMounts, type Scene, settingsOf } from './contain-mounts.ts'
import { type Bubblewrap, bubblewrapWith } from './contain-offer.ts'
import { isInside, type RealPlaces, real, realPlaces } from './contain-site.ts'

interface Own {
  /** Folders that the CLI writes; they are made where they are missing. */
  writable: readonly string[]
}

type Contained = Pick<LaunchPlan, 'containment' | 'notice' | 'env'> & {
  /** What comes before the CLI's own words; empty where nothing holds it. */
  wrapper: string[]
}

type Asked = Pick<LaunchRequest, 'profile' | 'places' | 'env'>

export async function containIn(
  { profile, places, env }: Asked,
  own: Own,
  offer: typeof bubblewrapWith = bubblewrapWith,
): Promise<Contained> {
  if (profile === 'full') return { wrapper: [], containment: 'none', env: {} }
  for (const folder of own.writable) makeFolder(folder)
  const found = realPlaces(places)
  if (profile === 'edit') reserve(found)
  const site = realPlaces(places)
  const mounts = containMounts(profile, sceneOf(site, own, env))
  const bwrap = await offer(mounts, env)
  if (bwrap.path === undefined)
    return { wrapper: [], containment: 'allow-list', notice: sayWhy(bwrap), env: {} }
  return {
    wrapper: [bwrap.path, ...mounts, '--'],
    containment: 'sandbox',
    env: {
      TMPDIR: '/tmp',
      ...(site.git === undefined ? {} : gitSettings(env, [...NO_PACKING, ...NO_SIGNING])),
    },
  }
}

const sayWhy = ({ problem, remedy }: Extract<Bubblewrap, { path: undefined }>) =>
  `Not contained by the operating system: ${problem}. The worker has only what its CLI is told to allow. ${remedy}`

/**
 * What could be made where nothing can be mounted over it, because it is not there. In a linked worktree the shared
 * git directory is read-only as a whole, so that only its own settings are left.
 */
export function reserve(places: RealPlaces): void {
  const { git, linked } = places
  if (git === undefined) return
  if (linked === undefined)
    for (const name of ['hooks', 'info', 'modules', 'worktrees']) makeFolder(join(git, name))
  const settings = settingsOf(places)
  // Of the mode by which `tidyContained` knows it.
  if (settings !== undefined && statIfThere(settings) === undefined) publish(settings, '', 0o444)
}

/** Removes what a contained worker leaves in git's folders. */
export const tidyContained: NonNullable<Backend['tidy']> = ({ cwd, gitDirs, since, others, containment }) => {
  if (containment !== 'sandbox') return
  // First, because git would be led astray.
  removeRedirection(cwd, since)
  removeStubs(cwd, gitDirs(), others)
}

function sceneOf(places: RealPlaces, own: Own, env: NodeJS.ProcessEnv): Scene {
  const folders = ['/tmp', '/var/tmp', '/run', '/var/run', env.XDG_RUNTIME_DIR ?? '/run']
  const hidden = [...new Set(folders.map(real))].filter((path) => statIfThere(path)?.isDirectory())
  const path = (env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'))
  const programs = [...path, process.execPath, pluginRoot()]
  // A worktree may lead there for what was installed once.
  const main = places.git === undefined ? [] : [dirname(places.git)]
  return {
    places,
    writable: own.writable.map(real),
    // Of two of which one holds the other, the outer one does.
    hidden: hidden.filter((folder) => !hidden.some((other) => isInside(folder, other))),
    seen: [...new Set([userHome(env), dispatchHome(env), ...main, ...programs, ...SYSTEM].map(real))],
    isRoot: process.getuid?.() === 0,
  }
}

/** What systems keep below /run that programs need: how hosts are looked up, and NixOS' own programs. */
const SYSTEM = [
  '/etc/resolv.conf', '/run/systemd/resolve', '/run/resolvconf', '/run/NetworkManager', '/run/media',
  '/run/current-system', '/run/booted-system', '/run/opengl-driver', '/run/wrappers',
] // biome-ignore format: a list of paths
