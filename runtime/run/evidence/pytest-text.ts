/**
 * The tests of a Python file from its text alone: a file whose import of the unit fails cannot be asked whether it
 * skips anything or asserts at all. No parser: strings and comments are blanked, then logical lines tell enough.
 */
import { maskPython } from './masking.ts'
import type { Written } from './runner.ts'

interface Line {
  number: number
  indent: number
  text: string
}

const EXCLUDING =
  /\b(?:pytest\.)?mark\.(?:skip|skipif|xfail)\b|@(?:unittest\.)?(?:skip|skipIf|skipUnless|expectedFailure)\b|\bpytest\.(?:skip|xfail|importorskip|exit)\(|\bself\.skipTest\(|\bSkipTest\b|\bos\._exit\(|\bos\.abort\(|\b__test__\s*=/
const ENVIRONMENT = /^(?:if|elif|while)\b.*(?:\benviron\b|\bgetenv\(|\bsys\.argv\b|\bsys\.modules\b)/
const RAISES = /\b(?:pytest\.)?(?:raises|warns|deprecated_call|fail)\(|\bself\.fail\(/
/** What a helper is called that asserts, wherever it is written. */
const HELPER = /\b\w*(?:assert|expect|verif|check|validat|ensure|should)\w*\(/i
const SWALLOWED = /\b(?:AssertionError|Exception|BaseException)\b/

export function readPython(source: string, units?: readonly string[]): Written[] {
  const lines = logicalLines(maskPython(source))
  const helpers = lines.flatMap((line, at) => {
    const [, name] = /^(?:async\s+)?def\s+(\w+)/.exec(line.text) ?? []
    return name !== undefined && !name.startsWith('test') && asserts(bodyOf(lines, at), []) ? [name] : []
  })
  const uses = usersOf(lines, units)
  const found: Written[] = []
  const classes: { indent: number; name: string; excludes: string | undefined }[] = []
  let decorators: string[] = []
  let depth = -1
  lines.forEach((line, at) => {
    while ((classes.at(-1)?.indent ?? -1) >= line.indent) classes.pop()
    if (line.indent <= depth) depth = -1
    if (line.text.startsWith('@')) {
      decorators.push(line.text)
      return
    }
    const [, word, name = ''] = /^(?:async\s+)?(class|def)\s+(\w+)/.exec(line.text) ?? []
    const marks = decorators.join('\n')
    decorators = []
    if (depth !== -1) return
    if (word === 'class') {
      classes.push({ indent: line.indent, name, excludes: EXCLUDING.exec(marks)?.[0] })
      return
    }
    if (word === 'def') {
      depth = line.indent
      if (!name.startsWith('test')) return
      const body = bodyOf(lines, at)
      found.push({
        name: [...classes.map((each) => each.name), name].join('::'),
        line: line.number,
        asserts: asserts(body, helpers),
        uses: uses([line, ...body]),
        excludes:
          EXCLUDING.exec(marks)?.[0] ?? classes.find((each) => each.excludes)?.excludes ?? excludedIn(body),
      })
    } else if (line.indent === 0 || classes.length > 0) {
      const [excludes] = EXCLUDING.exec(line.text) ?? []
      if (excludes !== undefined) found.push({ name: '', line: line.number, asserts: true, excludes })
    }
  })
  return found
}

/** Says of a test whether it comes to what is tested: by a name that was imported, or a fixture or helper that does. */
function usersOf(lines: readonly Line[], units: readonly string[] | undefined) {
  const modules = units?.filter((unit) => unit.endsWith('.py')).map((unit) => moduleWords(unit))
  const ofUnit = (module: string) =>
    modules?.some((words) => `.${words}.`.includes(`.${module.replace(/^\.+/, '')}.`)) ?? true
  const names = new Set(
    lines.flatMap(({ text }) => {
      const [, module, imported] = /^from\s+([\w.]+)\s+import\s+(.*)$/.exec(text) ?? []
      if (module !== undefined && imported !== undefined)
        return imported
          .replace(/[()]/g, '')
          .split(',')
          .map((each) => each.trim().split(/\s+as\s+/))
          .filter(([name = '']) => ofUnit(module) || ofUnit(`${module}.${name}`))
          .map((words) => words.at(-1) ?? '')
      const [, plain = ''] = /^import\s+(.*)$/.exec(text) ?? []
      return plain
        .split(',')
        .map((each) => each.trim().split(/\s+as\s+/))
        .filter(([name = '']) => name !== '' && ofUnit(name))
        .map(([name = '', alias]) => alias ?? name.split('.')[0] ?? '')
    }),
  )
  if (names.size === 0 || names.has('*')) return () => undefined
  const mentions = (body: readonly Line[]) =>
    body.some(({ text }) => (text.match(/[A-Za-z_]\w*/g) ?? []).some((word) => names.has(word)))
  // What uses it is a way to it; twice, for a fixture of a fixture.
  for (let round = 0; round < 2; round++)
    lines.forEach(({ text }, at) => {
      const [, name] =
        /^(?:(?:async\s+)?def|class)\s+(\w+)/.exec(text) ?? /^(\w+)\s*(?::[^=]+)?=[^=]/.exec(text) ?? []
      const line = lines[at]
      if (
        name !== undefined &&
        line !== undefined &&
        !/^[Tt]est/.test(name) &&
        mentions([line, ...bodyOf(lines, at)])
      )
        names.add(name)
    })
  return mentions
}

const moduleWords = (unit: string) => unit.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.')

/** A line that ends within brackets goes on; its first line's indentation counts. */
function logicalLines(masked: string): Line[] {
  const lines: Line[] = []
  let open = 0
  let continued = false
  masked.split('\n').forEach((raw, index) => {
    const text = raw.trim()
    const last = lines.at(-1)
    if ((open > 0 || continued) && last !== undefined) last.text += ` ${text.replace(/\\$/, '')}`
    else if (text !== '')
      lines.push({
        number: index + 1,
        indent: raw.length - raw.trimStart().length,
        text: text.replace(/\\$/, ''),
      })
    open += (text.match(/[([{]/g)?.length ?? 0) - (text.match(/[)\]}]/g)?.length ?? 0)
    continued = text.endsWith('\\')
  })
  return lines
}

/** The lines within a `def`, `try`, `if` …; what stands on its own line after the colon is the first of them. */
function bodyOf(lines: readonly Line[], at: number): Line[] {
  const head = lines[at]
  if (head === undefined) return []
  const inline = head.text.slice(colonIn(head.text) + 1).trim()
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => line.indent <= head.indent)
  const first = inline === '' ? [] : [{ number: head.number, indent: head.indent + 1, text: inline }]
  return [...first, ...(end === -1 ? rest : rest.slice(0, end))]
}

/** The colon that ends a head: not one of an annotation or a slice. */
function colonIn(head: string): number {
  let open = 0
  for (let at = 0; at < head.length; at++) {
    const character = head.charAt(at)
    if ('([{'.includes(character)) open++
    else if (')]}'.includes(character)) open--
    else if (character === ':' && open === 0) return at
  }
  return head.length
}

/** Whether one of the lines can fail for an expectation: not after a `return`, not where the failure is swallowed. */
function asserts(body: readonly Line[], helpers: readonly string[]): boolean {
  const outer = body[0]?.indent ?? 0
  const end = body.findIndex((line) => line.indent === outer && /^return\b/.test(line.text))
  const lines = end === -1 ? body : body.slice(0, end + 1)
  const swallowed = new Set(lines.flatMap((_, at) => swallowedBy(lines, at)))
  return lines.some((line) => !swallowed.has(line) && isAssertion(line.text, helpers))
}

function isAssertion(text: string, helpers: readonly string[]): boolean {
  const [, claim] = /(?:^|[:;]\s*)assert\b(.*)$/.exec(text) ?? []
  if (claim !== undefined) return varies(claim.split(',')[0] ?? '')
  if (RAISES.test(text)) return true
  const [called] = HELPER.exec(text) ?? []
  if (called !== undefined) return varies(text.slice(text.indexOf(called) + called.length))
  return helpers.some((name) => new RegExp(`\\b${name}\\(`).test(text))
}

/** An expression in which nothing has a name can come out one way only. */
const varies = (expression: string) =>
  (expression.match(/[A-Za-z_]\w*/g) ?? []).some(
    (word) => !['True', 'False', 'None', 'not', 'and', 'or', 'is', 'in', 'self'].includes(word),
  )

function swallowedBy(lines: readonly Line[], at: number): Line[] {
  const line = lines[at]
  if (line === undefined) return []
  if (/^with\b.*\bsuppress\(/.test(line.text)) return SWALLOWED.test(line.text) ? bodyOf(lines, at) : []
  if (!/^try\s*:/.test(line.text)) return []
  const body = bodyOf(lines, at)
  const after = lines.slice(at + 1 + body.filter((each) => each.number !== line.number).length)
  const handlers = after.flatMap((each, index) =>
    each.indent === line.indent && /^except\b/.test(each.text)
      ? [{ each, within: bodyOf(after, index) }]
      : [],
  )
  const swallows = handlers.some(
    ({ each, within }) =>
      (SWALLOWED.test(each.text) || /^except\s*:/.test(each.text)) &&
      !within.some(({ text }) => /^(?:raise|assert)\b/.test(text) || RAISES.test(text)),
  )
  return swallows ? body : []
}

function excludedIn(body: readonly Line[]): string | undefined {
  for (const { text } of body) {
    const found = EXCLUDING.exec(text)?.[0] ?? ENVIRONMENT.exec(text)?.[0]
    if (found !== undefined) return found
  }
  return undefined
}
