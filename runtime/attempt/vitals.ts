/**
 * Looks at what running workers write, for as long as somebody listens: one that repeats a request which cannot
 * succeed is ended at once, one whose CLI waits in silence for the end of a limit after a while (so that the task is
 * parked, which is said), and one whose CLI tells its cost at its budget. A log that did not grow costs a stat.
 */
import type { LogFacts } from '../backend/backend.ts'
import { findBackend } from '../backend/registry.ts'
import { publish } from '../io/publishing.ts'
import { statIfThere } from '../io/stat.ts'
import type { Ground } from './ground.ts'
import { type OpenLog, openLog } from './log-facts.ts'
import type { Observed } from './observe.ts'
import type { Attempt } from './record.ts'
import { pauseBefore } from './recover.ts'
import { spentBefore } from './spent.ts'
import { stop } from './stop.ts'
import { sweep } from './sweep.ts'

interface Look {
  log: OpenLog
  /** Bytes that were there at the last look. */
  size: number
  /** By its last words its CLI waits for the end of a limit. */
  pausing: boolean
  /** Dollars, where we are to hold it. */
  budget: number | undefined
  /** How long its CLI may wait for the end of a limit (ms); undefined: for ever. */
  patience: number | undefined
}

/** What a CLI repeats stands at the end; where the cost is not needed, no more is read of what was there before (bytes). */
const TAIL = 1 << 16

/** Each call looks at these tasks once. */
export function vitals(ground: Ground): (tasks: Observed[]) => Promise<void> {
  const looks = new Map<string, Look>()
  return async (tasks) => {
    const running = tasks.filter(({ state }) => state === 'running')
    const folders = running.map(({ attempt }) => attempt?.paths.folder)
    for (const folder of looks.keys()) if (!folders.includes(folder)) looks.delete(folder)
    await Promise.all(running.map((task) => lookAt(ground, looks, task)))
  }
}

async function lookAt(ground: Ground, looks: Map<string, Look>, task: Observed): Promise<void> {
  const { attempt, id } = task
  const record = attempt?.record
  if (attempt === undefined || record === undefined) return
  const { paths } = attempt
  const { size = 0, mtimeMs = 0 } = statIfThere(paths.log) ?? {}
  const look = looks.get(paths.folder) ?? begin(ground, task, record, size)
  looks.set(paths.folder, look)
  const hasGrown = size !== look.size
  if (!hasGrown && !look.pausing) return
  look.size = size
  if (hasGrown) look.log.advance()
  const facts = look.log.facts()
  look.pausing = facts.pausing !== undefined
  const verdict = verdictOn(facts, { ...look, silent: Date.now() - mtimeMs })
  if (verdict === 'budget') await stop(ground, id, 'budget')
  if (verdict !== 'doomed') return
  publish(paths.doomed, '')
  await sweep({ mark: record.mark, worker: record }, { record: paths.sweeping })
}

/** Why a worker is to be ended now. @param silent how long it has said nothing (ms) */
export function verdictOn(
  { doomed, pausing, costUsd = 0 }: Pick<LogFacts, 'doomed' | 'pausing' | 'costUsd'>,
  { budget, patience, silent }: Pick<Look, 'budget' | 'patience'> & { silent: number },
): 'doomed' | 'budget' | undefined {
  if (doomed !== undefined) return 'doomed'
  if (pausing !== undefined && patience !== undefined && silent > patience) return 'doomed'
  return budget !== undefined && costUsd >= budget ? 'budget' : undefined
}

function begin(ground: Ground, { request, attempt, paths }: Observed, record: Attempt, size: number): Look {
  const told = findBackend(record.backend).budget === 'told'
  const limit = told ? (request?.budget_usd ?? ground.config.limits.budget_usd) : undefined
  const number = attempt?.paths.number ?? 0
  const { retries, backoff } = ground.config.limits
  return {
    log: openLog(
      record.backend,
      attempt?.paths.log ?? '',
      limit === undefined ? Math.max(0, size - TAIL) : 0,
    ),
    size: -1,
    pausing: false,
    // Who does not want workers brought back has nobody else to wait for them.
    patience: retries === 0 ? undefined : pauseBefore('rate-limited', 0, { retries, backoff }),
    budget: limit === undefined ? undefined : limit - (spentBefore(paths, number).cost_usd ?? 0),
  }
}
