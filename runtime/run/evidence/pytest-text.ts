/**
 * The tests of a Python file from its text alone: a file whose import of the unit fails cannot be asked whether it
 * skips anything or asserts at all. No parser: strings and comments are blanked, then logical lines tell enough.
 */
import { bodyOf, type Line, logicalLines, textOf } from './python-lines.ts'
import { usersOf } from './python-uses.ts'
import type { Written } from './runner.ts'

const EXCLUDING =
  /\b(?:pytest\.)?mark\.(?:skip|skipif|xfail)\b|@(?:unittest\.)?(?:skip|skipIf|skipUnless|expectedFailure)\b|\bpytest\.(?:skip|xfail|importorskip|exit)\(|\bself\.skipTest\(|\bSkipTest\b|\bos\._exit\(|\bos\.abort\(|\b__test__\s*=/
const ENVIRONMENT = /^(?:if|elif|while)\b.*(?:\benviron\b|\bgetenv\(|\bsys\.argv\b|\bsys\.modules\b)/
const RAISES = /\b(?:pytest\.)?(?:raises|warns|deprecated_call|fail)\(|\bself\.fail\(/
/** What a helper is called that asserts, wherever it is written. */
const HELPER = /\b\w*(?:assert|expect|verif|check|validat|ensure|should)\w*\(/i
const SWALLOWED = /\b(?:AssertionError|Exception|BaseException)\b/

export function readPython(source: string, units?: readonly string[]): Written[] {
  const lines = logicalLines(source)
  const helpers = lines.flatMap((line, at) => {
    const [, name] = /^(?:async\s+)?def\s+(\w+)/.exec(line.text) ?? []
    return name !== undefined && !name.startsWith('test') && asserts(bodyOf(lines, at), []) ? [name] : []
  })
  const uses = usersOf(lines, units)
  const found: Written[] = []
  const classes: { indent: number; name: string; excludes: string | undefined }[] = []
  let decorators: Line[] = []
  let depth = -1
  lines.forEach((line, at) => {
    while ((classes.at(-1)?.indent ?? -1) >= line.indent) classes.pop()
    if (line.indent <= depth) depth = -1
    if (line.text.startsWith('@')) {
      decorators.push(line)
      return
    }
    const [, word, name = ''] = /^(?:async\s+)?(class|def)\s+(\w+)/.exec(line.text) ?? []
    const marks = decorators.map((each) => each.text).join('\n')
    const start = decorators[0]?.number ?? line.number
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
        text: textOf(source, start, lines[at + 1 + body.filter((each) => each.number > line.number).length]),
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
