/** `status` for people: a line a task, or one task in full. Pure: views in, lines out, none wider than it may be. */
import { styleText } from 'node:util'
import { cells, cut, harmless, oneLine, pad, wrap } from '../io/cells.ts'
import { threeDigits } from '../io/numbered.ts'
import type { ItemFacts } from '../task/status.ts'
import { totalOf } from './status-spent.ts'
import type { TaskView } from './status-view.ts'

/** Colours are the terminal's; a pipe gets none. */
export type Paint = (style: 'dim' | 'green' | 'yellow' | 'red' | 'cyan' | 'bold', text: string) => string
export const plain: Paint = (_, text) => text
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false })

export interface Page {
  paint: Paint
  /** Cells a line. */
  width: number
  /** Lines; what does not fit is summed up. */
  height?: number
}

/** What a line says of a task. */
export type LineView = Pick<
  TaskView,
  'id' | 'state' | 'model' | 'worktree' | 'items' | 'question' | 'failure' | 'summary' | 'remarks'
> &
  Partial<Pick<TaskView, 'waiting' | 'cost_usd' | 'tokens'>>

/** By state: its colour, and how much it wants to be seen where there is not room for all (0 first). */
const STATES: Record<string, ['dim' | 'green' | 'yellow' | 'red' | 'cyan', number]> = {
  asking: ['yellow', 0],
  parked: ['yellow', 0],
  failed: ['red', 1],
  lost: ['red', 1],
  blocked: ['yellow', 1],
  incomplete: ['yellow', 1],
  running: ['cyan', 2],
  queued: ['dim', 3],
  stopped: ['dim', 4],
  done: ['green', 5],
}
const colourOf = (state: string) => STATES[state]?.[0] ?? 'red'
const rankOf = (state: string) => STATES[state]?.[1] ?? 0

/** Less of a text than this is not worth its place (cells). */
const LEAST = 16

/** `● id (model, worktree) — 4/6 items`, the states aligned behind it, and what matters most of it. */
export function overview(tasks: readonly LineView[], { paint, width, height }: Page): string[] {
  if (tasks.length === 0) return ['No tasks yet. In Claude Code: /dispatch <what you want done>']
  const { shown, more } = fitting(tasks, height ?? Number.POSITIVE_INFINITY)
  const stateWidth = Math.max(...shown.map(({ state }) => state.length))
  const most = width - 4 - stateWidth
  const heads = shown.map((task) => headOf(task, most))
  const column = Math.max(...heads.map(cells))
  const room = width - 6 - column - stateWidth
  const lines = shown.map((task, i) => {
    const colour = colourOf(task.state)
    const gist = room < LEAST ? '' : cut(gistOf(task), room)
    const start = `${paint(colour, '●')} ${pad(heads[i] ?? '', column)}  `
    if (gist === '') return start + paint(colour, task.state)
    return `${start}${paint(colour, pad(task.state, stateWidth))}  ${paint('dim', gist)}`
  })
  const last = more ?? (height === undefined || lines.length < height ? totalOf(tasks) : undefined)
  return last === undefined ? lines : [...lines, paint('dim', cut(last, width))]
}

/** The tasks that a terminal of so many lines has room for: those that want somebody first, in their own order. */
function fitting<T extends LineView>(tasks: readonly T[], height: number): { shown: T[]; more?: string } {
  if (tasks.length <= height) return { shown: [...tasks] }
  const byNeed = tasks
    .map((task, at) => ({ task, at }))
    .sort((a, b) => rankOf(a.task.state) - rankOf(b.task.state) || a.at - b.at)
  const room = Math.max(1, height - 1)
  const shown = byNeed.slice(0, room).sort((a, b) => a.at - b.at)
  const counts = new Map<string, number>()
  for (const { task } of byNeed.slice(room)) counts.set(task.state, (counts.get(task.state) ?? 0) + 1)
  const kinds = [...counts].map(([state, count]) => `${count} ${state}`)
  return {
    shown: shown.map(({ task }) => task),
    ...(height > 1 ? { more: `… and ${tasks.length - room} more: ${kinds.join(', ')}` } : {}),
  }
}

/** The count is never cut off, the name is. */
function headOf({ id, model, worktree, items }: LineView, most: number): string {
  const count = ` — ${items.done}/${items.total} items`
  const name = `${id} (${[oneLine(model ?? '?'), worktree === null ? '' : 'worktree'].filter(Boolean).join(', ')})`
  return cut(name, Math.max(4, most - count.length)) + count
}

function gistOf({ state, question, failure, waiting, summary, remarks }: LineView): string {
  if (question !== null) return `asks ${threeDigits(question.number)}: ${oneLine(question.text)}`
  if (failure !== null) return `${failure.class}: ${oneLine(failure.message)}`
  if (waiting) return oneLine(waiting.text)
  // Of what is not done, what is wrong with it comes first.
  return oneLine((state === 'done' ? summary : remarks[0]) ?? remarks[0] ?? summary ?? '')
}

