/** What this machine offers for holding a worker: asked of the programs themselves, because being there is not enough. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import { dispatchHome, userHome } from '../config/home.ts'
import { keepCache, readCache } from '../io/cache.ts'
import { runCommand } from '../io/run.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import { findProgram } from '../io/which.ts'
import type { LaunchRequest } from './backend.ts'

export type Version = readonly [number, number, number]

export interface Offer {
  platform: NodeJS.Platform
  /** The user is root. */
  root: boolean
  /** The client's; undefined when it does not say. */
  version: Version | undefined
  /** The path of a bubblewrap that works here, also inside of itself; undefined where there is none. */
  bwrap: string | undefined
  /** Why there is none, as a clause, and what to do. */
  problem?: string | undefined
  remedy?: string | undefined
}

export const isAtLeast = (one: Version, other: Version) => {
  const at = one.findIndex((part, n) => part !== other[n])
  return at === -1 || (one[at] ?? 0) > (other[at] ?? 0)
}
export const showVersion = (version: Version) => version.join('.')

export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(text) ?? []
  return patch === undefined ? undefined : [Number(major), Number(minor), Number(patch)]
}

type Asked = Pick<LaunchRequest, 'env' | 'profile'>

export async function offerOf(
  { env, profile }: Asked,
  client: readonly string[],
  { platform = process.platform, run = runCommand } = {},
): Promise<Offer> {
  const root = process.getuid?.() === 0
  if (profile === 'full') return { platform, root, version: undefined, bwrap: undefined }
  const [version, sandbox] = await Promise.all([
    versionOf(client, env, run),
    platform === 'linux' ? bubblewrap(env, run) : { bwrap: undefined },
  ])
  return { platform, root, version, ...sandbox }
}

/** A kernel that has been told otherwise since would be a riddle, so this is asked each time; it takes 10 ms. */
export async function bubblewrap(
  env: NodeJS.ProcessEnv,
  run: typeof runCommand = runCommand,
): Promise<Pick<Offer, 'bwrap' | 'problem' | 'remedy'>> {
  const missing = ['bwrap', 'socat'].filter((name) => findProgram(name, env) === undefined)
  const bwrap = findProgram('bwrap', env)
  if (bwrap === undefined || missing.length > 0)
    return {
      bwrap: undefined,
      problem: missing.length === 1 ? `${missing[0]} is missing` : `${missing.join(' and ')} are missing`,
      remedy: `Install: ${installLine((name) => findProgram(name, env) !== undefined)}`,
    }
  // Nested, as it will be used: a bubblewrap that needs set-uid cannot work inside of another.
  const outer = [bwrap, '--dev-bind', '/', '/', '--']
  const inner = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc']
  const own = ['--unshare-user', '--unshare-pid', '--unshare-net', '--', 'true']
  const tried = await run([...outer, bwrap, ...inner, ...own], { cwd: '/', env, timeout: 5000 })
  if (tried.ok) return { bwrap }
  return {
    bwrap: undefined,
    problem: `bubblewrap cannot work here (${tried.stderr.trim().split('\n')[0] || 'no answer'})`,
    remedy: 'This kernel or container must allow user namespaces; see: dispatch doctor',
  }
}

const MANAGERS = [
  ['apt-get', 'apt install'],
  ['dnf', 'dnf install'],
  ['yum', 'yum install'],
  ['zypper', 'zypper install'],
  ['pacman', 'pacman -S'],
  ['apk', 'apk add'],
] as const

/** What to type on this distribution. */
export function installLine(
  has: (program: string) => boolean,
  packages: readonly string[] = ['bubblewrap', 'socat'],
): string {
  const words = MANAGERS.find(([program]) => has(program))?.[1]
  return words === undefined
    ? `${packages.join(' and ')}, with your distribution's package manager`
    : `${words} ${packages.join(' ')}`
}

/** A wrapper script may start something newer tomorrow (ms). */
const FRESH = 3_600_000
const Cache = v.object({ key: v.string(), asked: v.number(), version: v.string() })

/** Remembered in `<home>/cache/claude.json`, which may be deleted: a launcher in Node takes 100 ms to say it. */
async function versionOf(
  client: readonly string[],
  env: NodeJS.ProcessEnv,
  run: typeof runCommand,
): Promise<Version | undefined> {
  const path = join(dispatchHome(env), 'cache', 'claude.json')
  const key = stateOf(client)
  const cached = readCache(Cache, path)
  const age = Date.now() - (cached?.asked ?? 0)
  if (cached?.key === key && age >= 0 && age < FRESH) return parseVersion(cached.version)
  const asked = await run([...client, '--version'], { cwd: userHome(env), env, timeout: 5000 })
  const version = asked.ok ? parseVersion(asked.stdout) : undefined
  if (version !== undefined) keepCache(path, { key, asked: Date.now(), version: showVersion(version) })
  return version
}

function stateOf(client: readonly string[]): string {
  const real = realPath(client[0] ?? '') ?? ''
  const stat = statIfThere(real)
  return createHash('sha256')
    .update(JSON.stringify([client, real, stat?.mtimeMs, stat?.size, stat?.ino]))
    .digest('hex')
}
