/** `start --all`: one text, several tasks, each YAML front matter and a checklist. */
import * as v from 'valibot'
import { unreadable } from '../io/errors.ts'
import { parseYaml } from '../io/yaml.ts'
import { bare, FENCE, linesOf } from '../task/grammar.ts'
import type { Wanted } from './start-request.ts'

const words = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform((text) => text.split(/[\s,]+/).filter(Boolean)),
  ),
])
/** What YAML 1.1, and most people, take for it. */
const yesOrNo = v.union([
  v.boolean(),
  v.pipe(
    v.picklist(['yes', 'no']),
    v.transform((word) => word === 'yes'),
  ),
])
const text = v.pipe(v.union([v.string(), v.number()]), v.transform(String))
/** `key:` with nothing after it is absent, as in the configuration. */
const optional = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  )

const KEYS = {
  id: v.string('text'),
  model: optional(text),
  profile: optional(v.string('text')),
  worktree: optional(yesOrNo),
  base: optional(text),
  after: optional(words),
  priority: optional(v.string('text')),
  timeout: optional(text),
  budget: optional(text),
}
const FrontMatter = v.strictObject(KEYS)
const NAMES = Object.keys(KEYS)
const EXPECTED: Record<string, string> = {
  worktree: 'true or false',
  after: 'task ids, with commas between them',
  id: 'text (in quotes if it is a number)',
}

export interface Document {
  wanted: Wanted
  plan: string
  /** How many lines of the text stand above the plan, for messages. */
  above: number
}

/**
 * A document begins with a line `---`, its keys and another `---`; its checklist goes on to the next such pair. Keys
 * are what begins a document: a `---` in a checklist (a rule), or anything in fenced code, does not.
 */
export function splitDocuments(input: string): Document[] {
  const lines = linesOf(input.replace(/^\uFEFF/, ''))
  const { begins, swallowed } = findBegins(lines)
  if (swallowed !== undefined)
    throw wrong(
      swallowed.fence,
      'the end of the code that is fenced here, before the next task',
      `a task in line ${swallowed.begin + 1}`,
    )
  const [first = lines.length] = begins
  const before = lines.slice(0, first).findIndex((line) => line.trim() !== '')
  if (begins.length === 0 || before !== -1) {
    const at = before + (isRule(lines[before]) ? 1 : 0)
    throw wrong(Math.max(0, at) + 1, 'a line `---`, then `id: …` and the other keys', quoted(lines[at]))
  }
  return begins.map((begin, i) => documentAt(lines, begin, begins[i + 1] ?? lines.length))
}

const isRule = (line: string | undefined) => line !== undefined && /^---[ \t]*$/.test(bare(line))

interface Begins {
  begins: number[]
  /** A fence that is never closed, with a document in it that would get lost. */
  swallowed: { fence: number; begin: number } | undefined
}

function findBegins(lines: readonly string[]): Begins {
  const begins: number[] = []
  let fence: { mark: string; line: number; begin?: number } | undefined
  for (let at = 0; at < lines.length; at++) {
    const content = bare(lines[at] ?? '')
    const mark = FENCE.exec(content)?.[1]
    const begin = isRule(content) && hasKeys(lines, at)
    if (fence !== undefined) {
      if (mark?.startsWith(fence.mark) && content.trim() === mark) fence = undefined
      else if (begin) fence.begin ??= at
    } else if (mark !== undefined) fence = { mark, line: at + 1 }
    else if (begin) {
      begins.push(at)
      at = endOfKeys(lines, at) ?? at
    }
  }
  const swallowed = fence?.begin === undefined ? undefined : { fence: fence.line, begin: fence.begin }
  return { begins, swallowed }
}

/** A checklist, or a heading inside one; a comment of YAML looks like the first heading. */
const isChecklist = (line: string) => /^\s*[-*+]\s+\[|^##/.test(line)

/** Do the lines from `begin` on look like the keys of a task? They end at a rule or at a checklist. */
function hasKeys(lines: readonly string[], begin: number): boolean {
  const names: string[] = []
  for (let at = begin + 1; at < lines.length; at++) {
    const content = bare(lines[at] ?? '')
    if (isRule(content) || isChecklist(content)) break
    const name = /^(\w+)[ \t]*:(?:\s|$)/.exec(content)?.[1]
    if (name !== undefined) names.push(name)
    else if (names.length === 0 && !/^(?:# .*|\s*)$/.test(content)) break
  }
  return names.includes('id') || NAMES.includes(names[0] ?? '')
}

function endOfKeys(lines: readonly string[], begin: number): number | undefined {
  const end = lines.findIndex((line, at) => at > begin && (isRule(line) || isChecklist(line)))
  return isRule(lines[end]) ? end : undefined
}

function documentAt(lines: readonly string[], begin: number, next: number): Document {
  const end = endOfKeys(lines, begin)
  if (end === undefined || end >= next)
    throw wrong(begin + 1, 'a second line `---` behind the keys', quoted(lines[begin + 1]))
  const keys = lines.slice(begin + 1, end)
  // Empty lines in the place of what stands above, so that a complaint names the line of the whole text.
  const value = parseYaml('\n'.repeat(begin + 1) + keys.join(''), 'standard input')
  const front = v.safeParse(FrontMatter, value)
  if (!front.success) {
    const [{ path, received }] = front.issues
    const key = String(path?.[0]?.key ?? '')
    const at = keys.findIndex((line) => new RegExp(`^${key}[ \\t]*:`).test(line))
    const found = keys[at] === undefined ? `no ${key || 'keys'}` : quoted(keys[at])
    const expected =
      key in KEYS ? `${key}: ${EXPECTED[key] ?? 'text'}` : `one of the keys ${NAMES.join(', ')}`
    throw wrong(begin + 2 + Math.max(0, at), expected, key === '' ? received : found)
  }
  const from = end + 1
  const blank = lines.slice(from, next).findIndex((line) => line.trim() !== '')
  const above = blank === -1 ? from : from + blank
  const plan = lines.slice(above, next).join('').trimEnd()
  return { wanted: withoutEmpty(front.output), plan: plan + lineEndOf(lines[begin]), above }
}

/** An empty key says nothing, and so does not hide a flag. */
function withoutEmpty({ id, ...keys }: Wanted): Wanted {
  return { id, ...Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)) }
}

const lineEndOf = (line = '') => /[\r\n]+$/.exec(line)?.[0] ?? '\n'

const quoted = (line: string | undefined) =>
  line === undefined ? 'nothing' : JSON.stringify(bare(line).slice(0, 60))

const wrong = (line: number, expected: string, found: string) =>
  unreadable({
    what: 'not a list of tasks',
    where: `standard input:${line}`,
    expected,
    found,
    next: 'Nothing was created. An example: dispatch start --help',
  })
