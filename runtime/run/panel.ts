/**
 * What a person, and the session that takes a run up, is shown of it: what is done, where it stands, what is open and
 * what was put off, in at most twenty lines. The lines of the tasks are those of a todo list. Pure.
 */
import { cut, oneLine } from '../io/cells.ts'
import type { BatchFacts, RunFacts } from './facts.ts'
import { type Cursor, progressOf } from './panel-progress.ts'
import { deferredOf } from './review-issues.ts'

const LINES = 20
/** Cells of a line. */
const WIDE = 110
/** Put-off issues that are named. */
const NAMED = 3

export function panel(facts: RunFacts, { isNew = false }: { isNew?: boolean } = {}): string[] {
  const progress = progressOf(facts)
  const { batch, phase } = progress
  const head = isNew
    ? begins(facts)
    : `${facts.run.name} on ${facts.run.branch}: ${standing(facts, batch, phase)}`
  const after = [...attemptLines(batch), ...deferredLines(facts)]
  const room = LINES - 1 - after.length
  return [head, ...taskLines(facts, progress.tasks, room), ...after].map((line) => cut(line, WIDE))
}

const count = (n: number, word: string, words = `${word}s`) => `${n} ${n === 1 ? word : words}`

function begins({ run, plan }: RunFacts): string {
  const tasks = plan.batches.reduce((sum, { tasks }) => sum + tasks.length, 0)
  return `${run.name} begins on ${run.branch}: ${count(tasks, 'task')} in ${count(plan.batches.length, 'batch', 'batches')}`
}

const PHASES: Record<Cursor, string> = {
  red: 'red (tests first)',
  green: 'green (make them pass)',
  review: 'review',
  fix: 'fix (what the reviewers found)',
  commit: 'commit',
  final: 'final review',
  done: 'done',
}

function standing({ plan }: RunFacts, batch: BatchFacts | undefined, phase: Cursor): string {
  const all = count(plan.batches.length, 'batch', 'batches')
  if (batch === undefined) return `done, ${all} committed`
  if (batch.key === 'final') return `${all} committed, ${PHASES.final}`
  const at = plan.batches.findIndex(({ number }) => number === batch.key) + 1
  return `batch ${batch.key}${at === batch.key ? '' : ` (number ${at})`} of ${plan.batches.length}, ${
    batch.base === undefined ? 'not begun' : PHASES[phase]
  }`
}

/** What was accepted in the open batch, which nobody does again, and what is still open. */
function attemptLines(batch: BatchFacts | undefined): string[] {
  if (batch?.base === undefined) return []
  const counting = batch.attempts.filter((attempt) => attempt.void === undefined)
  const accepted = counting.filter((attempt) => attempt.accepted !== undefined)
  const open = counting.filter((attempt) => attempt.accepted === undefined)
  const list = (some: readonly { id: string }[], words: string) =>
    some.length === 0 ? [] : [`${words}: ${some.map(({ id }) => id).join(', ')}`]
  return [...list(accepted, 'Accepted'), ...list(open, 'Open')]
}

function deferredLines(facts: RunFacts): string[] {
  const deferred = deferredOf(facts)
  if (deferred.length === 0) return []
  const shown = deferred
    .slice(0, NAMED)
    .map(({ severity, location, description }) => `  ${severity} ${location} ${oneLine(description)}`)
  return [`Deferred: ${deferred.length}`, ...shown]
}

const MARKS = { completed: '✓', inProgress: '⋯', pending: '○' } as const
type Mark = keyof typeof MARKS

/** As a todo list has them. Where they are too many, what is done is counted first, then what comes last. */
function taskLines({ plan }: RunFacts, tasks: Record<Mark, string[]>, room: number): string[] {
  const known = new Map(plan.tasks.map((task) => [task.id, task]))
  const line = (mark: Mark) => (id: string) => {
    const task = known.get(id)
    const words = (mark === 'inProgress' ? task?.activeForm : task?.content) ?? ''
    return `${MARKS[mark]} ${id} ${oneLine(words.replace('[P]', ''))}`.trimEnd()
  }
  const lines = (mark: Mark) => tasks[mark].map(line(mark))
  const [done, open, later] = [lines('completed'), lines('inProgress'), lines('pending')]
  if (done.length + open.length + later.length <= room) return [...done, ...open, ...later]
  const summary = (all: string[], mark: Mark, what: string) =>
    all.length < 2 ? all : [`${MARKS[mark]} ${all.length} tasks ${what}`]
  const first = summary(done, 'completed', 'committed')
  const left = room - first.length
  if (open.length + later.length <= left) return [...first, ...open, ...later]
  const shown = [...open, ...later].slice(0, left - 1)
  return [...first, ...shown, `… and ${open.length + later.length - shown.length} more`]
}
