/** What vitest, jest and node:test have in common: their program, their package.json, and what decides over them. */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { missing } from '../../io/errors.ts'
import { namesIn } from '../../io/folders.ts'
import { askGit } from '../../io/git.ts'
import { readBytesIfThere } from '../../io/reading.ts'
import { realPath, statIfThere } from '../../io/stat.ts'

/** The project's own program. @throws exit 69 */
export function ownProgram(top: string, name: string): string {
  const path = join(top, 'node_modules', '.bin', name)
  if (realPath(path) !== undefined) return path
  throw missing({
    what: `${name} is not installed in this project`,
    where: path,
    next: "Install the project's dependencies (npm ci), or name the command under checks.test in validation.yaml.",
  })
}

/** Read before any test by all of them, wherever they lie. */
const SHARED =
  /(?:^|\/)(?:\.env(?:\.(?:test|local|test\.local))?|\.npmrc|\.node-version|\.nvmrc|\.swcrc|\.babelrc(?:\.\w+)?|babel\.config\.\w+)$|(?:^|\/)__mocks__\//

/** Keys of a configuration whose values are files that run with the tests; others (an alias, an entry) name the product. */
const NAMING =
  /\b(?:setupFiles\w*|setupFilesAfterEnv|globalSetup|globalTeardown|testEnvironment|environment|reporters|snapshotSerializers|runner|testRunner|resolver|preset|setupTests|transform|sequencer)['"]?\s*:\s*(\[[^\]]*\]|\{[^}]*\}|[^\n]*)/g

/**
 * Says which paths decide what is run or how: the runner's own configuration by its name, and what that names at the
 * base (set-up files, an environment, a reporter).
 */
export function configurationOf(top: string, commit: string, own: RegExp): (path: string) => boolean {
  let named: Set<string> | undefined
  const list = (...paths: string[]) =>
    (askGit(top, ['ls-tree', '-z', '--name-only', commit, '--', ...paths]) ?? '').split('\0')
  const read = () => {
    const texts = list()
      .filter((path) => own.test(path))
      .map((path) => askGit(top, ['cat-file', 'blob', `${commit}:${path}`]) ?? '')
    const values = texts.flatMap((text) => [...text.matchAll(NAMING)].map(([, value = '']) => value))
    const paths = values.flatMap((value) =>
      [...value.matchAll(/['"](?:<rootDir>\/|\.\/)?([\w@.-]+(?:\/[\w@.-]+)*)['"]/g)].flatMap(
        ([, path = '']) =>
          path.startsWith('..')
            ? []
            : ['', '.ts', '.js', '.mjs', '.cjs', '/index.ts', '/index.js'].map((end) => path + end),
      ),
    )
    // A folder is listed as itself, and is no file.
    return new Set(paths.length === 0 ? [] : list(...new Set(paths)).filter((path) => /\.\w+$/.test(path)))
  }
  return (path) => {
    if (own.test(path) || SHARED.test(path)) return true
    if (/(?:^|\/)package\.json$/.test(path)) return true
    if (!/\.(?:[cm]?[jt]sx?|json)$/.test(path)) return false
    named ??= read()
    return named.has(path)
  }
}

/** What of a package.json a runner reads: not its dependencies, which a task may well add to. */
export function relevantPackage(path: string, text: string): string {
  if (!/(?:^|\/)package\.json$/.test(path)) return text
  const json = readJson(text)
  const scripts = Object.entries(objectIn(json.scripts)).filter(([name]) => /^(?:pre|post)?test/.test(name))
  const { jest, vitest, vite, type, imports, workspaces, babel, mocha } = json
  return JSON.stringify({ jest, vitest, vite, type, imports, workspaces, babel, mocha, scripts })
}

/** An empty one where it is none. */
export function readJson(text: string): Record<string, unknown> {
  try {
    return objectIn(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

export const objectIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

/** Of the installed packages: the names and bytes of their code. */
export function fingerprintOf(top: string, packages: readonly string[]): string {
  const hash = createHash('sha256')
  const add = (folder: string, depth: number) => {
    for (const name of namesIn(folder)) {
      const path = join(folder, name)
      const stat = statIfThere(path)
      if (stat?.isDirectory() && name !== 'node_modules' && depth < 8) add(path, depth + 1)
      else if (stat?.isFile() && /\.(?:[cm]?js|json|node)$/.test(name))
        hash.update(`${path.slice(top.length)}\0`).update(readBytesIfThere(path) ?? '')
    }
  }
  for (const name of packages) {
    const folder = realPath(join(top, 'node_modules', name))
    if (folder !== undefined) add(folder, 0)
  }
  return hash.digest('hex')
}
