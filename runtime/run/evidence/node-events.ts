/**
 * What node:test tells, event by event: the reporter that writes it down, and its lines as cases and files. Of the names
 * of describes only the tests in them are cases, and of a test with subtests its subtests.
 */
import { isAbsolute, relative } from 'node:path'
import * as v from 'valibot'
import { jsFailure } from './js-failure.ts'
import type { FileResult, Outcome, RunRequest, TestCase } from './runner.ts'

/** Runs in the project's own node, in the process above the tests. */
export const REPORTER = `export default async function* (source) {
  for await (const { type, data } of source) {
    if (type === 'test:stderr' || type === 'test:stdout')
      yield JSON.stringify({ type: 'said', file: data.file, text: data.message }) + '\\n'
    else if (type === 'test:pass' || type === 'test:fail') {
      const error = data.details?.error
      const cause = error?.cause
      const text = cause?.stack ?? (typeof cause === 'string' ? cause : error?.message)
      yield JSON.stringify({
        type: type.slice(5), file: data.file, name: data.name, nesting: data.nesting,
        skip: data.skip !== undefined && data.skip !== false, todo: data.todo !== undefined && data.todo !== false,
        group: data.details?.type === 'suite', failure: error?.failureType, text: text === undefined ? undefined : String(text),
      }) + '\\n'
    }
  }
  yield JSON.stringify({ type: 'end' }) + '\\n'
}
`

const text = v.nullish(v.string())
const Event = v.variant('type', [
  v.object({ type: v.literal('said'), file: text, text: v.string() }),
  v.object({
    type: v.picklist(['pass', 'fail']),
    file: text,
    name: v.string(),
    nesting: v.number(),
    skip: v.boolean(),
    todo: v.boolean(),
    group: v.boolean(),
    failure: text,
    text,
  }),
  v.object({ type: v.literal('end') }),
])
type Told = Extract<v.InferOutput<typeof Event>, { nesting: number }>

interface Node extends Told {
  children: Node[]
}

export function readNodeEvents(
  source: string,
  { top, files, units }: Pick<RunRequest, 'top' | 'files' | 'units'>,
): Pick<Outcome, 'cases' | 'files'> & { ended: boolean } {
  const events = source.split('\n').flatMap(eventOf)
  const place = (path: string) => (isAbsolute(path) ? relative(top, path) : path).replaceAll('\\', '/')
  const said = new Map<string, string>()
  /** A file's tests at each depth whose parent has not been told yet. */
  const waiting = new Map<string, Node[][]>()
  const roots = new Map<string, Node[]>()
  for (const event of events) {
    if (event.type === 'end' || !event.file) continue
    const file = place(event.file)
    if (event.type === 'said') {
      said.set(file, ((said.get(file) ?? '') + event.text).slice(0, 16_000))
      continue
    }
    const levels = waiting.get(file) ?? []
    waiting.set(file, levels)
    const node = { ...event, children: levels[event.nesting + 1] ?? [] }
    levels[event.nesting + 1] = []
    if (event.nesting === 0) roots.set(file, [...(roots.get(file) ?? []), node])
    else levels[event.nesting] = [...(levels[event.nesting] ?? []), node]
  }
  const results: FileResult[] = []
  const cases: TestCase[] = []
  for (const [file, nodes] of roots) {
    const own = nodes.filter(({ name }) => !isFile(name, file, top))
    const whole = nodes.find(({ name }) => isFile(name, file, top))
    const found = own.flatMap((node) => casesOf(node, [], { file, top, units }))
    cases.push(...found)
    const failed = whole?.type === 'fail'
    const message = loadingError(said.get(file) ?? '') || (whole?.text ?? '')
    results.push({
      path: file,
      loaded: own.length > 0,
      ...(failed && !found.some(({ status }) => status === 'failed')
        ? { failure: jsFailure({ message, file, top, units, loading: true }) }
        : {}),
    })
  }
  const wanted = files && new Set(files)
  const asked = <T extends { file: string } | { path: string }>(each: T) =>
    wanted === undefined || wanted.has('file' in each ? each.file : each.path)
  return {
    cases: cases.filter(asked),
    // Nothing was told of it: a file without tests, or one that ended its process.
    files: results.filter(asked).filter(({ loaded, failure }) => loaded || failure !== undefined),
    ended: events.some(({ type }) => type === 'end'),
  }
}

const isFile = (name: string, file: string, top: string) =>
  name === file || (isAbsolute(name) && relative(top, name).replaceAll('\\', '/') === file)

function casesOf(
  node: Node,
  above: readonly string[],
  about: { file: string; top: string; units: readonly string[] | undefined },
): TestCase[] {
  const path = [...above, node.name]
  const inside = node.children.flatMap((child) => casesOf(child, path, about))
  const own = node.failure !== 'subtestsFailed' && node.type === 'fail'
  if ((node.group || inside.length > 0) && !own) return inside
  const message = node.text ?? ''
  const failure = jsFailure({ ...about, message, loading: false })
  const base = { file: about.file, name: path.join(' > ') }
  // node:test has neither fail a run.
  if (node.skip) return [...inside, { ...base, status: 'skipped' }]
  if (node.todo) return [...inside, { ...base, status: 'todo' }]
  if (node.type === 'pass') return [...inside, { ...base, status: 'passed' }]
  const late = /timeout/i.test(node.failure ?? '') || node.failure === 'cancelledByParent'
  return [
    ...inside,
    { ...base, status: 'failed', failure: late ? { kind: 'timeout', message: failure.message } : failure },
  ]
}

/** Of what a file printed before it gave up, the error. */
function loadingError(printed: string): string {
  const at = printed.search(/^(?:\w*Error\b.*|node:internal)/m)
  const rest = at === -1 ? printed : printed.slice(at)
  const error = rest.search(/^(?:Uncaught )?\w*Error\b/m)
  const place = printed.slice(0, 300)
  return error === -1 ? printed : `${rest.slice(error)}\n${place}`
}

function eventOf(line: string): v.InferOutput<typeof Event>[] {
  if (line === '') return []
  try {
    return [v.parse(Event, JSON.parse(line))]
  } catch (error) {
    // A line that a kill cut short.
    if (error instanceof SyntaxError || error instanceof v.ValiError) return []
    throw error
  }
}
