/**
 * What this Codex offers for holding a worker: asked of it by running a command in its sandbox, under rules of the
 * kind that a worker gets, because neither its version nor its being there says whether that works here.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import { dispatchHome, userHome } from '../config/home.ts'
import { keepCache, readCache } from '../io/cache.ts'
import { runCommand } from '../io/run.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import { settings } from './codex-toml.ts'
import { lastLines } from './ends.ts'

export interface Offer {
  /** Why its sandbox does not hold such rules here, as a clause; undefined: it does. */
  problem: string | undefined
  /** The user's MCP servers by name: they run outside the sandbox. */
  servers: readonly string[]
}

/** The permission profile's name; it must be no one's own. */
export const PROFILE = 'dispatch-worker'

/** A kernel or the user's settings may be other ones tomorrow (ms). */
const FRESH = 3_600_000
const Cache = v.object({ key: v.string(), asked: v.number(), servers: v.array(v.string()) })
const Servers = v.array(v.object({ name: v.string() }))

/** Remembered in `<home>/cache/codex.json`, which may be deleted: to ask takes as long as the CLI takes to start. */
export async function offerOf(
  client: readonly string[],
  env: NodeJS.ProcessEnv,
  run: typeof runCommand = runCommand,
): Promise<Offer> {
  const path = join(dispatchHome(env), 'cache', 'codex.json')
  const key = stateOf(client, env)
  const cached = readCache(Cache, path)
  const age = Date.now() - (cached?.asked ?? 0)
  if (cached?.key === key && age >= 0 && age < FRESH) return { problem: undefined, servers: cached.servers }
  const ask = (words: string[]) =>
    // At home, since the settings of a repository are none of its business here.
    run([...client, ...words], { cwd: userHome(env), env, timeout: 10_000 })
  const [tried, listed] = await Promise.all([ask(PROBE), ask(['mcp', 'list', '--json'])])
  const servers = serversIn(listed.ok ? listed.stdout : '')
  if (!tried.ok || servers === undefined)
    return { problem: lastLines(withoutWarnings(tried.ok ? listed.stderr : tried.stderr)), servers: [] }
  // What failed is asked again the next time.
  keepCache(path, { key, asked: Date.now(), servers })
  return { problem: undefined, servers }
}

const PROBE = [
  'sandbox',
  ...settings({
    default_permissions: PROFILE,
    [`permissions.${PROFILE}`]: { filesystem: { ':root': 'read' } },
  }),
  ...['-P', PROFILE, '--', 'true'],
]

function serversIn(text: string): string[] | undefined {
  try {
    const parsed = v.safeParse(Servers, JSON.parse(text))
    return parsed.success ? parsed.output.map(({ name }) => name) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The folder of its settings, its login and its conversations. */
export const codexHome = (env: NodeJS.ProcessEnv) => env.CODEX_HOME || join(userHome(env), '.codex')

function stateOf(client: readonly string[], env: NodeJS.ProcessEnv): string {
  const stamp = (path: string) => {
    const stat = statIfThere(path)
    return [stat?.mtimeMs, stat?.size, stat?.ino]
  }
  const program = realPath(client[0] ?? '') ?? ''
  const own = join(codexHome(env), 'config.toml')
  return createHash('sha256')
    .update(JSON.stringify([client, program, stamp(program), own, stamp(own)]))
    .digest('hex')
}

/** Said at each start where the home lies in a folder for temporary files. */
const withoutWarnings = (stderr: string) =>
  stderr
    .split('\n')
    .filter((line) => !/^(WARNING|warning):/.test(line))
    .join('\n')
