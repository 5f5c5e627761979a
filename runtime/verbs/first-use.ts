/** What `start` does about the configuration before anything else: it writes one where there is none, and mentions an old one. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Ground } from '../attempt/ground.ts'
import { type Installed, installedClis } from '../backend/installed.ts'
import { firstConfig } from '../config/first.ts'
import { spelled } from '../config/known.ts'
import { type Config, loadConfig } from '../config/load.ts'
import { keepCache, readCache } from '../io/cache.ts'
import { DispatchError } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { publish } from '../io/publishing.ts'

interface Ready {
  ground: Ground
  /** For stderr, without line ends. */
  says: string[]
}

/**
 * How long the CLIs may think (ms): all of them at first, then those that are worth waiting for, which are the ones in
 * front of the first that works. A start waits for this once in a user's life; slower ones are mentioned in the file.
 */
const HURRY = { first: 350, after: 1650 }

/** @param models the words that the request names, undefined where it names none */
export async function readyConfig(ground: Ground, models: readonly (string | undefined)[]): Promise<Ready> {
  const { config, home } = ground
  if (config.exists) return { ground, says: oldFormat(config, home) }
  if (models.every((model) => model !== undefined && spelled(model) === 'demo')) return { ground, says: [] }
  return firstUse(ground)
}

async function firstUse(ground: Ground): Promise<Ready> {
  const looked = await hurriedLook(ground)
  // No CLI at all: what resolves the model says what to install, and nothing is written.
  if (!looked.some(({ state }) => state === 'works')) return { ground, says: [] }
  try {
    const written = writeFirst(ground.config, ground.home, looked)
    const says =
      written === undefined
        ? []
        : [`This is the first use: ${written} Another default: dispatch config default <model>`]
    return { ground: { ...ground, config: loadConfig(ground.home) }, says }
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    return {
      ground,
      says: [`No configuration was written, built-in settings hold: ${error.message.replaceAll('\n', '; ')}`],
    }
  }
}

async function hurriedLook({ config, home, env }: Ground): Promise<Installed[]> {
  const looked = await installedClis(config, { home, env, patience: HURRY.first })
  const working = looked.findIndex(({ state }) => state === 'works')
  const worthIt = looked
    .slice(0, working === -1 ? undefined : working)
    .filter(({ state }) => state === 'silent')
  if (worthIt.length === 0) return looked
  const only = worthIt.map(({ cli }) => cli)
  const again = await installedClis(config, { home, env, patience: HURRY.after, only })
  return looked.map((before) => again.find(({ cli }) => cli === before.cli) ?? before)
}

/** Returns a sentence on what was written, or undefined where a file was there already. */
export function writeFirst(config: Config, home: string, looked: readonly Installed[]): string | undefined {
  const found = looked.filter(({ state }) => state === 'works')
  const others = looked.filter(({ state }) => state === 'silent' || state === 'broken').map(({ cli }) => cli)
  makeFolder(home)
  // Exclusive: whoever comes second goes on with the file of the first.
  if (!publish(config.path, firstConfig(found, others), 0o600)) return undefined
  const names = found.map(({ cli, version }) => (version === undefined ? cli : `${cli} ${version}`))
  return `found ${names.join(', ')}; the default is ${found[0]?.cli}, written to ${config.path}.`
}

const Told = v.object({ digest: v.string() })

/** Once for each text of the file: a session that is told again and again stops reading. */
function oldFormat({ old, path }: Config, home: string): string[] {
  if (old.length === 0) return []
  const digest = createHash('sha256').update(JSON.stringify(old)).digest('hex')
  const cache = join(home, 'cache', 'old-format.json')
  if (readCache(Told, cache)?.digest === digest) return []
  keepCache(cache, { digest })
  const granting = [...new Set(old.flatMap((part) => part.granting))]
  const rights =
    granting.length === 0
      ? ''
      : ` ${granting.join(', ')} in it gives no rights any more: a worker may do what its profile says, which is edit unless read-only or full is said.`
  return [
    `${path} has an older format and is read as such; \`dispatch config migrate\` rewrites it.${rights}`,
  ]
}
