/** The tests of a JavaScript or TypeScript file from its text alone: what can be known of one that cannot be loaded. */
import { assertionsOf, asserts } from './js-asserts.ts'
import { type Call, callsIn } from './js-calls.ts'
import { importsOf, usesOf } from './js-imports.ts'
import { candidates, meansOneOf } from './js-modules.ts'
import type { Written } from './runner.ts'

const EXCLUDING = ['skip', 'only', 'todo', 'fails', 'failing', 'fixme', 'skipIf', 'runIf']
const OPTION = /\b(skip|todo|only|fails|expectFailure)\s*:(?!\s*(?:false|undefined)\b)/
const INSIDE = /(?<![\w$])[\w$]+\s*\.\s*(?:skip|todo)\s*\(|\bprocess\s*\.\s*(?:exit|abort|kill|reallyExit)\b/
const BY_ENVIRONMENT =
  /\b(?:if|while|switch)\s*\([^\n]*(?:\bprocess\s*\.\s*(?:env|argv|execArgv)|\bimport\.meta\.env)\b|(?:\bprocess\s*\.\s*env|\bimport\.meta\.env)\b[^\n;=]*(?:\?[^.?]|&&)/

export function readJs(
  path: string,
  source: string,
  top: string,
  units: readonly string[] | undefined,
): Written[] {
  const { masked, calls } = callsIn(source)
  const assertions = assertionsOf(masked, importsOf(source, masked))
  const uses = usesOf({ source, masked, path, top, calls }, units)
  const around = (call: Call) => calls.filter(({ start, end }) => start < call.start && call.end < end)
  const leaves = calls.filter(
    (call) => !call.group && !calls.some((other) => around(other).includes(call) && call !== other),
  )
  const tests = leaves.map((call): Written => {
    const outer = around(call)
    const line = [...outer, call]
    const body = masked.slice(call.open + 1, call.end)
    return {
      name: line.map(({ title }) => title).join(' > '),
      dynamic: line.some(({ dynamic }) => dynamic),
      line: source.slice(0, call.start).split('\n').length,
      text: source.slice(call.start, call.end + 1),
      asserts: asserts(body, assertions),
      excludes: line.map((each) => excludedBy(each, masked)).find((each) => each !== undefined),
      uses: uses?.(call.start, call.end),
    }
  })
  const outside = leaves.reduceRight(
    (text, { start, end }) => text.slice(0, start) + text.slice(end + 1),
    masked,
  )
  const whole =
    BY_ENVIRONMENT.exec(outside)?.[0] ??
    INSIDE.exec(outside)?.[0] ??
    mockOf(source, masked, { path, top, units })
  return whole === undefined
    ? tests
    : [{ name: '', line: 1, asserts: true, excludes: whole.trim().slice(0, 80) }, ...tests]
}

const MOCK =
  /\b(?:vi|jest|vitest|mock)\s*\.\s*(?:mock|doMock|unstable_mockModule|setMock|module)\s*\(\s*(?:import\s*\(\s*)?(['"])/g

/** A mock in the place of every unit that the file imports: then nothing of the product is tested. */
function mockOf(
  source: string,
  masked: string,
  { path, top, units }: { path: string; top: string; units: readonly string[] | undefined },
): string | undefined {
  if (units === undefined) return undefined
  const unitOf = (from: string) => meansOneOf(candidates(from, path, top), units)
  const mocked = [...masked.matchAll(MOCK)].map(({ 0: call, 1: quote = '', index }) => {
    const start = index + call.length
    return {
      call: call.replace(/\s*\(\W*$/, ''),
      unit: unitOf(source.slice(start, source.indexOf(quote, start))),
    }
  })
  const used = importsOf(source, masked).flatMap(({ from }) => unitOf(from) ?? [])
  const all = used.length > 0 && used.every((unit) => mocked.some((each) => each.unit === unit))
  return all ? `${mocked[0]?.call ?? ''} the unit under test` : undefined
}

/** What leaves this test (or all of a group) out, or turns it over. */
function excludedBy({ base, modifiers, open, end, group }: Call, masked: string): string | undefined {
  if (/^[xf](?:it|test|describe|context)$/.test(base)) return base
  const modifier = modifiers.find((each) => EXCLUDING.includes(each))
  if (modifier !== undefined) return `.${modifier}`
  const body = masked.slice(open + 1, end)
  const [head = ''] = body.split(/=>|\bfunction\b/)
  const option = OPTION.exec(head)?.[1]
  if (option !== undefined) return `{ ${option} }`
  return group ? undefined : (INSIDE.exec(body) ?? BY_ENVIRONMENT.exec(body))?.[0].trim().slice(0, 80)
}
