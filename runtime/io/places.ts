/** Where the plugin itself lies: the same code runs from dist/ (users) and from runtime/ (development). */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

let root: string | undefined

/** The plugin's top folder. */
export function pluginRoot(): string {
  if (root !== undefined) return root
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, '.claude-plugin', 'plugin.json'))) folder = dirname(folder)
  root = folder
  return folder
}

/** The folder to put on a worker's PATH. */
export const binFolder = () => join(pluginRoot(), 'bin')

export const launcher = () => join(binFolder(), 'dispatch')

/** A shell script that ships beside the code. */
export const script = (name: string) => {
  const shipped = join(dirname(fileURLToPath(import.meta.url)), name)
  return existsSync(shipped) ? shipped : join(pluginRoot(), 'runtime', 'attempt', name)
}

/**
 * How to run a program of ours as a process of its own: the bundle's file where we run from the bundle, the source
 * through tsx in development.
 */
export function bundled(name: string, source: string): string[] {
  const shipped = join(dirname(fileURLToPath(import.meta.url)), `${name}.cjs`)
  if (existsSync(shipped)) return [process.execPath, shipped]
  const tsx = join(pluginRoot(), 'node_modules', 'tsx', 'dist', 'esm', 'index.mjs')
  return [process.execPath, '--import', tsx, join(pluginRoot(), 'runtime', source)]
}
