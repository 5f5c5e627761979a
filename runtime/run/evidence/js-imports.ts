/** What a file imports, and which of its names come from the unit under test, directly or by way of others. Pure. */
import type { Call } from './js-calls.ts'
import { matching } from './js-mask.ts'
import { candidates, meansOneOf } from './js-modules.ts'

export interface Import {
  name: string
  from: string
}

const STATIC = /(?<![\w$.])(?:import|export)\s+(?:type\s+)?([\w$*{}\s,]+?)\s*from\s*(['"])/g
const DYNAMIC =
  /(?:(?<![\w$.])(?:const|let|var)\s+([\w$]+|\{[^}]*\})\s*(?::[^=]+)?=\s*|([\w$]+)\s*=\s*)?(?:await\s+)?(?<![\w$.])(?:import|require|importActual|requireActual)\s*(?:<[^()]*>\s*)?\(\s*(['"])/g

/** Names with what they are imported from; an import without a name has an empty one. */
export function importsOf(source: string, masked: string): (Import & { at: number })[] {
  const found: (Import & { at: number })[] = []
  const add = (clause: string, quote: number, at: number) => {
    const from = source.slice(quote + 1, source.indexOf(source.charAt(quote), quote + 1))
    const names = boundIn(clause)
    for (const name of names.length > 0 ? names : ['']) found.push({ name, from, at })
  }
  for (const match of masked.matchAll(STATIC))
    add(match[1] ?? '', match.index + match[0].length - 1, match.index)
  for (const match of masked.matchAll(DYNAMIC))
    add(match[1] ?? match[2] ?? '', match.index + match[0].length - 1, match.index)
  return found
}

/** `a, { b as c, d: e }` binds a, c and e. */
const boundIn = (clause: string) =>
  clause
    .replace(/\btype\s+/g, '')
    .split(/[,{}]/)
    .map((part) => /([\w$]+)\s*(?:=.*)?$/.exec(part.trim())?.[1] ?? '')
    .filter((name) => name !== '')

/**
 * Says of a piece of the file whether it uses the unit under test; undefined where the file imports nothing of the
 * project, so that it cannot be told.
 */
export function usesOf(
  {
    source,
    masked,
    path,
    top,
    calls,
  }: { source: string; masked: string; path: string; top: string; calls: readonly Call[] },
  units: readonly string[] | undefined,
): ((from: number, to: number) => boolean) | undefined {
  const imports = importsOf(source, masked)
  const own = imports.filter(({ from }) => candidates(from, path, top).length > 0 && !isPackage(from))
  const direct =
    units === undefined ? own : own.filter(({ from }) => meansOneOf(candidates(from, path, top), units))
  // Otherwise it comes by way of a helper.
  const sources = direct.length > 0 ? direct : own
  if (sources.length === 0) return undefined
  const names = new Set(sources.map(({ name }) => name).filter((name) => name !== ''))
  const mentions = (from: number, to: number) =>
    sources.some(({ at }) => at >= from && at < to) ||
    [...masked.slice(from, to).matchAll(/(?<![\w$.])[A-Za-z_$][\w$]*/g)].some(([word]) => names.has(word))
  const tests = calls.filter(({ group }) => !group)
  const outside = (at: number) => !tests.some(({ start, end }) => at >= start && at <= end)
  for (let before = -1; before < names.size; ) {
    before = names.size
    for (const { bound, from, to } of statements(masked))
      if (outside(from) && mentions(from, to)) for (const name of bound) names.add(name)
  }
  return mentions
}

const isPackage = (from: string) => /^(?:node:|[a-z][^/]*$|@[a-z0-9][^/]*\/)/.test(from)

/** Declarations, assignments and hooks, each with the names that get a value in it. */
function statements(masked: string): { bound: string[]; from: number; to: number }[] {
  const declared =
    /(?<![\w$.])(?:(?:const|let|var)\s+([\w$]+|\{[^}]*\}|\[[^\]]*\])|(?:function\s*\*?|class)\s+([\w$]+))/g
  const hooks = /(?<![\w$.])(?:before|beforeEach|beforeAll|setup|suiteSetup)\s*\(/g
  return [
    ...[...masked.matchAll(declared)].map(({ 0: head, 1: names, 2: name, index }) => ({
      bound: name === undefined ? boundIn((names ?? '').replace(/[[\]]/g, ',')) : [name],
      from: index,
      to: name === undefined ? statementEnd(masked, index + head.length) : blockEnd(masked, index),
    })),
    ...[...masked.matchAll(hooks)].map(({ 0: head, index }) => {
      const to = matching(masked, index + head.length - 1)
      const assigned = [...masked.slice(index, to).matchAll(/(?<![\w$.])([\w$]+)\s*=(?![=>])/g)]
      return { bound: assigned.map(([, name = '']) => name), from: index, to }
    }),
  ]
}

const blockEnd = (masked: string, from: number) => {
  const brace = masked.indexOf('{', from)
  return brace === -1 ? masked.length : matching(masked, brace)
}

function statementEnd(masked: string, from: number): number {
  for (let at = from; at < masked.length; at += 1) {
    const character = masked.charAt(at)
    if ('([{'.includes(character)) at = matching(masked, at)
    else if (character === ';' || ')]}'.includes(character)) return at
    else if (
      character === '\n' &&
      !/^\s*[.?:+\-*/%&|=,]/.test(masked.slice(at, at + 80)) &&
      !/[=(,:?&|+]\s*$/.test(masked.slice(Math.max(0, at - 20), at))
    )
      return at
  }
  return masked.length
}
