/**
 * Processes named by pid *and* start time, found by the marker in their environment, never by command name.
 * Linux reads /proc; elsewhere `ps` is asked, through one seam (`Platform`).
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { errorCode } from './errors.ts'

/** One process, safe against a reused pid: `start` is opaque and equal only for the same process. */
export interface Identity {
  pid: number
  start: string
}

export interface Platform {
  /** The start of a live process; undefined when there is none or it is only waiting to be reaped (zombie). */
  startOf(pid: number): string | undefined
  /** All live processes whose environment holds `NAME=value` exactly. */
  withEnvironment(entry: string): Identity[]
  /** All live processes of a process group. */
  inGroup(pgid: number): Identity[]
  /** The command line, for a report; empty where it cannot be read. */
  commandOf(pid: number): string
}

export const isAlive = ({ pid, start }: Identity, platform: Platform = here) =>
  platform.startOf(pid) === start

/** Sends a signal to a process that is still the same one; says whether it was. */
export function signal(target: Identity, name: NodeJS.Signals, platform: Platform = here): boolean {
  if (!isAlive(target, platform)) return false
  try {
    process.kill(target.pid, name)
    return true
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
    throw error
  }
}

/** Linux: fields of /proc/PID/stat after the command's closing parenthesis (proc(5): 3 state, 5 pgrp, 22 start). */
function statFields(pid: number | string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return undefined
    throw error
  }
}

let boot: string | undefined
const bootId = () => (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim())

/** The process ids that we see: those of our own namespace. A sandbox or a container has others. */
let namespace: string | undefined
function pidNamespace(): string {
  if (namespace !== undefined) return namespace
  try {
    namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')
  } catch (error) {
    const code = errorCode(error)
    if (code !== 'ENOENT' && code !== 'EACCES') throw error
    namespace = ''
  }
  return namespace
}

/** After a restart of the machine the same number names somebody else. On macOS the start does not tell. */
export const isOfThisBoot = (start: string) =>
  process.platform !== 'linux' || start.startsWith(`${bootId()}:`)

/** Of this boot, but of another process namespace: whether it lives cannot be told from here. */
export const isElsewhere = (start: string) =>
  process.platform === 'linux' && isOfThisBoot(start) && !start.startsWith(`${bootId()}:${pidNamespace()}:`)

/** Are we in a sandbox that ends everything with its command (bubblewrap is its first process)? */
export function isShortLived(): boolean {
  if (process.platform !== 'linux') return false
  try {
    return readFileSync('/proc/1/comm', 'latin1').trim() === 'bwrap'
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'EACCES') return false
    throw error
  }
}

const linux: Platform = {
  startOf(pid) {
    const fields = statFields(pid)
    if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${bootId()}:${pidNamespace()}:${fields[19]}`
  },
  withEnvironment(entry) {
    const wanted = Buffer.from(entry)
    return pids().flatMap((pid) => (environmentHas(pid, wanted) ? identify(pid, linux) : []))
  },
  commandOf: commandLine,
  inGroup(pgid) {
    return pids().flatMap((pid) => (statFields(pid)?.[2] === String(pgid) ? identify(pid, linux) : []))
  },
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return ''
    throw error
  }
}

const pids = () => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))

function environmentHas(pid: number, wanted: Buffer): boolean {
  let environment: Buffer
  try {
    environment = readFileSync(`/proc/${pid}/environ`)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return false
    throw error
  }
  for (let at = environment.indexOf(wanted); at !== -1; at = environment.indexOf(wanted, at + 1)) {
    const end = at + wanted.length
    if ((at === 0 || environment[at - 1] === 0) && (end === environment.length || environment[end] === 0))
      return true
  }
  return false
}

/** What `ps` is asked for where there is no /proc. The output is in the C locale. */
export type Ps = (args: string[]) => string

const askPs: Ps = (args) => {
  try {
    return execFileSync('ps', args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 1) return '' // nothing matched
    throw error
  }
}

/**
 * macOS and other BSDs; `ps` is a parameter so that recorded output tests it on Linux. One `-o` a column: to FreeBSD
 * everything behind the first `=` is that column's header.
 */
export function psPlatform(ps: Ps = askPs): Platform {
  const rows = (args: string[]) =>
    ps(args)
      .split('\n')
      .filter((row) => row.trim() !== '')
  const platform: Platform = {
    startOf(pid) {
      const [row] = rows(['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)])
      const [, state, start] = /^\s*(\S+)\s+(.+?)\s*$/.exec(row ?? '') ?? []
      return state === undefined || state.startsWith('Z') ? undefined : start
    },
    withEnvironment(entry) {
      return rows(['-axEww', '-o', 'pid=', '-o', 'command=']).flatMap((row) => {
        const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(row) ?? []
        return command !== undefined && ` ${command} `.includes(` ${entry} `)
          ? identify(Number(pid), platform)
          : []
      })
    },
    commandOf: (pid) => rows(['-o', 'command=', '-p', String(pid)])[0]?.trim() ?? '',
    inGroup(pgid) {
      return rows(['-ax', '-o', 'pid=', '-o', 'pgid=']).flatMap((row) => {
        const [pid, group] = row.trim().split(/\s+/)
        return group === String(pgid) ? identify(Number(pid), platform) : []
      })
    },
  }
  return platform
}

/** The processes that this one descends from, its parent first. */
export function ancestors(): Identity[] {
  const found: Identity[] = []
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) found.push(...identify(pid, here))
  return found
}

function parentOf(pid: number): number {
  const parent =
    process.platform === 'linux' ? statFields(pid)?.[1] : askPs(['-o', 'ppid=', '-p', String(pid)])
  return Number(parent ?? 0)
}

function identify(pid: number, platform: Platform): Identity[] {
  const start = platform.startOf(pid)
  return start === undefined ? [] : [{ pid, start }]
}

export const here: Platform = process.platform === 'linux' ? linux : psPlatform()
