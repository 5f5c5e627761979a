/** What the compiler said, a file: whether a test does not build because its unit is missing, or for a reason of its own. */
import { dirname, join } from 'node:path/posix'
import { LONGEST_MESSAGE } from './execute.ts'
import { importsOf } from './go-uses.ts'
import type { Failure } from './runner.ts'

export interface Complaint {
  /** Relative to the top level. */
  file: string
  text: string
}

export interface Package {
  /** Relative folder. */
  folder: string
  /** The module's folder (relative) and its path, for what is imported. */
  module: { folder: string; path: string }
  units: readonly string[] | undefined
}

/** `calc/calc_test.go:6:5: undefined: Mul`; what is indented below belongs to it. */
export function complaintsIn(output: string, folder: string): Complaint[] {
  const found: Complaint[] = []
  for (const line of output.split('\n')) {
    const [, file, text] = /^(?:vet: )?(\S[^:]*\.go):\d+(?::\d+)?: (.*)$/.exec(line) ?? []
    const last = found.at(-1)
    if (file !== undefined && text !== undefined) found.push({ file: join(folder, file), text })
    else if (/^\s+\S/.test(line) && last !== undefined) last.text += ` ${line.trim()}`
  }
  return found
}

/** Of one test file; `source` is its text. Undefined where nothing was said about it. */
export function buildFailure(
  complaints: readonly Complaint[],
  file: string,
  source: string,
  about: Package,
): Failure | undefined {
  const own = complaints.filter((each) => each.file === file)
  if (own.length === 0) return undefined
  const kinds = own.map(({ text }) => kindOf(text, source, about))
  const message = own
    .map(({ text }) => text)
    .join('\n')
    .slice(0, LONGEST_MESSAGE)
  // What is wrong beside the missing unit would still be wrong when it is there, and the test is frozen by then.
  return { kind: kinds.find((kind) => kind !== 'missing-unit') ?? 'missing-unit', message }
}

function kindOf(text: string, source: string, about: Package): Failure['kind'] {
  const imported = /(?:package |provides package |import ")([\w./~-]+)(?:"| is not| without|;|$|:)/.exec(
    text,
  )?.[1]
  if (
    imported !== undefined &&
    /not in (?:GOROOT|std)|no required module|cannot find|no non-test Go files|is not in/.test(text)
  )
    return ofModule(imported, about) ? 'missing-unit' : 'import'
  if (/^no non-test Go files in /.test(text)) return 'missing-unit'
  const [, name] = /^undefined: (\S+)/.exec(text) ?? []
  if (name !== undefined) return isUnitName(name, source, about) ? 'missing-unit' : 'import'
  const member =
    /\(?type (\S+?)\)? (?:\(.*\) )?has no field or method|unknown field \S+ in struct literal(?: of type (\S+))?/.exec(
      text,
    )
  const owner = member?.[1] ?? member?.[2]
  if (owner !== undefined)
    return isUnitName(owner.replace(/^[*[\]]+/, ''), source, about) ? 'missing-unit' : 'other'
  const [, callee] = /(?:not enough|too many) arguments in call to (\S+)/.exec(text) ?? []
  if (callee !== undefined) return isUnitName(callee, source, about) ? 'missing-unit' : 'other'
  return /expected|missing|unexpected|syntax error|not terminated|invalid character/.test(text)
    ? 'syntax'
    : 'other'
}

/** A name of the test's own package, or of one that it imports; what the test declares itself is no unit. */
function isUnitName(name: string, source: string, about: Package): boolean {
  const [first = '', ...rest] = name.split('.')
  const folder = importedAs(first, source)
  if (rest.length > 0 && folder !== undefined) return ofModule(folder, about)
  const declared = new RegExp(`^(?:func|type|var|const)\\s+${first}\\b|\\b${first}\\s*(?::=|,.*:=)`, 'm')
  if (rest.length === 0 && declared.test(source)) return false
  // An external test package has no part in the unit's: what has no qualifier there was to be in the test.
  if (rest.length === 0 && /^package\s+\w+_test\b/m.test(source)) return false
  return hasUnit(about.folder, about)
}

const importedAs = (name: string, source: string) =>
  importsOf(source).find((each) => each.name === name)?.path

const ofModule = (path: string, { module, ...about }: Package) =>
  (path === module.path || path.startsWith(`${module.path}/`)) &&
  hasUnit(join(module.folder, path.slice(module.path.length + 1)), { ...about, module })

const hasUnit = (folder: string, { units }: Package) =>
  units === undefined || units.some((unit) => unit.endsWith('.go') && dirname(unit) === folder)
