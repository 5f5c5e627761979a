/**
 * Tasks that a run started for itself (reviewers of other vendors) wake nobody one by one: the run's next step has to
 * be asked for when the last of a batch is in. Pure but for a look whether the run has taken notice already.
 */
import { createHash } from 'node:crypto'
import type { Observed } from '../attempt/observe.ts'
import { statIfThere } from '../io/stat.ts'
import { isOver } from '../task/status.ts'
import type { Event } from './events.ts'

type Seen = Pick<Observed, 'state' | 'questions' | 'waiting' | 'request'>

/**
 * What a run has to see to: it is over; it asks what nobody will answer; it waits for its provider longer than a review
 * may take. Undefined: it goes on by itself.
 */
export function needOf({ state, questions, waiting, request }: Seen): 'over' | 'asks' | 'late' | undefined {
  if (isOver(state)) return 'over'
  if (questions.some(({ answered }) => !answered)) return 'asks'
  if (state !== 'parked' || waiting === undefined) return undefined
  const most = request?.timeout ?? Number.POSITIVE_INFINITY
  return Date.parse(waiting.until) - Date.parse(waiting.began) > most ? 'late' : undefined
}

/** Where below the root the attempt of a run lies that this task works for. */
const ATTEMPT = /^runs\/([A-Za-z0-9][\w.-]*)\/(batch-(\d+)|final)\/[A-Za-z0-9][\w.-]*$/

export const isOfRun = ({ request }: Pick<Observed, 'request'>) => request?.run !== undefined

/** One event for each batch all of whose reviewers are in, and whose run does not know yet. */
export function runEvents(root: string, tasks: readonly Observed[]): Event[] {
  const groups = new Map<string, { name: string; batch: string | undefined; members: Observed[] }>()
  for (const task of tasks) {
    const run = task.request?.run ?? ''
    const [, name, folder, batch] = ATTEMPT.exec(run) ?? []
    if (name === undefined || isTaken(root, run)) continue
    const key = `${name}/${folder}`
    const group = groups.get(key) ?? { name, batch, members: [] }
    group.members.push(task)
    groups.set(key, group)
  }
  return [...groups].flatMap(([key, { name, batch, members }]) => {
    if (members.some((task) => needOf(task) === undefined)) return []
    // Another attempt, another state or another question is news.
    const marks = members.map(
      ({ id, attempt, state, questions }) =>
        `${id} ${attempt?.launch?.mark ?? attempt?.paths.number} ${state} ${questions.length}`,
    )
    const digest = createHash('sha256')
      .update([key, ...marks.sort()].join('\n'))
      .digest('hex')
      .slice(0, 12)
    return [
      {
        id: name,
        kind: 'step' as const,
        number: null,
        text: `the reviewers of ${batch === undefined ? 'the whole branch' : `batch ${Number(batch)}`} are done`,
        state: 'done' as const,
        at:
          members
            .map(({ exit }) => exit?.ended_at ?? '')
            .sort()
            .at(-1) ?? '',
        key: `${name}.run-${digest}`,
      },
    ]
  })
}

/** Its review is with the run already, or counts no more. */
const isTaken = (root: string, run: string) =>
  ['accepted.yaml', 'void.yaml'].some((name) => statIfThere(`${root}/${run}/${name}`) !== undefined)
