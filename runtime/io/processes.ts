/**
 * Processes named by pid *and* start time, found by the marker in their environment, never by command name. Linux
 * reads /proc (processes-linux.ts); elsewhere `ps` is asked (processes-ps.ts), through one seam (`Platform`).
 */
import { errorCode } from './errors.ts'
import { isElsewhere, isOfThisBoot, isShortLived, linux, TICK } from './processes-linux.ts'
import { psPlatform } from './processes-ps.ts'

export { isElsewhere, isOfThisBoot, isShortLived }

/** One process, safe against a reused pid: `start` is opaque and equal only for the same process. */
export interface Identity {
  pid: number
  start: string
}

/** A process and where it stands among the others. */
export interface Row extends Identity {
  parent: number
  group: number
  /** Undefined where it cannot be told (`ps`). */
  session: number | undefined
  /** Stopped by a signal: it does nothing until it is let go on. */
  stopped: boolean
  /** Processor time so far, that of its ended children included where it is known (ms). */
  cpu: number
  /** The program's name as the system gives it: at most 15 characters on Linux, and the process can change it. */
  name: string
}

export interface Platform {
  /** The start of a live process; undefined when there is none or it is only waiting to be reaped (zombie). */
  startOf(pid: number): string | undefined
  /** All live processes. */
  table(): Row[]
  /** The values of these variables in the environment of each live process that has one of them and lets us see it. */
  variables(names: readonly string[]): Map<number, ReadonlyMap<string, string>>
  /** The command line, for a report; empty where it cannot be read. */
  commandOf(pid: number): string
  /** 0 where there is no such process. */
  parentOf(pid: number): number
  /** What signals it. @throws as process.kill does */
  kill(pid: number, name: NodeJS.Signals): void
}

export const isAlive = ({ pid, start }: Identity, platform: Platform = here) =>
  platform.startOf(pid) === start

/** Sends a signal to a process that is still the same one and ours to signal; says whether it got it. */
export function signal(target: Identity, name: NodeJS.Signals, platform: Platform = here): boolean {
  if (!isAlive(target, platform)) return false
  try {
    platform.kill(target.pid, name)
    return true
  } catch (error) {
    // Gone meanwhile; or another user's (it went through sudo).
    if (errorCode(error) === 'ESRCH' || errorCode(error) === 'EPERM') return false
    throw error
  }
}

/** How long after the other one a process started (ms); on Linux in hundredths, elsewhere in whole seconds. */
export const startedAfter = ({ start }: Identity, { start: other }: Identity) =>
  momentOf(start) - momentOf(other)

/** Only the difference of two means anything. */
function momentOf(start: string): number {
  const ticks = /^[0-9a-f-]{36}:\d*:(\d+)$/.exec(start)?.[1]
  return ticks === undefined ? Date.parse(start) : Number(ticks) * TICK
}

/** All live processes whose environment holds `NAME=value` exactly. */
export function withEnvironment(entry: string, platform: Platform = here): Identity[] {
  const equals = entry.indexOf('=')
  const name = entry.slice(0, equals)
  const value = entry.slice(equals + 1)
  return [...platform.variables([name])].flatMap(([pid, values]) =>
    values.get(name) === value ? identify(pid, platform) : [],
  )
}

/** The processes that this one descends from, its parent first. */
export function ancestors(platform: Platform = here): Identity[] {
  const found: Identity[] = []
  for (let pid = process.ppid; pid > 1; pid = platform.parentOf(pid)) found.push(...identify(pid, platform))
  return found
}

function identify(pid: number, platform: Platform): Identity[] {
  const start = platform.startOf(pid)
  return start === undefined ? [] : [{ pid, start }]
}

export const here: Platform = process.platform === 'linux' ? linux : psPlatform()
