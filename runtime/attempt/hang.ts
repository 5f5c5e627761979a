/**
 * Does a worker still show signs of life? Output, processor time, or a process that it started. Computed on reading,
 * from what the system tells; between two looks a small cache remembers what the last one saw.
 */
import * as v from 'valibot'
import { keepCache, readCache } from '../io/cache.ts'
import { here, isAlive, type Platform, type Row, startedAfter } from '../io/processes.ts'
import { statIfThere } from '../io/stat.ts'
import { below } from './belongings.ts'
import type { Observed } from './observe.ts'

/** What the last look saw. */
const Pulse = v.object({
  /** The last sign of life (ms since the epoch). */
  alive: v.number(),
  /** When the processor time was read, and what it was (ms). */
  at: v.number(),
  cpu: v.number(),
})
type Pulse = v.InferOutput<typeof Pulse>

export interface Look {
  /** Now, when the worker began, and its last output (ms since the epoch). */
  at: number
  began: number
  output: number
  /** Processor time that it and all below it have used (ms). */
  cpu: number
  /** It has a child that it did not have from the beginning. */
  busy: boolean
}

/** Processor time is judged over so long a time at least (ms). */
const WINDOW = 10_000
/** More than this part of a processor is work; claude, codex and gemini use up to 0.02 while they wait for their server (measured). */
const WORK = 0.05

/** What is known after a look. Pure. */
export function pulseAfter(before: Pulse | undefined, { at, began, output, cpu, busy }: Look): Pulse {
  const last = before ?? { alive: began, at: began, cpu: 0 }
  const heard = Math.max(last.alive, Math.min(output, at))
  if (busy) return { alive: at, at, cpu }
  const span = at - last.at
  const used = cpu - last.cpu
  // Less than before: one of its processes ended.
  if (used < 0) return { alive: at, at, cpu }
  if (span < WINDOW) return { ...last, alive: heard }
  return { alive: used > span * WORK ? at : heard, at, cpu }
}

/** What a client starts along with itself (a second half of its own, servers for its tools) is no work (ms). */
const SETTLING = 15_000

/** A look at all processes costs more than one at a file: below this part of the limit the files do (1). */
const EARLY = 0.25

/** All that runs, looked at once for many workers. */
export function tableOnce(platform: Platform = here): () => Row[] {
  let rows: Row[] | undefined
  return () => (rows ??= platform.table())
}

/**
 * Since when a running worker has shown no sign of life, where that is longer than the limit (ms). Not of one that
 * waits in `dispatch ask`, and not where its processes cannot be seen from here.
 */
export function silentSince(
  { state, attempt, paths }: Observed,
  limit: () => number,
  table: () => Row[] = tableOnce(),
  now = Date.now(),
): Date | undefined {
  const worker = attempt?.record
  if (state !== 'running' || attempt === undefined || worker === undefined) return undefined
  const began = Date.parse(worker.started_at)
  const written = [attempt.paths.log, attempt.paths.stderr, paths.plan, paths.output, paths.context]
  const output = Math.max(began, ...written.map((path) => statIfThere(path)?.mtimeMs ?? 0))
  if (now - output < SHORTEST || now - output < limit() * EARLY || !isAlive(worker)) return undefined
  const before = readCache(Pulse, attempt.paths.pulse)
  const family = [
    ...below(
      table(),
      table().filter(({ pid, group }) => pid === worker.pid || group === worker.pid),
    ).values(),
  ]
  const pulse = pulseAfter(before, {
    at: now,
    began,
    output,
    cpu: family.reduce((sum, row) => sum + row.cpu, 0),
    busy: family.some((row) => startedAfter(row, worker) > SETTLING),
  })
  if (pulse.at !== before?.at || pulse.alive !== before.alive) keepCache(attempt.paths.pulse, pulse)
  return now - pulse.alive >= limit() ? new Date(pulse.alive) : undefined
}

/** No configured limit is shorter (ms): a worker that thinks is silent, too. */
const SHORTEST = 30_000

export const saySilent = (id: string, since: Date, now = Date.now()) =>
  `No sign of life for ${minutes(now - since.getTime())}: no output, no processor time, no child. See: dispatch log ${id}. End it: dispatch stop ${id}`

const minutes = (ms: number) =>
  ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`
