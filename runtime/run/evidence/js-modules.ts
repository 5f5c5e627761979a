/** What a specifier in JavaScript or TypeScript can mean, as paths: for saying which unit is not there yet. Pure. */
import { dirname, join } from 'node:path/posix'

const EXTENSION = /\.(?:[cm]?[jt]sx?|json|vue|svelte)$/
const ENDINGS = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'json', 'vue', 'svelte']

/**
 * The files that `specifier` could be, relative to the top level or as the end of a path (an alias); empty for the name
 * of a package. `importer` is relative to the top level.
 */
export function candidates(specifier: string, importer: string, top: string): string[] {
  const bare = specifier.replace(/^file:\/\//, '').replace(/[?#].*$/, (rest) => (rest[0] === '?' ? '' : rest))
  const path = placeOf(bare, importer, top)
  if (path === undefined || path === '' || path.startsWith('..')) return []
  const stem = path.replace(EXTENSION, '')
  const names = [path, ...ENDINGS.flatMap((end) => [`${stem}.${end}`, `${path}/index.${end}`])]
  return [...new Set(names)]
}

function placeOf(specifier: string, importer: string, top: string): string | undefined {
  if (/^\.\.?(\/|$)/.test(specifier)) return join(dirname(importer), specifier)
  if (specifier.startsWith(`${top}/`)) return specifier.slice(top.length + 1)
  // Vite names a file below its root like this.
  if (specifier.startsWith('/')) return specifier.slice(1)
  const [, alias] = /^(?:[@~]\/|[#~])(.+)$/.exec(specifier) ?? []
  if (alias !== undefined) return alias
  return /^[^@][^:]*\//.test(specifier) ? specifier : undefined
}

/** Whether one of `paths` can be what is meant: the same path, or one that ends so. */
export const meansOneOf = (meant: readonly string[], paths: readonly string[]) =>
  paths.find((path) => meant.some((each) => path === each || path.endsWith(`/${each}`)))
