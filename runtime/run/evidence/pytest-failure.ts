/** Why a Python test failed: which exception it was, and whether what is missing is the unit that the test is about. */
import { isAbsolute, relative } from 'node:path'
import * as v from 'valibot'
import { LONGEST_MESSAGE } from './execute.ts'
import type { Failure } from './runner.ts'

const text = v.nullish(v.string())
/** As the plugin describes an exception. */
export const Raised = v.object({
  /** Its class and those above it. */
  types: v.array(v.string()),
  text: v.string(),
  shown: v.string(),
  /** Of the innermost frame. */
  last: text,
  /** The file that it is about: of the module, the object, the source text. */
  path: text,
  /** What could not be imported. */
  module: text,
})
export type Raised = v.InferOutput<typeof Raised>

export interface About {
  top: string
  /** The test's own file, relative. */
  file: string
  units: readonly string[] | undefined
}

export function failureOf(raised: Raised, about: About): Failure {
  // What it is comes first; pytest begins with the source.
  const head = `${raised.types[0] ?? ''}: ${raised.text}`.slice(0, LONGEST_MESSAGE / 4)
  const shown = raised.shown.trim().slice(-(LONGEST_MESSAGE - head.length - 1))
  return { kind: kindOf(raised, about), message: `${head}\n${shown}`.trim() }
}

function kindOf(raised: Raised, about: About): Failure['kind'] {
  const { types, text: said } = raised
  const is = (...names: string[]) => names.some((name) => types.includes(name))
  const path = inside(raised.path, about.top)
  const ofUnit = (file: string | undefined) => file !== undefined && isUnit(file, about)
  const missing = (when: boolean, otherwise: Failure['kind']) => (when ? 'missing-unit' : otherwise)
  if (is('SyntaxError')) return path === about.file ? 'syntax' : 'import'
  if (is('ModuleNotFoundError')) return missing(isMissingUnit(raised.module, about), 'import')
  if (is('ImportError')) {
    if (said.includes('partially initialized module')) return 'import'
    const [, name] = /cannot import name '([^']*)'/.exec(said) ?? []
    if (name === undefined) return 'import'
    return missing(ofUnit(path) || isMissingUnit(`${raised.module}.${name}`, about), 'import')
  }
  if (is('AttributeError', 'TypeError')) return missing(ofUnit(path), 'other')
  if (is('NotImplementedError')) return missing(ofUnit(inside(raised.last, about.top)), 'other')
  if (is('Failed') && /^Timeout\b/.test(said)) return 'timeout'
  return is('AssertionError', 'Failed') ? 'assertion' : 'other'
}

function inside(path: string | null | undefined, top: string): string | undefined {
  if (!path) return undefined
  const found = (isAbsolute(path) ? relative(top, path) : path).replaceAll('\\', '/')
  return found.startsWith('../') || isAbsolute(found) || /(?:^|\/)site-packages\//.test(found)
    ? undefined
    : found
}

/** A test cannot be what it tests, whoever claimed it. */
const isUnit = (path: string, { units, file }: About) =>
  path !== file && (units === undefined || units.includes(path))

/** `pkg.cache` is `pkg/cache.py`, `src/pkg/cache.py` or `pkg/cache/__init__.py`, and `pkg` is missing with all of it. */
function isMissingUnit(module: string | null | undefined, { units }: About): boolean {
  if (!module) return false
  if (units === undefined) return true
  const path = module.replaceAll('.', '/')
  return units.some((unit) => {
    const bare = `/${unit.replace(/(?:\/__init__)?\.pyi?$/, '')}/`
    return unit.endsWith('.py') && bare.includes(`/${path}/`)
  })
}
