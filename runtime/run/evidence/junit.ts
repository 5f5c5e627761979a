/**
 * JUnit XML as facts. Nobody ever wrote down what it is: suites nest or do not, a case names its file or only a class,
 * and paths are absolute, or relative to wherever the runner stood. What cannot be told stays out.
 */
import { isAbsolute, relative } from 'node:path'
import { type Element, parseXml } from '../../io/xml.ts'
import type { Failure, TestCase } from './runner.ts'

const LONGEST = 2000

/** What a class or a file of the report is to the project: the files that it could mean. */
export interface Places {
  top: string
  /** Relative paths of the test files there are. */
  files: readonly string[]
}

/** Every case of the report, in its order. A case whose file is not one of `places` has an empty `file`. @throws exit 65 */
export async function readJunit(text: string, path: string, places: Places): Promise<TestCase[]> {
  return casesOf(await parseXml(text, path), places, undefined)
}

function casesOf(element: Element, places: Places, above: string | undefined): TestCase[] {
  const file = element.attributes.file ?? element.attributes.filepath ?? above
  if (element.name === 'testcase') return [caseOf(element, places, file)]
  return element.children.flatMap((child) => casesOf(child, places, file))
}

function caseOf(element: Element, places: Places, file: string | undefined): TestCase {
  const { name = '', classname = '', status } = element.attributes
  const child = (...names: string[]) => element.children.find((each) => names.includes(each.name))
  const found = fileOf(file, places) ?? fileOfClass(classname, places) ?? ''
  const failed = child('failure', 'error')
  if (failed !== undefined)
    return { file: found, name, status: 'failed', failure: failureOf(failed) } satisfies TestCase
  const left = child('skipped') !== undefined || status === 'skipped' || status === 'disabled'
  return { file: found, name, status: left || status === 'notrun' ? 'skipped' : 'passed' }
}

/** Paths are compared from their end: a report may be written from a folder of its own. */
function fileOf(said: string | undefined, { top, files }: Places): string | undefined {
  if (said === undefined || said === '') return undefined
  const path = (isAbsolute(said) ? relative(top, said) : said).replaceAll('\\', '/').replace(/^\.\//, '')
  if (files.includes(path)) return path
  return onlyOne(files.filter((file) => file.endsWith(`/${path}`)))
}

/** `tests.test_cache.TestCache`, `com.example.CacheTest`, `tests/cache.test.js`: a path without its ending, perhaps with more. */
function fileOfClass(name: string, places: Places): string | undefined {
  const direct = fileOf(name, places)
  if (direct !== undefined) return direct
  const words = name.split(/[./\\]|::/).filter(Boolean)
  for (let length = words.length; length > 0; length--) {
    const stem = words.slice(0, length).join('/')
    const fits = places.files.filter((file) => {
      const bare = file.replace(/\.[^./]+$/, '')
      return bare === stem || bare.endsWith(`/${stem}`)
    })
    if (fits.length > 0) return onlyOne(fits)
  }
  return undefined
}

const onlyOne = (files: string[]) => (files.length === 1 ? files[0] : undefined)

/** A runner that knows the difference writes `failure` for an expectation and `error` for everything else. */
function failureOf({ name, attributes, text }: Element): Failure {
  const { type = '', message = '' } = attributes
  const said = [type, message, text.trim()].filter(Boolean).join('\n').slice(0, LONGEST)
  return { kind: kindOf(name, `${type}\n${message}\n${text}`), message: said }
}

const MISSING =
  /ModuleNotFoundError|Cannot find (?:module|package)|ClassNotFound|NoClassDefFound|cannot find symbol|undefined (?:method|constant|symbol)|uninitialized constant|is not a function|unresolved (?:import|reference)/i
const SYNTAX = /SyntaxError|IndentationError|ParseError|parse error|syntax error/i

function kindOf(element: string, text: string): Failure['kind'] {
  if (SYNTAX.test(text)) return 'syntax'
  if (MISSING.test(text)) return 'missing-unit'
  if (element === 'failure' || /Assertion|ExpectationNotMet|AssertionFailed|ComparisonFailure/.test(text))
    return 'assertion'
  return /timed? ?out/i.test(text) ? 'timeout' : 'other'
}
