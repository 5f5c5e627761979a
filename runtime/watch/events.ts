/** What the lead needs to hear: open questions and ends. Pure: an observed task in, events out. */
import type { Observed } from '../attempt/observe.ts'
import { summaryOf } from '../attempt/summary.ts'
import { oneLine } from '../io/cells.ts'
import { threeDigits } from '../io/numbered.ts'
import { failureOf, isOver, type State } from '../task/status.ts'

export interface Event {
  id: string
  /** A `notice` is what the lead should know, and need not do anything about; a `step` is a run's to take. */
  kind: 'question' | 'end' | 'notice' | 'step'
  /** The question's number; null for an end. */
  number: number | null
  /** The question, the summary, or what went wrong. */
  text: string
  state: State
  /** ISO 8601. */
  at: string
  /** Names this very event, also as a file name. */
  key: string
}

/** A number that is asked anew is another event; an inode may be used again, so the time is in it, too. */
export const questionKey = (id: string, { identity, askedAt }: { identity: string; askedAt: string }) =>
  `${id}.q${identity.replace(':', '-')}-${Date.parse(askedAt).toString(36)}`

/** An id that is begun anew, after its folder was removed, counts its attempts from 1 again: the mark tells them apart. */
const endKey = ({ id, attempt }: Observed, at: string) =>
  `${id}.end${attempt?.paths.number ?? 0}-${attempt?.launch?.mark.slice(0, 8) ?? Date.parse(at).toString(36)}`

export function eventsOf(task: Observed): Event[] {
  const { id, state, questions, exit, request } = task
  // The run that started it tells of it (run-events.ts).
  if (request?.run !== undefined) return []
  if (state === 'asking' || state === 'parked')
    return questions.flatMap((question) =>
      question.answered
        ? []
        : [
            {
              id,
              kind: 'question' as const,
              number: question.number,
              text: question.text,
              state,
              at: question.askedAt,
              key: questionKey(id, question),
            },
          ],
    )
  if (!isOver(state)) return []
  const at = exit?.ended_at ?? new Date(0).toISOString()
  return [
    {
      id,
      kind: 'end',
      number: null,
      text: endText(task),
      state,
      at,
      key: endKey(task, at),
    },
  ]
}

function endText(task: Observed): string {
  const { state, items, exit } = task
  const failure = failureOf(task, state)
  const summary = summaryOf(task)
  if (state === 'done') return summary ?? `${items.length} of ${items.length} items.`
  const blocked = items.flatMap((item, i) =>
    item.mark === 'blocked' ? [`item ${i + 1}: ${item.blocker ?? item.note ?? item.text}`] : [],
  )
  const open = items.filter(({ mark }) => mark === 'open' || mark === 'doing').length
  const parts = [
    failure === null ? undefined : `${failure.class}: ${failure.message}`,
    state === 'stopped' ? (exit?.reason ?? undefined) : undefined,
    state === 'blocked' ? blocked.join('; ') : undefined,
    state === 'incomplete'
      ? open > 0
        ? `${open} of ${items.length} items are open.`
        : `${task.missing.join(', ')} is missing.`
      : undefined,
    summary ?? undefined,
  ]
  return parts.filter((part) => part !== undefined && part !== '').join(' ')
}

/** One line for the lead. Long texts are cut; the verb at the end shows the rest. */
export function lineOf({ id, kind, number, text, state }: Event): string {
  if (kind === 'question')
    return `${id} asks ${threeDigits(number ?? 0)}: ${shortened(text)} — dispatch answer ${id} ${threeDigits(number ?? 0)}`
  if (kind === 'step') return `${id}: ${shortened(text)} — dispatch next --run ${id}`
  return `${id} ${state}: ${shortened(text)} — dispatch ${state === 'done' ? 'output' : 'status'} ${id}`
}

/** Characters of a text in a line for the lead. */
const MOST = 600

function shortened(text: string): string {
  const characters = [...quotable(oneLine(text))]
  return characters.length <= MOST ? characters.join('') : `${characters.slice(0, MOST).join('')}…`
}

/** What separates our events, and what ends them, is no one else's to write: a text could tell of an end that never was. */
const quotable = (line: string) =>
  line.replace(/(^| )·(?= |$)/g, '$1;').replace(/[—–―](?=\s*dispatch\b)/gi, '-')

/** Events that are told at once; a lead pays for each, and can ask for the others. */
const AT_ONCE = 20

/** One arrival: its lines, and the events that they tell. The others stay untold. */
export function arrivalOf(events: Event[], most = AT_ONCE): { told: Event[]; lines: string[] } {
  const told = events.slice(0, most)
  const more = events.length - told.length
  return { told, lines: [...told.map(lineOf), ...(more > 0 ? [`and ${more} more: dispatch status`] : [])] }
}
