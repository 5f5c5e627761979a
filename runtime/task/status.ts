/**
 * The state of a task: facts in, state out. Nothing is read here and nothing is stored; the precedence is the
 * contract's, first that applies.
 */
import type { FailureClass } from '../backend/backend.ts'
import type { Mark } from './plan.ts'

export type State =
  | 'asking'
  | 'running'
  | 'queued'
  | 'lost'
  | 'stopped'
  | 'parked'
  | 'failed'
  | 'blocked'
  | 'incomplete'
  | 'done'

export interface ItemFacts {
  text: string
  mark: Mark
  /** White space before the bullet. */
  indent?: string | undefined
  note?: string | undefined
  blocker?: string | undefined
  error?: string | undefined
}

export interface QuestionFacts {
  number: number
  text: string
  askedAt: string
  answered: boolean
  read: boolean
}

export interface ExitFacts {
  class: FailureClass | null
  code: number | null
  signal: string | null
  reason: string | null
  ended_by: 'stop' | 'timeout' | 'budget' | null
  denied: string[]
  final_text: string | null
}

/** It failed and goes on by itself. */
interface WaitFacts {
  /** ISO 8601. */
  until: string
  class: FailureClass
  /** Another model goes on; null: the same. */
  model: string | null
}

export interface StateFacts {
  items: ItemFacts[]
  /** The newest attempt was launched. */
  launched: boolean
  /** Its worker runs, or its supervisor still settles the end. */
  alive: boolean
  /** Its settled end. */
  exit: ExitFacts | undefined
  /** It was stopped while it waited, when its end was recorded already. */
  givenUp?: boolean
  /** The questions of the newest attempt (and of those it resumed). */
  questions: QuestionFacts[]
  /** Deliverables that the plan names and that are not there. */
  missing: string[]
  /** What it waits for besides answers. */
  waiting?: WaitFacts | undefined
}

export function stateOf(facts: StateFacts): State {
  const { items, launched, alive, exit, givenUp, questions, missing, waiting } = facts
  const has = (mark: Mark) => items.some((item) => item.mark === mark)
  if (alive) return questions.some(({ answered }) => !answered) ? 'asking' : 'running'
  if (exit === undefined) return launched ? 'lost' : 'queued'
  if (exit.class === 'lost') return 'lost'
  if (exit.ended_by === 'stop') return 'stopped'
  if (waiting !== undefined || questions.some(({ answered, read }) => !answered || !read))
    return givenUp ? 'stopped' : 'parked'
  if (exit.class !== null || exit.code !== 0 || has('failed')) return 'failed'
  if (has('blocked')) return 'blocked'
  if (has('open') || has('doing') || missing.length > 0) return 'incomplete'
  return 'done'
}

/** States in which nothing goes on by itself any more. `parked` waits for an answer or a time. */
export const isOver = (state: State) => !['asking', 'running', 'queued', 'parked'].includes(state)

export interface FailureFacts {
  class: FailureClass
  message: string
}

/** Why a task is not done, where there is a class for it. */
export function failureOf(facts: StateFacts, state: State): FailureFacts | null {
  const { exit, items } = facts
  if (state === 'lost')
    return { class: 'lost', message: exit?.reason ?? 'The worker is gone and nobody saw how it ended.' }
  if (exit?.class && state !== 'stopped' && state !== 'parked')
    return { class: exit.class, message: exit.reason ?? `The worker ended with ${ending(exit)}.` }
  if (exit === undefined || exit.denied.length === 0)
    return state === 'failed'
      ? {
          class: 'crashed',
          message:
            failedItem(items) ?? `The worker ended with ${exit === undefined ? 'no record' : ending(exit)}.`,
        }
      : null
  if (state !== 'failed' && state !== 'blocked' && state !== 'incomplete') return null
  return { class: 'denied', message: `The worker was not permitted: ${exit.denied.join(', ')}.` }
}

const ending = ({ code, signal }: ExitFacts) =>
  signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`

function failedItem(items: ItemFacts[]): string | undefined {
  const at = items.findIndex(({ mark }) => mark === 'failed')
  const item = items[at]
  return item === undefined
    ? undefined
    : `Item ${at + 1}, ${item.text}: ${item.error ?? item.note ?? 'marked as failed'}`
}

/** The first paragraph of a Markdown text without its headings, at most 300 characters, on one line. */
export function firstParagraph(text: string): string | null {
  const lines: string[] = []
  // A byte order mark is white space to `trim`.
  for (const line of text.split('\n')) {
    if (line.trim() === '' && lines.length > 0) break
    if (line.trim() !== '' && !isHeading(line)) lines.push(line)
  }
  if (lines.length === 0) return null
  const first = lines.join(' ').replace(/\s+/g, ' ').trim()
  const characters = [...first]
  return characters.length <= SUMMARY ? first : `${characters.slice(0, SUMMARY - 1).join('')}…`
}

/** `# So`, or what underlines the line before. */
const isHeading = (line: string) =>
  '#=-'.includes(line.trim()[0] ?? '') && /^\s*(#{1,6}\s|[=-]{3,}\s*$)/.test(line)

/** Characters of a summary, at most. */
const SUMMARY = 300
