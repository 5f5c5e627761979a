/**
 * What happens by itself when a worker has failed: it is tried again after a pause, another model goes on, or nothing,
 * and then the failure is the user's. Pure: what ended and what the user allows in, the next step out.
 */
import type { FailureClass } from '../backend/backend.ts'
import type { Wait } from './record.ts'

export interface FailedEnd {
  class: FailureClass
  /** When the provider said that it is worth trying again (ms since the epoch). */
  until: number | undefined
  /** The model that it ran as. */
  model: string
  /** What the attempt was to be. */
  kind: Wait['kind']
  /** There was a worker. */
  launched: boolean
  /** It finished an item. */
  progressed: boolean
  /** It printed nothing at all. */
  silent: boolean
  /** It was not tried, because another task had just found the model like this. */
  cooled: boolean
}

/** What led to the attempt, where nobody asked for it. */
export type Before = Pick<Wait, 'count' | 'began' | 'origin' | 'tried' | 'anew' | 'kind'>

export interface Rules {
  /** How often in a row without anything done in between; 0: never. */
  retries: number
  /** The pauses before them (ms), the last for all further ones; undefined: our own. */
  backoff?: readonly number[] | undefined
}

export interface Recovery extends Before {
  /** Milliseconds since the epoch. */
  until: number
  /** Null: the same. */
  model: string | null
}

const MINUTE = 60_000
/** Who is overloaded or out of reach may be back in a moment; who counts our requests needs longer (ms). */
const PAUSES = {
  overloaded: [MINUTE / 2, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE],
  network: [MINUTE / 2, MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE],
  'rate-limited': [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 60 * MINUTE],
} satisfies Partial<Record<FailureClass, number[]>>

/** A pause longer than this is not made where another model can go on now (ms). */
export const LONG = 5 * MINUTE
/** The longest window of a plan is a week; what is said to be further away is the user's affair (ms). */
const FURTHEST = 8 * 24 * 60 * MINUTE
/** Many that wait for the same moment do not all come at once: so much later at most, in parts and in ms. */
const JITTER = { part: 0.2, most: MINUTE }

const isPassing = (kind: FailureClass): kind is keyof typeof PAUSES => Object.hasOwn(PAUSES, kind)
/** Another model does not help where the network is gone. */
const CHANGEABLE: readonly FailureClass[] = [
  'auth',
  'cli-missing',
  'model-unavailable',
  'quota',
  'rate-limited',
  'overloaded',
]

/** @param fallback the next model of the user's list that could go on now */
export function recoveryOf(
  end: FailedEnd,
  before: Before | undefined,
  rules: Rules,
  fallback: string | undefined,
  now: number,
  random: () => number = Math.random,
): Recovery | undefined {
  const count = end.progressed ? 0 : (before?.count ?? 0)
  const chain = {
    count,
    began: count === 0 || before === undefined ? new Date(now).toISOString() : before.began,
    origin: before?.origin ?? end.model,
    tried: before?.tried ?? [],
    anew: before?.anew ?? false,
    until: now,
    model: null,
  }
  const until = nextTry(end, count, rules, now, random)
  if (fallback !== undefined && CHANGEABLE.includes(end.class) && isBetter(until, count, now))
    return { ...chain, count: 0, kind: kindFor(end), model: fallback, tried: [...chain.tried, fallback] }
  if (until !== undefined)
    return {
      ...chain,
      kind: end.launched ? 'resume' : end.kind,
      until,
      count: end.cooled ? count : count + 1,
    }
  if (rules.retries <= count) return undefined
  if (end.class === 'context-overflow' && !chain.anew) return { ...chain, kind: 'retry', anew: true }
  // The CLI knows nothing of the conversation that it was to go on with: it had failed too early to be kept.
  if (end.class === 'crashed' && end.silent && before?.kind === 'resume')
    return { ...chain, kind: 'retry', count: count + 1 }
  return undefined
}

/** A conversation in which nothing was done is not worth going on with by another model. */
const kindFor = ({ launched, progressed, kind }: FailedEnd) =>
  progressed ? 'resume' : launched ? 'retry' : kind

const isBetter = (until: number | undefined, count: number, now: number) =>
  until === undefined || count > 0 || until - now > LONG

/** When it is worth trying the same again; undefined: not by itself. */
function nextTry(
  { class: kind, until, cooled }: FailedEnd,
  count: number,
  rules: Rules,
  now: number,
  random: () => number,
): number | undefined {
  if (rules.retries <= count && !(cooled && rules.retries > 0)) return undefined
  const late = (pause: number) => pause + random() * Math.min(pause * JITTER.part, JITTER.most)
  const pause = pauseBefore(kind, count, rules)
  if (until !== undefined && until - now <= FURTHEST && (kind === 'quota' || isPassing(kind))) {
    // A time that had come already when it was tried last was not the whole truth.
    const least = count === 0 || cooled ? 0 : (pauseBefore('rate-limited', count - 1, rules) ?? 0)
    return now + late(Math.max(until - now, least, 0))
  }
  return pause === undefined ? undefined : now + late(pause)
}

/** The pause before the attempt that would be number `count` + 1 in a row (ms). */
export function pauseBefore(kind: FailureClass, count: number, { backoff }: Rules): number | undefined {
  if (!isPassing(kind)) return undefined
  const pauses = backoff ?? PAUSES[kind]
  return pauses[Math.min(count, pauses.length - 1)]
}
