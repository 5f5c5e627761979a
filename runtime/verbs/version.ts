import { join } from 'node:path'
import { pluginRoot } from '../io/places.ts'
import { readIfThere } from '../io/reading.ts'
import type { Verb } from './verb.ts'

/** Prints `dispatch <version>`. */
export const run: Verb = async (_, io) => {
  const manifest: unknown = JSON.parse(
    readIfThere(join(pluginRoot(), '.claude-plugin', 'plugin.json')) ?? '{}',
  )
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : 'unknown'
  io.stdout(`dispatch ${version}\n`)
  return 0
}
