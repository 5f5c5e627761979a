/**
 * plan.md as people write it: the title, the context, and the checklist items with their marks. Pure: text in, values
 * out. Items are not looked for in fenced code, in HTML comments, and under the `## Context` heading, since that text
 * goes into the worker's prompt and is no checklist.
 */
import { unreadable } from '../io/errors.ts'
import { bare, FENCE, HEADING, ITEM, ITEM_EXAMPLE, isInProgress, linesOf, looksBroken } from './grammar.ts'
import { reasonAt } from './reason.ts'
import { textAndNote } from './words.ts'

export type Mark = 'open' | 'doing' | 'done' | 'blocked' | 'failed'

/** What stands between the brackets. */
export const CHARACTER: Readonly<Record<Mark, string>> = {
  open: ' ',
  doing: '~',
  done: 'x',
  blocked: '?',
  failed: '!',
}

export interface Item {
  /** Position in the checklist, from 0. */
  index: number
  /** Line in the file, from 1. */
  line: number
  /** The white space before the bullet. */
  indent: string
  mark: Mark
  /** The item's words, without note and `(in progress)`; its identity, see `withTexts`. */
  text: string
  /** All that stands behind the brackets. */
  body: string
  note?: string
  blocker?: string
  error?: string
}

/** A line that looks as if an item was meant. */
export interface Problem {
  line: number
  found: string
}

export interface Plan {
  title: string | undefined
  context: string | undefined
  items: Item[]
  /** What the items say will be there in the end: every `.dispatch/tasks/<id>/<name>` in their words. */
  deliverables(id: string): string[]
}

export interface Scan extends Plan {
  /** The file's lines, each with its own line end. */
  lines: string[]
  problems: Problem[]
  /** Why this text cannot be used at all. */
  damage: (Problem & { expected: string }) | undefined
}

/** Reads a plan that is about to be used: exit 65 with the line where it is none or where a marker is broken. */
export function parsePlan(text: string, path = 'plan.md'): Plan {
  const { title, context, items, deliverables, problems, damage } = scanPlan(text)
  const [first] = problems
  if (first !== undefined && !text.includes('\0'))
    throw unreadable({
      what: 'this is not a checklist item',
      where: `${path}:${first.line}`,
      expected: `an item such as ${ITEM_EXAMPLE}, marked [ ] [~] [x] [?] or [!]`,
      found: first.found,
    })
  if (damage !== undefined)
    throw unreadable({ what: 'not a plan', where: `${path}:${damage.line}`, ...damage })
  return { title, context, items, deliverables }
}

/** Reads a plan that is in use, where a person may be in the middle of typing: tells problems and goes on. */
export function scanPlan(text: string): Scan {
  const lines = linesOf(text)
  const items: Item[] = []
  const problems: Problem[] = []
  const contexts: string[] = []
  let title: string | undefined
  let fence: { mark: string; line: number } | undefined
  let comment = false
  let context: { level: number; from: number } | undefined
  const endContext = (to: number) => {
    if (context !== undefined) contexts.push(lines.slice(context.from, to).join('').trim())
    context = undefined
  }
  for (const [at, line] of lines.entries()) {
    const content = bare(line)
    if (comment) {
      comment = !content.includes('-->')
      continue
    }
    const opened = mayFence(content) ? FENCE.exec(content)?.[1] : undefined
    if (fence !== undefined) {
      if (opened?.startsWith(fence.mark) && content.trim() === opened) fence = undefined
      continue
    }
    if (opened !== undefined) {
      fence = { mark: opened, line: at + 1 }
      continue
    }
    if (content.trimStart().startsWith('<!--')) {
      comment = !content.includes('-->')
      continue
    }
    const heading = content.includes('#') ? HEADING.exec(content) : null
    if (heading !== null) {
      const level = heading[1]?.length ?? 1
      const words = heading[2] ?? ''
      if (context !== undefined && level <= context.level) endContext(at)
      if (context !== undefined) continue
      if (level > 1 && /^context:?$/i.test(words)) context = { level, from: at + 1 }
      else title ??= words === '' ? undefined : words
      continue
    }
    if (context !== undefined) continue
    const item = itemAt(lines, at, items.length)
    if (item !== undefined) items.push(item)
    else if (looksBroken(content)) problems.push({ line: at + 1, found: content.trim().slice(0, 80) })
  }
  endContext(lines.length)
  const damage = damageOf(text, lines, items, fence?.line)
  const deliverables = (id: string) => deliverablesOf(items, id)
  return { lines, title, context: contexts.join('\n\n') || undefined, items, deliverables, problems, damage }
}

const mayFence = (content: string) => content.includes('```') || content.includes('~~~')

function damageOf(text: string, lines: string[], items: Item[], fence: number | undefined): Scan['damage'] {
  const expected = `a checklist, one item a line, such as ${ITEM_EXAMPLE}`
  const nul = text.indexOf('\0')
  if (nul >= 0) return { line: linesOf(text.slice(0, nul + 1)).length, expected, found: 'a NUL byte' }
  if (items.length > 0) return undefined
  if (text.replace('\uFEFF', '').trim() === '') return { line: 1, expected, found: 'an empty text' }
  const found =
    fence === undefined ? 'no item' : `no item: a code fence is opened in line ${fence} and not closed`
  return { line: lines.length, expected, found }
}

/** The item in line `at` (from 0), or undefined where that line is none. */
function itemAt(lines: readonly string[], at: number, index: number): Item | undefined {
  const found = ITEM.exec(lines[at] ?? '')
  if (found === null) return undefined
  const [, , indent = '', character = ' ', , body = ''] = found
  const inProgress = isInProgress(body)
  const mark = markOf(character, inProgress)
  const reason = reasonAt(lines, at, indent)
  return {
    index,
    line: at + 1,
    indent,
    mark,
    body,
    ...textAndNote(body, mark, undefined),
    ...(reason.kind === undefined ? {} : { [reason.kind]: reason.text }),
  }
}

function markOf(character: string, inProgress: boolean): Mark {
  if (character === 'x' || character === 'X') return 'done'
  if (character === '?') return 'blocked'
  if (character === '!') return 'failed'
  return character === '~' || inProgress ? 'doing' : 'open'
}

function deliverablesOf(items: readonly Item[], id: string): string[] {
  const folder = `.dispatch/tasks/${id}/`
  const found = items
    .filter(({ text }) => text.includes(folder))
    .flatMap(({ text }) => text.match(pathsInTasks(text)) ?? [])
    .filter((path) => path.startsWith(folder))
    .map((path) => path.replace(/\.+$/, ''))
  return [...new Set(found)].filter((path) => !path.split('/').includes('..'))
}

/** With the letters of all languages it takes milliseconds to make, which `status` pays only where there are any. */
const pathsInTasks = (text: string) => (isAscii(text) ? IN_ENGLISH : inAnyLanguage())
const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text)
const IN_ENGLISH = /\.dispatch\/tasks\/[a-z0-9-]+\/[\w.-]+(?:\/[\w.-]+)*/g
const inAnyLanguage = () => /\.dispatch\/tasks\/[a-z0-9-]+\/[\p{L}\p{N}_.-]+(?:\/[\p{L}\p{N}_.-]+)*/gu
