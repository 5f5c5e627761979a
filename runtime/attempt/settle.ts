/**
 * The end of an attempt, settled: what it left running is ended, its log is read, the class is found, exit.yaml is
 * published. Safe to repeat and to race: the record is written once.
 */
import { constants } from 'node:os'
import type { LogFacts } from '../backend/backend.ts'
import { findBackend } from '../backend/registry.ts'
import { publish, readFrom, readIfThere, statIfThere } from '../io/files.ts'
import { isAlive } from '../io/processes.ts'
import { printYaml } from '../io/yaml.ts'
import { type AttemptPaths, attemptPaths, taskPaths } from '../task/directory.ts'
import { UNKNOWN_END } from './observe.ts'
import { Attempt, Ended, type Exit, Launch, Process, Queued, tryRecord } from './record.ts'
import { sweep } from './sweep.ts'
import { tidy } from './tidy.ts'

/**
 * Settles one attempt. `lost` is what it is when nobody waited for the worker.
 * @param justEnded the caller is the parent that waited
 */
export async function settle(root: string, id: string, number: number, justEnded = false): Promise<void> {
  const attempt = attemptPaths(taskPaths(root, id), number)
  if (statIfThere(attempt.exit) !== undefined) return
  const exit = await endOf(attempt, justEnded)
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
  const swept = await sweep(
    { mark: launched?.mark ?? queued.value?.mark, worker: worker.value, beside: orphaned, justEnded },
    orphaned ? { grace: ORPHANS } : {},
  )
  if (launched !== undefined) tidy(launched)
  const log = launched === undefined ? undefined : readLog(launched.backend, attempt.log)
  return { ...exitOf(attempt, launched, ended.value, log, damage[0]), swept }
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
  const failure =
    endedBy === null
      ? findBackend(launch.backend).classify({ code, signal, log, stderr: tailOf(attempt.stderr) })
      : undefined
  return {
    ...UNKNOWN_END,
    ...facts,
    class: endedBy === null ? (failure?.class ?? null) : classOf(endedBy),
    code,
    signal,
    reason: endedBy === null ? (failure?.message ?? null) : sayEnding(endedBy),
    ended_by: endedBy,
    ended_at: ended.ended_at,
  }
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

/** Bytes of a line that are read; what is longer is no event, and is passed over. */
const LONGEST_LINE = 16 << 20

/** Reads a whole log in slices. */
export function readLog(backend: string, path: string): LogFacts {
  const reader = findBackend(backend).reader()
  let begun: Buffer[] = []
  let length = 0
  const take = (end: Buffer) => {
    if (length + end.length <= LONGEST_LINE) reader.lines([Buffer.concat([...begun, end]).toString('utf8')])
    begun = []
    length = 0
  }
  for (let offset = 0; ; ) {
    const slice = readFrom(path, offset)
    if (slice.length === 0) break
    offset += slice.length
    const first = slice.indexOf(0x0a)
    const last = slice.lastIndexOf(0x0a)
    if (first !== -1) take(slice.subarray(0, first))
    if (last > first)
      reader.lines(
        slice
          .subarray(first + 1, last)
          .toString('utf8')
          .split('\n'),
      )
    const rest = slice.subarray(last + 1)
    length += rest.length
    if (length <= LONGEST_LINE) begun.push(rest)
    else begun = []
  }
  if (length > 0) take(Buffer.alloc(0))
  return reader.facts()
}

/** The last 4 kB of a file. */
export function tailOf(path: string): string {
  const size = statIfThere(path)?.size ?? 0
  return readFrom(path, Math.max(0, size - 4096)).toString('utf8')
}