const MARKS: Record<ItemFacts['mark'], [string, 'green' | 'cyan' | 'dim' | 'yellow' | 'red']> = {
  done: ['✓', 'green'],
  doing: ['⋯', 'cyan'],
  open: ['○', 'dim'],
  blocked: ['?', 'yellow'],
  failed: ['!', 'red'],
}

/** One task: its items with their marks, and everything else that there is to know. */
export function detail(task: TaskView, items: readonly ItemFacts[], page: Page): string[] {
  const { paint, width, height = Number.POSITIVE_INFINITY } = page
  const { question, failure, waiting, id, state } = task
  const colour = colourOf(state)
  const fact = (name: string, ...values: (string | null)[]) =>
    values.flatMap((value, i) =>
      value === null || value === ''
        ? []
        : [`  ${paint('dim', pad(i === 0 ? `${name}:` : '', 10))} ${cut(oneLine(value), width - 13)}`],
    )
  const told = (label: string, text: string, style: 'yellow' | 'red') => {
    const [first = '', ...rest] = paragraphs(`${label} ${text}`, width - 4)
    return ['', `  ${first.replace(label, () => paint(style, label))}`, ...rest.map((line) => `    ${line}`)]
  }
  const said = (text: string) => paragraphs(text, width - 2).map((line) => `  ${line}`)
  const spent = [
    task.started_at === null ? '' : `, from ${task.started_at}`,
    task.ended_at === null ? '' : ` to ${task.ended_at}`,
  ].join('')
  const head = `${paint(colour, '●')} ${headOf(task, width - 4 - state.length)}  ${paint(colour, state)}`
  const rest = [
    ...(question === null ? [] : told(`asks ${threeDigits(question.number)}:`, question.text, 'yellow')),
    ...(question === null ? [] : said(`Answer it: dispatch answer ${id} ${threeDigits(question.number)} …`)),
    ...(waiting === null ? [] : told('parked:', waiting.text, 'yellow')),
    ...(waiting === null ? [] : said(`At once: dispatch resume ${id}. Not at all: dispatch stop ${id}`)),
    ...(failure === null ? [] : told(`${failure.class}:`, failure.message, 'red')),
    ...(failure?.alternatives ?? []).map((line, i) => `    ${i + 1}. ${line}`),
    ...(task.summary === null ? [] : ['', ...paragraphs(task.summary, width - 2).map((line) => `  ${line}`)]),
    ...(task.summary === null ? [] : [`  All of it: dispatch output ${id}`]),
    '',
    ...fact('title', task.title),
    ...fact('profile', task.profile),
    ...fact('denied', task.denied.join(', ')),
    ...fact('branch', task.branch),
    ...fact('worktree', task.worktree),
    ...fact('commits', ...task.commits),
    ...fact('attempt', task.attempt === null ? null : `${task.attempt}${spent}`),
    ...fact('cost', task.cost_usd === null ? null : `$${task.cost_usd.toFixed(2)}`),
    ...fact('tokens', task.tokens === null ? null : `${task.tokens.input} in, ${task.tokens.output} out`),
    ...task.remarks.flatMap((remark) => fact('note', remark)),
  ]
  const list = itemLines(items, page, height - 1 - rest.length)
  return [head, ...list, ...rest].slice(0, height)
}

/** Where there is not room for all, what is done is summed up. */
function itemLines(items: readonly ItemFacts[], { paint, width }: Page, room: number): string[] {
  const lines = (some: readonly ItemFacts[]) => some.flatMap((item) => linesOf(item, paint, width))
  const all = lines(items)
  const done = items.filter(({ mark }) => mark === 'done').length
  if (all.length <= room || done < 2) return all
  const [sign, colour] = MARKS.done
  return [
    `  ${paint(colour, sign)} ${done} items done`,
    ...lines(items.filter(({ mark }) => mark !== 'done')),
  ]
}

function linesOf({ mark, text, note, blocker, error, indent }: ItemFacts, paint: Paint, width: number) {
  const [sign, colour] = MARKS[mark]
  const margin = `  ${(indent ?? '').replaceAll('\t', '  ')}`
  const room = width - margin.length - 2
  const words = cut(`${oneLine(text)}${mark === 'doing' ? ' (in progress)' : ''}`, room)
  const said = note === undefined ? '' : cut(` — ${oneLine(note)}`, Math.max(0, room - cells(words)))
  const reason = mark === 'blocked' ? blocker : mark === 'failed' ? error : undefined
  const why = reason === undefined ? [] : paragraphs(reason, room - 2)
  return [
    `${margin}${paint(colour, sign)} ${words}${paint('dim', said)}`,
    ...why.map((line) => `${margin}  ${paint(colour, `> ${line}`)}`),
  ]
}

/** A text of several lines, each broken where it is too long. */
const paragraphs = (text: string, width: number) =>
  text
    .replace(/^\s*\n|\s+$/g, '')
    .split(/\r?\n/)
    .flatMap((line) => wrap(harmless(line).trimEnd(), Math.max(LEAST, width)))
