/** Why a test in JavaScript or TypeScript failed, from what vitest, jest and Node say. Pure. */
import { LONGEST_MESSAGE, plain } from './execute.ts'
import { candidates, meansOneOf } from './js-modules.ts'
import type { Failure } from './runner.ts'

export interface JsFailure {
  message: string
  /** The test's own file, relative. */
  file: string
  top: string
  units: readonly string[] | undefined
  /** The file could not be loaded; else a test of it failed. */
  loading: boolean
}

const ASSERTION =
  /^(?:\w*Assert\w*|Expectation|TestingLibraryElement)Error\b|\[ERR_ASSERTION\]|^(?:Error: |JestAssertionError: )?expect(?:\.\w+)?\(|^Error: (?:Snapshot `|Matcher did not succeed|expect)|^AssertError\b/
const TIMEOUT =
  /STACK_TRACE_ERROR|\btest timed out\b|\bhook timed out\b|Exceeded timeout of|test timed out after|timed out in \d+ ?ms/i
const NOT_FOUND =
  /(?:Cannot find module|Cannot find package|Failed to resolve import|Could not locate module|Failed to load url|Unable to resolve path to module|Does the file exist\?)\s*(?:'([^'\n]+)'|"([^"\n]+)"|([^'"\s]+))/
const IMPORTER = /(?: imported)? from (?:'([^'\n]+)'|"([^"\n]+)"|(\/[^\n]+?\.\w+)(?:$|\s)|([^'"\s]+))/m
const NO_EXPORT =
  /requested module ['"]([^'"]+)['"] (?:does not provide an export|is a CommonJS module)|Module '"([^"]+)"' has no exported member|from ['"]([^'"]+)['"][^\n]*is not exported|"[^"]+" is not exported by "([^"]+)"/
/** What is called, read or extended is not there. */
const ABSENT =
  /^TypeError: [^\n]*(?:is not a function|is not a constructor|is not iterable|Cannot (?:read|set) propert(?:y|ies) [^\n]*of (?:undefined|null)|Cannot destructure property|Class extends value undefined|undefined is not|is not a valid argument for|right-hand side of 'instanceof' is not)/i
const ABSENT_FOR_SPY =
  /does not exist in the provided object|can only spy on a function|could not find an object to spy/i
const ABSENT_FOR_TYPES = /\bTS(?:2339|2551|2554|2345|2322|2353|2614|2724)\b/
const UNREADABLE =
  /\bSyntaxError\b|\bPARSE_ERROR\b|Transform failed|Unexpected token|Must use import to load|Cannot use import statement|Jest encountered an unexpected token|Expected .* but found|\bTS1\d{3}\b/

export function jsFailure({ message: raw, file, top, units, loading }: JsFailure): Failure {
  const message = plain(raw).trim().slice(0, LONGEST_MESSAGE)
  const kind = (): Failure['kind'] => {
    if (TIMEOUT.test(message)) return 'timeout'
    if (!loading && ASSERTION.test(message)) return 'assertion'
    const absent = said(NOT_FOUND)
    if (absent !== undefined) return isUnit(absent) ? 'missing-unit' : 'import'
    const unexported = said(NO_EXPORT)
    if (unexported !== undefined) return isUnit(unexported) ? 'missing-unit' : 'import'
    if (ABSENT.test(message) || ABSENT_FOR_SPY.test(message)) return 'missing-unit'
    if (!loading) return 'other'
    if (ABSENT_FOR_TYPES.test(message)) return 'missing-unit'
    if (UNREADABLE.test(message)) return 'syntax'
    return ASSERTION.test(message) ? 'assertion' : 'other'
  }
  const said = (pattern: RegExp) =>
    pattern
      .exec(message)
      ?.slice(1)
      .find((each) => each !== undefined)
  const isUnit = (specifier: string) => {
    const by = said(IMPORTER)
    const importer = by === undefined ? file : by.startsWith(`${top}/`) ? by.slice(top.length + 1) : by
    const meant = [
      ...candidates(specifier, importer.startsWith('/') ? file : importer, top),
      ...(importer === file ? [] : candidates(specifier, file, top)),
    ]
    if (units !== undefined)
      return (
        meansOneOf(
          meant,
          units.filter((unit) => unit !== file),
        ) !== undefined
      )
    return meant.length > 0 && !/^[\w@][^/]*$/.test(specifier)
  }
  return { kind: kind(), message: message.replace(/^Error: STACK_TRACE_ERROR/, 'The test timed out') }
}
