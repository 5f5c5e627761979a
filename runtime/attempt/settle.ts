/**
 * The end of an attempt, settled: what it left running is ended, its log is read, the class is found, exit.yaml is
 * published. Safe to repeat and to race: the record is written once.
 */
import { constants } from 'node:os'
import type { End, Failure, LogFacts } from '../backend/backend.ts'
import { findBackend } from '../backend/registry.ts'
import { isAlive } from '../io/processes.ts'
import { publish } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { printYaml } from '../io/yaml.ts'
import { type AttemptPaths, attemptPaths, taskPaths } from '../task/directory.ts'
import type { Ground } from './ground.ts'
import { readLog, tailOf } from './log-facts.ts'
import { UNKNOWN_END } from './observe.ts'
import { Attempt, Ended, type Exit, Launch, Process, Queued, tryRecord } from './record.ts'
import { recover } from './recovering.ts'
import { sweep } from './sweep.ts'
import { tidy } from './tidy.ts'

/**
 * Settles one attempt. `lost` is what it is when nobody waited for the worker.
 * @param justEnded the caller is the parent that waited
 */
export async function settle(ground: Ground, id: string, number: number, justEnded = false): Promise<void> {
  const attempt = attemptPaths(taskPaths(ground.root, id), number)
  if (statIfThere(attempt.exit) !== undefined) return
  const { exit } = recover(ground, id, attempt, await endOf(attempt, justEnded))
  publish(attempt.exit, printYaml(exit))
  // A worker that was just being started looks for the end after it put itself on record; we look for it after the end.
  const late = tryRecord(Attempt, attempt.record).value
  if (late !== undefined && isAlive(late)) await sweep({ mark: late.mark, worker: late })
}

/** Who settles in the supervisor's stead was asked something else, and answers within a second (ms). */
const ORPHANS = 300

/** What the end of an attempt comes to. Whatever it left running is ended on the way. */
export async function endOf(attempt: AttemptPaths, justEnded = false): Promise<Exit> {
  const worker = tryRecord(Attempt, attempt.record)
  const launch = tryRecord(Launch, attempt.launch)
  const ended = tryRecord(Ended, attempt.ended)
  const queued = tryRecord(Queued, attempt.queued)
  const damage = [worker, launch, ended].flatMap(({ problem }) => problem ?? [])
  // attempt.yaml says all that launch.yaml does.
  const launched = launch.value ?? worker.value
  const orphaned = !hasSupervisor(attempt)
  const { swept, left } = await sweep(
    { mark: launched?.mark ?? queued.value?.mark, worker: worker.value, beside: orphaned, justEnded },
    { ...(orphaned ? { grace: ORPHANS } : {}), record: attempt.sweeping },
  )
  if (launched !== undefined) tidy(attempt, launched)
  const log = launched === undefined ? undefined : readLog(launched.backend, attempt.log)
  return { ...exitOf(attempt, launched, ended.value, log, damage[0]), swept, left }
}

/** While it lives it ends by itself; what it had started beside the worker (a timer, a preparation) does not. */
function hasSupervisor({ supervisor }: AttemptPaths): boolean {
  const { value } = tryRecord(Process, supervisor)
  return value !== undefined && isAlive(value)
}

function exitOf(
  attempt: AttemptPaths,
  launch: Launch | undefined,
  ended: { status: number; ended_at: string } | undefined,
  log: LogFacts | undefined,
  damage: string | undefined,
): Exit {
  const facts = {
    session_id: log?.session ?? launch?.conversation ?? null,
    final_text: log?.finalText?.slice(0, LONGEST) ?? null,
    tokens: log?.tokens ?? null,
    cost_usd: log?.costUsd ?? null,
    cumulative: log?.cumulative ?? false,
    denied: log?.denied ?? [],
  }
  const endedBy = endingOf(attempt)
  if (ended === undefined || launch === undefined || log === undefined) {
    const reason =
      damage === undefined
        ? 'The worker is gone and nobody saw how it ended (its supervisor was killed, or the machine stopped).'
        : `The worker is gone, and how it ended cannot be read: ${damage}`
    return {
      ...UNKNOWN_END,
      ...facts,
      class: endedBy === null ? 'lost' : classOf(endedBy),
      reason: endedBy === null ? reason : sayEnding(endedBy),
      ended_by: endedBy,
      ended_at: new Date().toISOString(),
    }
  }
  const { code, signal } = statusOf(ended.status)
  const failure = endedBy === null ? failureOf(attempt, launch, { code, signal, log }) : undefined
  return {
    ...UNKNOWN_END,
    ...facts,
    class: endedBy === null ? (failure?.class ?? null) : classOf(endedBy),
    code,
    signal,
    reason: endedBy === null ? (failure?.message ?? null) : sayEnding(endedBy),
    until: failure?.until ?? null,
    ended_by: endedBy,
    ended_at: ended.ended_at,
  }
}

/** One that was ended because it could only fail is what it would have become. */
function failureOf(
  attempt: AttemptPaths,
  { backend }: Launch,
  end: Omit<End, 'stderr'>,
): Failure | undefined {
  const { log } = end
  const wasEnded = statIfThere(attempt.doomed) !== undefined && log.success !== true
  return (
    (wasEnded ? (log.doomed ?? log.pausing ?? log.failure) : undefined) ??
    findBackend(backend).classify({ ...end, stderr: tailOf(attempt.stderr) })
  )
}

/** Characters of a last message that are kept; all of it stands in the log. */
const LONGEST = 100_000

const classOf = (endedBy: 'stop' | 'timeout' | 'budget') => (endedBy === 'stop' ? null : endedBy)
const sayEnding = (endedBy: 'stop' | 'timeout' | 'budget') =>
  ({
    stop: 'It was stopped.',
    timeout: 'It ran longer than its time limit and was ended; it can be resumed.',
    budget: 'It reached its budget and was ended; it can be resumed.',
  })[endedBy]

export function endingOf(attempt: AttemptPaths): Exit['ended_by'] {
  const word = readIfThere(attempt.ending)?.trim()
  return word === 'stop' || word === 'timeout' || word === 'budget' ? word : null
}

/** Signals that end processes in practice; other values over 128 are exit codes of their own (backends.md: 144, 173). */
const DEADLY = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGSEGV',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGSYS',
] as const

/** A shell reports a signal as 128 plus its number, and cannot be asked more. */
export function statusOf(status: number): { code: number | null; signal: string | null } {
  const signal = DEADLY.find((name) => constants.signals[name] === status - 128)
  return signal === undefined ? { code: status, signal: null } : { code: null, signal }
}
