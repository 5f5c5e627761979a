/** Processes as Linux tells of them: /proc. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { errorCode } from './errors.ts'
import type { Platform, Row } from './processes.ts'

/** Gone meanwhile, or another user's. */
const HIDDEN = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM']

/** A file below /proc; undefined where the process is gone or does not let us see it. */
function readProc(path: string): Buffer | undefined {
  try {
    return readFileSync(`/proc/${path}`)
  } catch (error) {
    if (HIDDEN.includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}

interface Stat {
  name: string
  /** From the state on; proc(5) counts it as field 3. */
  fields: string[]
}

/** The name stands in parentheses and may hold anything, parentheses too. */
function statOf(pid: number): Stat | undefined {
  const text = readProc(`${pid}/stat`)?.toString('latin1')
  if (text === undefined) return undefined
  const end = text.lastIndexOf(')')
  return { name: text.slice(text.indexOf('(') + 1, end), fields: text.slice(end + 2).split(' ') }
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
export const isShortLived = () =>
  process.platform === 'linux' && readProc('1/comm')?.toString('latin1').trim() === 'bwrap'

const isOver = (state: string | undefined) => state === 'Z' || state === 'X'
const startIn = (fields: string[]) => `${bootId()}:${pidNamespace()}:${fields[19]}`

/** Milliseconds a tick: the kernel tells programs in hundredths of a second, whatever its own clock. */
export const TICK = 10

function rowOf(pid: number): Row[] {
  const stat = statOf(pid)
  if (stat === undefined || isOver(stat.fields[0])) return []
  const { name, fields } = stat
  const number = (index: number) => Number(fields[index])
  return [
    {
      pid,
      start: startIn(fields),
      parent: number(1),
      group: number(2),
      session: number(3),
      stopped: fields[0] === 'T',
      cpu: (number(11) + number(12) + number(13) + number(14)) * TICK,
      name,
    },
  ]
}

/** The values of these variables in an environment as the kernel keeps it, each entry ended by a zero byte. */
export function valuesIn(environment: Buffer, names: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of names) {
    const entry = Buffer.from(`${name}=`)
    for (let at = environment.indexOf(entry); at !== -1; at = environment.indexOf(entry, at + 1)) {
      if (at !== 0 && environment[at - 1] !== 0) continue
      const end = environment.indexOf(0, at)
      found.set(name, environment.toString('utf8', at + entry.length, end === -1 ? environment.length : end))
      break
    }
  }
  return found
}

const pids = () => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))

export const linux: Platform = {
  startOf(pid) {
    // Mostly asked of what is gone, and making an exception takes longer than this look.
    if (!existsSync(`/proc/${pid}`)) return undefined
    const fields = statOf(pid)?.fields
    return fields === undefined || isOver(fields[0]) ? undefined : startIn(fields)
  },
  table: () => pids().flatMap(rowOf),
  variables(names) {
    const found = new Map<number, ReadonlyMap<string, string>>()
    for (const pid of pids()) {
      const environment = readProc(`${pid}/environ`)
      const values = environment === undefined ? undefined : valuesIn(environment, names)
      if (values !== undefined && values.size > 0) found.set(pid, values)
    }
    return found
  },
  commandOf: (pid) => readProc(`${pid}/cmdline`)?.toString('utf8').replaceAll('\0', ' ').trim() ?? '',
  parentOf: (pid) => Number(statOf(pid)?.fields[1] ?? 0),
  kill: (pid, name) => void process.kill(pid, name),
}
