/** From the lines that the plugin wrote to cases and files. What was collected and never ended is a failure, too. */
import { isAbsolute, relative } from 'node:path'
import * as v from 'valibot'
import { LONGEST_MESSAGE } from './execute.ts'
import { type About, failureOf, Raised } from './pytest-failure.ts'
import type { FileResult, Outcome, RunRequest, TestCase } from './runner.ts'

const path = v.string()
const node = v.string()
const Event = v.variant('event', [
  v.object({ event: v.literal('broken-file'), path, error: Raised }),
  v.object({ event: v.literal('skipped-file'), path }),
  v.object({ event: v.literal('collected'), node, path }),
  v.object({ event: v.literal('started'), node }),
  v.object({
    event: v.literal('phase'),
    node,
    path: v.optional(path),
    outcome: v.picklist(['passed', 'failed', 'skipped']),
    xfail: v.boolean(),
    text: v.string(),
    error: v.optional(Raised),
  }),
  v.object({ event: v.literal('end') }),
])
type Event = v.InferOutput<typeof Event>
type Phase = Extract<Event, { event: 'phase' }>

type Found = Pick<Outcome, 'cases' | 'files'>

/** @param ending what is known of the process: a report that does not end is one of a process that did not */
export function readReport(
  text: string,
  { top, files, units }: Pick<RunRequest, 'top' | 'files' | 'units'>,
  ending: { timedOut: boolean; exit: number | undefined },
): Found {
  const events = text.split('\n').flatMap(eventOf)
  const ended = events.some(({ event }) => event === 'end')
  const place = (path: string) => (isAbsolute(path) ? relative(top, path) : path).replaceAll('\\', '/')
  const about = (file: string): About => ({ top, file, units })

  const results = new Map<string, FileResult>()
  const cases = new Map<string, TestCase>()
  const running = new Set<string>()
  for (const event of events) {
    if (event.event === 'broken-file') {
      const file = place(event.path)
      results.set(file, { path: file, loaded: false, failure: failureOf(event.error, about(file)) })
    } else if (event.event === 'skipped-file') {
      const file = place(event.path)
      results.set(file, { path: file, loaded: true })
      cases.set(`${file}::`, { file, name: '', status: 'skipped' })
    } else if (event.event === 'collected') {
      const file = place(event.path)
      if (!results.has(file)) results.set(file, { path: file, loaded: true })
      cases.set(event.node, neverRan(file, nameOf(event.node)))
    } else if (event.event === 'started') running.add(event.node)
    else if (event.event === 'phase') {
      const before = running.has(event.node) ? undefined : cases.get(event.node)
      const file = event.path === undefined ? (before?.file ?? '') : place(event.path)
      running.delete(event.node)
      cases.set(event.node, worse(before, caseOf(event, file, about(file))))
    }
  }
  for (const name of running) {
    const stuck = cases.get(name)
    if (stuck !== undefined) cases.set(name, { ...stuck, failure: brokenOff(ending) })
  }
  for (const file of files ?? [])
    if (!results.has(file) || !ended)
      results.set(file, results.get(file) ?? { path: file, loaded: false, failure: absent(ended, ending) })
  return { cases: [...cases.values()], files: [...results.values()] }
}

function eventOf(line: string): Event[] {
  if (line === '') return []
  try {
    return [v.parse(Event, JSON.parse(line))]
  } catch (error) {
    // A line that a kill cut short; without the last one the report counts as broken off anyway.
    if (error instanceof SyntaxError || error instanceof v.ValiError) return []
    throw error
  }
}

const nameOf = (node: string) => node.slice(node.indexOf('::') + 2)

const neverRan = (file: string, name: string): TestCase => ({
  file,
  name,
  status: 'failed',
  failure: { kind: 'other', message: 'It was collected and never ran to its end.' },
})

const brokenOff = ({ timedOut, exit }: { timedOut: boolean; exit: number | undefined }) =>
  timedOut
    ? ({ kind: 'timeout', message: 'It was running when the time was up.' } as const)
    : ({
        kind: 'other',
        message: `The process ended while it was running (exit code ${exit ?? 'none'}).`,
      } as const)

const absent = (ended: boolean, ending: { timedOut: boolean; exit: number | undefined }) =>
  ended ? ({ kind: 'other', message: 'pytest collected nothing from it.' } as const) : brokenOff(ending)

function caseOf({ node, outcome, xfail, text, error }: Phase, file: string, about: About): TestCase {
  const name = nameOf(node)
  // Who expects a failure says with it that nothing is proved either way.
  if (xfail) return { file, name, status: 'todo' }
  if (outcome !== 'failed') return { file, name, status: outcome }
  const message = text.trim().slice(-LONGEST_MESSAGE)
  const failure = error === undefined ? ({ kind: 'other', message } as const) : failureOf(error, about)
  return { file, name, status: 'failed', failure }
}

/** A test has three phases; the worst of them is its result, and the first failure its reason. */
function worse(before: TestCase | undefined, now: TestCase): TestCase {
  const order = ['passed', 'skipped', 'todo', 'failed']
  if (before === undefined) return now
  return order.indexOf(now.status) > order.indexOf(before.status) ? now : before
}
