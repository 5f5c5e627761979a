/** Calls of `describe`, `it`, `test` and their kin in a file's text: where they stand and what they are called. Pure. */
import { maskJs, matching } from './js-mask.ts'

export interface Call {
  /** `describe`, `it` … as written. */
  base: string
  /** `.skip`, `.each` …, without the dots. */
  modifiers: string[]
  /** Of the whole call, from its name to the closing bracket. */
  start: number
  end: number
  /** The opening bracket of its own arguments. */
  open: number
  title: string
  dynamic: boolean
  group: boolean
}

const GROUPS = ['describe', 'suite', 'context', 'xdescribe', 'fdescribe', 'xcontext']
const NAMES =
  /(?<![\w$.#])(?:([A-Za-z_$][\w$]*)\s*\.\s*)?(describe|suite|context|xdescribe|fdescribe|xcontext|it|test|specify|xit|xtest|fit|ftest)(?![\w$])/g
/** These are called with something else before the call that has the title. */
const FIRST = ['each', 'for', 'skipIf', 'runIf', 'extend']

export function callsIn(source: string): { masked: string; calls: Call[] } {
  const masked = maskJs(source)
  const calls = [...masked.matchAll(NAMES)].flatMap((match): Call[] => {
    const [whole, owner, base = ''] = match
    const found = chain(masked, match.index + whole.length)
    if (found === undefined) return []
    const { modifiers, open, end } = found
    const { title, dynamic, literal } = titleOf(source, masked, open, end)
    const group = GROUPS.includes(base) || modifiers.includes('describe')
    // `pattern.test(text)` is no test.
    if (owner !== undefined && !(literal && /=>|\bfunction\b/.test(masked.slice(open, end)))) return []
    // Nor is a declaration, or a call without a title.
    if (/\bfunction\s*\*?\s*$/.test(masked.slice(Math.max(0, match.index - 12), match.index))) return []
    if (masked.slice(open + 1, end).trim() === '') return []
    const table = modifiers.includes('each') || modifiers.includes('for')
    return [
      {
        ...{ base, modifiers, open, end, group },
        start: match.index,
        title: table ? title.replace(/%[a-zA-Z#%$]|\$\w[\w.]*|\$#/g, '*') : title,
        dynamic: dynamic || table,
      },
    ]
  })
  return { masked, calls: calls.filter((call) => !calls.some((other) => isTableOf(other, call))) }
}

/** `test.each([test('x')])` and the like: what stands before the arguments is no test of its own. */
const isTableOf = (outer: Call, inner: Call) =>
  outer !== inner && outer.start < inner.start && inner.end < outer.open

function chain(masked: string, from: number) {
  const modifiers: string[] = []
  for (let at = from; ; ) {
    at += /^\s*/.exec(masked.slice(at, at + 200))?.[0].length ?? 0
    const rest = masked.slice(at, at + 400)
    const generic = /^<[^()`]*>(?=\s*[(`])/.exec(rest)
    const named = /^\??\.\s*([A-Za-z_$][\w$]*)/.exec(rest)
    if (generic) at += generic[0].length
    else if (named) {
      modifiers.push(named[1] ?? '')
      at += named[0].length
    } else if (rest[0] === '`') {
      const end = masked.indexOf('`', at + 1)
      if (end === -1) return undefined
      at = end + 1
    } else if (rest[0] === '(') {
      const end = matching(masked, at)
      if (!FIRST.includes(modifiers.at(-1) ?? '') || !/^\s*[(`]/.test(masked.slice(end + 1, end + 100)))
        return { modifiers, open: at, end }
      at = end + 1
    } else return undefined
  }
}

/** The title as the runner will say it, `*` for what is computed. */
function titleOf(source: string, masked: string, open: number, end: number) {
  const at = open + 1 + (/^\s*/.exec(masked.slice(open + 1))?.[0].length ?? 0)
  const quote = masked.charAt(at)
  if (!/['"`]/.test(quote)) return { title: '*', dynamic: true, literal: false }
  let close = at + 1
  for (let depth = 0; close < end; close += 1) {
    if (masked.startsWith('${', close)) depth += 1
    else if (depth > 0 && masked[close] === '}') depth -= 1
    else if (depth === 0 && masked[close] === quote) break
  }
  const raw = source.slice(at + 1, close)
  const computed = quote === '`' && raw.includes('${')
  const title = unescaped(computed ? raw.replace(/\$\{[^}]*\}/g, '*') : raw)
  const joined = !/^\s*(?:,|$)/.test(masked.slice(close + 1, end))
  return { title: joined ? `${title}*` : title, dynamic: computed || joined, literal: true }
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '\n': '' }
const unescaped = (raw: string) => raw.replace(/\\([\s\S])/g, (_, each: string) => ESCAPES[each] ?? each)
