/** The tests of a Go file from its text alone: nothing in a package that does not build can be asked. */
import { usersOf } from './go-uses.ts'
import { maskGo } from './masking.ts'
import type { Written } from './runner.ts'

const TEST = /^func\s+((?:Test|Example|Fuzz)(?![\p{Ll}])[\p{L}\p{N}_]*)\s*\(([^)]*)\)/gmu
const EXCLUDING =
  /\.\s*(?:Skip|Skipf|SkipNow)\s*\(|\btesting\.Short\s*\(|\b(?:os|syscall)\.Exit\s*\(|\bruntime\.Goexit\s*\(|\btesting\.T\s*\{/
const ENVIRONMENT = /\b(?:if|switch)\b[^{\n]*\b(?:os\.(?:Getenv|LookupEnv|Args|Environ)|flag\.\w+)\b/
const FAILS = /\.\s*(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\s*\(/g
/** testify, gomega, quicktest, is, and whatever else is given the test to fail it. */
const CLAIMS =
  /\b(?:assert|require|must|should|qt|is|check)\.\w+\s*\(|\bExpect\s*\(|\b[\w.]+\(\s*(?:t|tb|f)\s*,/g
const PLATFORMS =
  /_(aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|netbsd|openbsd|plan9|solaris|wasip1|windows|386|amd64|arm|arm64|loong64|mips|mips64|mips64le|mipsle|ppc64|ppc64le|riscv64|s390x|wasm)(?:_test)?\.go$/

export function readGo(path: string, source: string, units?: readonly string[]): Written[] {
  const masked = maskGo(source)
  const helpers = [...masked.matchAll(/^func\s+(\w+)\s*\(/gm)].flatMap(({ 1: name = '', index }) =>
    !/^(?:Test|Example|Fuzz|Benchmark)/.test(name) && asserts(bodyFrom(masked, index), []) ? [name] : [],
  )
  const uses = usersOf(masked, source, units)
  const lineOf = (index: number) => masked.slice(0, index).split('\n').length
  const tests = [...masked.matchAll(TEST)].flatMap(({ 1: name = '', index }): Written[] => {
    if (name === 'TestMain') return []
    const body = bodyFrom(masked, index)
    // An example is compared with the comment at its end, and never executed without it.
    const output = /\/\/\s*(?:Unordered )?Output:\s*\S/i.test(bodyFrom(source, index, masked))
    const proves = name.startsWith('Example') ? output : asserts(body, helpers)
    const text = `${source.slice(index, source.indexOf('{', index))}{${bodyFrom(source, index, masked)}}`
    const excludes = EXCLUDING.exec(body)?.[0] ?? ENVIRONMENT.exec(body)?.[0]
    return [
      { name, line: lineOf(index), asserts: proves, excludes: excludes?.trim(), uses: uses(body), text },
    ]
  })
  return [
    ...ofFile(path, source, masked).map((excludes) => ({ name: '', line: 1, asserts: true, excludes })),
    ...tests,
  ]
}

/** What decides for all tests of the file. */
function ofFile(path: string, source: string, masked: string): string[] {
  const head = source.slice(0, Math.max(0, masked.search(/^package\s/m)))
  const constraint = /^\/\/(?:go:build|\s*\+build)\b.*$/m.exec(head)?.[0]
  const platform = PLATFORMS.exec(path)?.[0]
  const main = /^func\s+TestMain\s*\(/m.exec(masked)
  const body = main === null ? '' : bodyFrom(masked, main.index)
  const silent = main !== null && (!/\.Run\s*\(\s*\)/.test(body) || /\.Exit\s*\(\s*0\s*\)/.test(body))
  return [constraint, platform, silent ? 'TestMain' : undefined].filter((each) => each !== undefined)
}

/** From the brace that opens after `from` to the one that closes it, counted in `masked`, cut from `text`. */
function bodyFrom(text: string, from: number, masked = text): string {
  // Braces of a parameter (`interface{}`) stand within parentheses.
  let parentheses = 0
  let braces = 0
  let start = -1
  for (let at = from; at < masked.length; at++) {
    const character = masked.charAt(at)
    if (character === '(') parentheses++
    else if (character === ')') parentheses--
    else if (character === '{' && (start !== -1 || parentheses === 0)) {
      if (start === -1) start = at
      braces++
    } else if (character === '}' && start !== -1 && --braces === 0) return text.slice(start + 1, at)
  }
  return start === -1 ? '' : text.slice(start + 1)
}

function asserts(body: string, helpers: readonly string[]): boolean {
  const reached = beforeReturn(body)
  if ([...reached.matchAll(FAILS)].some(({ index }) => canBeReached(reached, index))) return true
  if (
    [...reached.matchAll(CLAIMS)].some(({ 0: call, index }) =>
      varies(argumentsAt(reached, index + call.length)),
    )
  )
    return true
  return helpers.some((name) => new RegExp(`\\b${name}\\s*\\(`).test(reached))
}

/** What follows a `return` of the test itself is never executed. */
function beforeReturn(body: string): string {
  let depth = 0
  for (const { 0: word, index } of body.matchAll(/[{}]|^[ \t]*return\b/gm)) {
    if (word === '{') depth++
    else if (word === '}') depth--
    else if (depth === 0) return body.slice(0, index)
  }
  return body
}

/** `if false {`, `if 1 != 1 {`: a condition in which nothing has a name never changes. */
function canBeReached(body: string, at: number): boolean {
  const open: boolean[] = []
  for (const { 0: word, 1: condition } of body.slice(0, at).matchAll(/\bif\b([^{;\n]*)\{|[{}]/g)) {
    if (word === '}') open.pop()
    else open.push(condition === undefined || varies(condition))
  }
  return open.every(Boolean)
}

const varies = (expression: string) =>
  (expression.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []).some(
    (word) => !['true', 'false', 'nil', 't', 'tb', 'f'].includes(word),
  )

function argumentsAt(text: string, from: number): string {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth++
    else if (text[at] === ')' && --depth === 0) return text.slice(from, at)
  }
  return text.slice(from)
}

/** Every name at the top level that `go test -run` could pick. */
export const testNames = (source: string) =>
  [...maskGo(source).matchAll(TEST)].map(({ 1: name = '' }) => name)
