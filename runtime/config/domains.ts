/**
 * The hosts that a contained worker may reach where the user configured none: the registries that the user's own
 * package managers are set to. They are asked in the home directory, never in the repository, whose committed
 * .npmrc would otherwise open a host of its author's choice.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import { keepCache, readCache } from '../io/cache.ts'
import { namesIn } from '../io/folders.ts'
import { readIfThere } from '../io/reading.ts'
import { runCommand } from '../io/run.ts'
import { statIfThere } from '../io/stat.ts'
import { findProgram } from '../io/which.ts'
import { userHome } from './home.ts'
import { hostsOfAnswers, QUESTIONS } from './registries.ts'

/** How long one tool may think (ms); a cold pip on a busy machine needs about one second. */
const PATIENCE = 3000
/** How long an answer is believed (ms) while nothing that it depends on has changed. */
const FRESH = 24 * 3_600_000

const Cache = v.object({ key: v.string(), asked: v.number(), hosts: v.array(v.string()) })
const remembered = new Map<string, Promise<string[]>>()

/** @param home the user's home of dispatch; the answer is kept in `cache/domains.json` there, which may be deleted */
export function packageHosts(
  home: string,
  env: NodeJS.ProcessEnv,
  { now = Date.now, run = runCommand } = {},
): Promise<string[]> {
  const key = stateOf(env)
  const known = remembered.get(home + key)
  if (known !== undefined) return known
  const answer = fromCacheOrTools(home, env, key, now, run)
  remembered.set(home + key, answer)
  return answer
}

async function fromCacheOrTools(
  home: string,
  env: NodeJS.ProcessEnv,
  key: string,
  now: () => number,
  run: typeof runCommand,
): Promise<string[]> {
  const path = join(home, 'cache', 'domains.json')
  const cached = readCache(Cache, path)
  const age = now() - (cached?.asked ?? 0)
  if (cached?.key === key && age >= 0 && age < FRESH) return cached.hosts
  const { hosts, whole } = await askTools(env, run)
  // An answer with a gap serves this once: kept for a day it would be a worker's riddle.
  if (whole) keepCache(path, { key, asked: now(), hosts })
  return hosts
}

async function askTools(env: NodeJS.ProcessEnv, run: typeof runCommand) {
  const cwd = userHome(env)
  const quiet = {
    ...env,
    // pip wraps its help at this width.
    COLUMNS: '2000',
    // corepack's stand-in for yarn and pnpm would download them.
    COREPACK_ENABLE_NETWORK: '0',
    // go would fetch another version of itself.
    GOTOOLCHAIN: 'local',
    NO_COLOR: '1',
  }
  const answers = await Promise.all(
    QUESTIONS.map(async ({ programs, args, addresses, companion }) => {
      const [path] = programs.flatMap((program) => findProgram(program, env) ?? [])
      if (path === undefined) return { addresses: [], whole: true }
      const result = await run([path, ...args], { cwd, env: quiet, timeout: PATIENCE })
      return { addresses: result.ok ? addresses(result.stdout) : [], companion, whole: !result.timedOut }
    }),
  )
  return {
    hosts: hostsOfAnswers([...answers, { addresses: cargoIndexes(env) }]),
    whole: answers.every(({ whole }) => whole),
  }
}

/** Cargo cannot be asked, but it keeps a folder for each registry that it has used, with the addresses in it. */
function cargoIndexes(env: NodeJS.ProcessEnv): string[] {
  const indexes = join(env.CARGO_HOME ?? join(userHome(env), '.cargo'), 'registry', 'index')
  return namesIn(indexes).flatMap((name) => {
    const settings = readIfThere(join(indexes, name, 'config.json')) ?? ''
    const files = [...settings.matchAll(/"(?:dl|api)"\s*:\s*"([^"]+)"/g)].map(([, address = '']) => address)
    return [`https://${name.replace(/-[0-9a-f]{16}$/, '')}`, ...files]
  })
}

/** Changes whenever something changed that the answer depends on; hashed, since addresses may hold passwords. */
function stateOf(env: NodeJS.ProcessEnv): string {
  const home = userHome(env)
  const changed = [
    '.npmrc',
    '.yarnrc',
    '.yarnrc.yml',
    '.config/pip/pip.conf',
    '.pip/pip.conf',
    '.cargo/registry/index',
  ]
  const settings = Object.entries(env).filter(([name]) =>
    /^(npm_config_|yarn_|pip_|go|cargo_home$|home$|path$)/i.test(name),
  )
  const state = [changed.map((name) => statIfThere(join(home, name))?.mtimeMs ?? 0), settings.sort()]
  return createHash('sha256').update(JSON.stringify(state)).digest('hex')
}
