/** Whether a piece of code holds an assertion that could fail. Pure. */
import { matching } from './js-mask.ts'

const LIBRARIES =
  /^(?:node:)?assert(?:\/strict)?$|^(?:chai|power-assert|should|expect|uvu\/assert|@std\/(?:assert|expect)|expect-type|tsd|sinon|earl|unexpected)$/
/** Of a helper that the project keeps elsewhere only its name is known. */
const HELPER = /^(?:assert|expect|should|verify|check|ensure|must)(?![a-z])/
const CONSTANTS = new Set(
  'true false null undefined NaN Infinity new void typeof Array Object Symbol Number String Boolean Promise resolve reject async await function return'.split(
    ' ',
  ),
)
/** They say how many assertions there are, or help one; they assert nothing. */
const NO_ASSERTION =
  /\.(?:assertions|hasAssertions|extend|anything|any|objectContaining|arrayContaining|stringContaining|stringMatching|closeTo|addSnapshotSerializer|getState|setState)$/

/** Names that assert when they are called, in this file. `imports`: what each name comes from. */
export function assertionsOf(masked: string, imports: readonly { name: string; from: string }[]): RegExp {
  const names = new Set(['expect', 'assert', 'expectTypeOf', 'assertType'])
  for (const { name, from } of imports)
    if (LIBRARIES.test(from) || (from.startsWith('.') && HELPER.test(name))) names.add(name)
  // A function of the file that asserts, and one that calls it.
  for (let round = 0; round < 3; round += 1)
    for (const { name, body } of functionsIn(masked)) if (asserts(body, pattern(names))) names.add(name)
  return pattern(names)
}

const pattern = (names: ReadonlySet<string>) =>
  new RegExp(
    `(?<![\\w$])(?:${[...names].map((name) => name.replaceAll('$', '\\$')).join('|')})(?:\\s*\\.\\s*\\w+)*\\s*(?:<[^()]*>\\s*)?\\(`,
    'g',
  )

/** @param whole the arguments of a test, or the body of a function, masked */
export function asserts(whole: string, calls: RegExp): boolean {
  const code = unswallowed(reached(whole), calls)
  if (/\.\s*should\s*[.(]/.test(code)) return true
  return [...code.matchAll(calls)].some(({ 0: call, index }) => {
    if (NO_ASSERTION.test(call.replace(/[\s(]+$/, ''))) return false
    const open = index + call.length - 1
    const given = code.slice(open + 1, matching(code, open))
    return [...given.matchAll(/(?<![\w$.])[A-Za-z_$][\w$]*/g)].some(([word]) => !CONSTANTS.has(word))
  })
}

/** Without what stands behind a `return` that no condition guards. */
function reached(code: string): string {
  const head = /(?:=>|\bfunction\b[^{]*)\s*\{/.exec(code)
  const open = head === null ? code.indexOf('{') : head.index + head[0].length - 1
  if (open === -1) return code
  const end = matching(code, open)
  for (const { index } of code.slice(0, end).matchAll(/(?<![\w$.])return(?![\w$])/g)) {
    if (index < open || !isFree(code, open, index)) continue
    const rest = /^return[ \t]*[^\n;}]*/.exec(code.slice(index))?.[0] ?? ''
    // What it returns may be the assertion, over several lines.
    if (/^return\s*$/.test(rest)) return code.slice(0, index)
  }
  return code
}

/** Whether the statement at `at` stands directly in the block that opens at `open`, and not behind a condition. */
function isFree(code: string, open: number, at: number): boolean {
  let depth = 0
  for (const character of code.slice(open, at)) {
    if ('([{'.includes(character)) depth += 1
    if (')]}'.includes(character)) depth -= 1
  }
  const before = code.slice(open, at).replace(/\s+$/, '')
  return depth === 1 && /[{};]$|[\w$\]'"`]$/.test(before) && !/\belse$/.test(before)
}

/** Without the `try` blocks whose `catch` lets no assertion fail. */
function unswallowed(code: string, calls: RegExp): string {
  let rest = code
  for (const { index } of code.matchAll(/(?<![\w$.])try\s*\{/g)) {
    const open = code.indexOf('{', index)
    const close = matching(code, open)
    const handler = /^\s*catch\s*(?:\([^)]*\)\s*)?\{/.exec(code.slice(close + 1))
    if (handler === null) continue
    const from = close + handler[0].length
    const handled = code.slice(from, matching(code, from))
    if (/\bthrow\b/.test(handled) || handled.search(calls) !== -1) continue
    rest = rest.slice(0, open) + ' '.repeat(close - open) + rest.slice(close)
  }
  return rest
}

/** Functions that have a name, with their text. */
function functionsIn(masked: string): { name: string; body: string }[] {
  const named =
    /(?<![\w$.])(?:function\s*\*?\s+([\w$]+)|(?:const|let|var)\s+([\w$]+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:function\b|\([^)]*\)\s*(?::[^=]+)?=>|[\w$]+\s*=>))/g
  return [...masked.matchAll(named)].map(({ 0: head, 1: declared, 2: assigned, index }) => {
    const from = index + head.length
    const brace = masked.indexOf('{', from)
    const line = masked.indexOf('\n', from)
    const end =
      brace === -1 || (assigned !== undefined && line !== -1 && line < brace) ? line : matching(masked, brace)
    return { name: declared ?? assigned ?? '', body: masked.slice(from, end === -1 ? undefined : end) }
  })
}
