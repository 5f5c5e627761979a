/** The events of `go test -json`, a package: what ran, how it ended, and what was printed meanwhile. */
import * as v from 'valibot'
import { LONGEST_MESSAGE } from './execute.ts'
import type { Failure, TestCase } from './runner.ts'

const Event = v.object({
  Action: v.string(),
  Package: v.optional(v.string()),
  Test: v.optional(v.string()),
  Output: v.optional(v.string()),
})
type Event = v.InferOutput<typeof Event>

export interface PackageResult {
  name: string
  tests: { name: string; status: 'passed' | 'failed' | 'skipped' | 'lost'; output: string }[]
  /** Undefined: it did not come to an end, or it was not built. */
  ended: 'pass' | 'fail' | 'skip' | undefined
}

/** Packages by their import path, and what go itself said in between (a build that failed). */
export function readEvents(stdout: string): { packages: PackageResult[]; said: string } {
  const packages = new Map<string, PackageResult & { byName: Map<string, PackageResult['tests'][number]> }>()
  const said: string[] = []
  for (const line of stdout.split('\n')) {
    const event = eventOf(line)
    if (event === undefined) said.push(line)
    else if (event.Action === 'build-output') said.push((event.Output ?? '').replace(/\n$/, ''))
    else if (event.Package !== undefined) {
      const known = packages.get(event.Package)
      const found = known ?? { name: event.Package, tests: [], ended: undefined, byName: new Map() }
      if (known === undefined) packages.set(event.Package, found)
      apply(event, found)
    }
  }
  return { packages: [...packages.values()], said: said.join('\n') }
}

function eventOf(line: string): Event | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const parsed = v.safeParse(Event, JSON.parse(line))
    return parsed.success ? parsed.output : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function apply(
  { Action: action, Test: name, Output: output = '' }: Event,
  found: PackageResult & { byName: Map<string, PackageResult['tests'][number]> },
): void {
  if (name === undefined) {
    if (action === 'pass' || action === 'fail' || action === 'skip') found.ended = action
    return
  }
  let test = found.byName.get(name)
  if (test === undefined) {
    test = { name, status: 'lost', output: '' }
    found.byName.set(name, test)
    found.tests.push(test)
  }
  if (action === 'output') test.output = (test.output + output).slice(0, 64 << 10)
  // What a test prints is read for events, too: once failed, it stays so.
  else if (action === 'fail') test.status = 'failed'
  else if (action === 'skip' && test.status !== 'failed') test.status = 'skipped'
  else if (action === 'pass' && test.status === 'lost') test.status = 'passed'
}

/** @param doubt why nothing that the package said counts; undefined: it came to its end */
export function casesOf(
  { tests, ended }: PackageResult,
  fileOf: (top: string) => string | undefined,
  units: readonly string[] | undefined,
  doubt: string | undefined,
): TestCase[] {
  const silent = ended === 'fail' && !tests.some(({ status }) => status === 'failed' || status === 'lost')
  return tests.flatMap(({ name, status, output }): TestCase[] => {
    const file = fileOf(name.replace(/\/.*$/s, '')) ?? ''
    const message = textOf(output)
    const failed = (failure: Failure): TestCase[] => [{ file, name, status: 'failed', failure }]
    // Up to Go 1.19 a line that a test prints can pass for its result; a result is said once, and not against its package.
    if (linesAbout(name, output) > 1 || (status === 'failed' && ended === 'pass'))
      return failed({ kind: 'other', message: `It prints results as go test would.\n${message}` })
    if (status === 'failed') return failed({ kind: kindOf(message, units), message })
    if (status === 'lost')
      return failed({
        kind: /panic: test timed out/.test(message) ? 'timeout' : 'other',
        message: message || 'It was begun and never ended.',
      })
    if (doubt !== undefined) return failed({ kind: 'other', message: doubt })
    if (silent && status === 'passed')
      return failed({
        kind: 'other',
        message: 'Its package failed, although every test said that it passed.',
      })
    return [{ file, name, status }]
  })
}

const linesAbout = (name: string, output: string) =>
  output
    .split('\n')
    .filter((line) => /^\s*--- (?:PASS|FAIL|SKIP): /.test(line) && line.includes(`: ${name} (`)).length

const textOf = (output: string) =>
  output
    .split('\n')
    .filter((line) => !/^=== (?:RUN|PAUSE|CONT|NAME)/.test(line))
    .join('\n')
    .trim()
    .slice(0, LONGEST_MESSAGE)

/** Go has no assertions: a test that fails without a panic found something other than it expected. */
function kindOf(message: string, units: readonly string[] | undefined): Failure['kind'] {
  if (/^panic: test timed out/m.test(message)) return 'timeout'
  if (!/^\s*panic: /m.test(message)) return 'assertion'
  const unwritten = /^\s*panic: .*(?:not implemented|unimplemented|TODO|to be implemented)/im.test(message)
  return unwritten && (units === undefined || units.some((unit) => message.includes(`/${unit}:`)))
    ? 'missing-unit'
    : 'other'
}
