/**
 * Processes where there is no /proc (macOS and other BSDs): `ps` is asked. It is a parameter, so that recorded output
 * tests this on Linux. One `-o` a column: to FreeBSD everything behind the first `=` is that column's header.
 */
import { execFileSync } from 'node:child_process'
import type { Platform, Row } from './processes.ts'

/** What `ps` is asked for. The output is in the C locale and in UTC. */
export type Ps = (args: string[]) => string

/** Bytes of output: of many processes with large environments. */
const MOST = 256 << 20

const askPs: Ps = (args) => {
  try {
    return execFileSync('ps', args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: MOST,
    })
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 1) return '' // nothing matched
    throw error
  }
}

const COLUMNS = ['pid', 'ppid', 'pgid', 'stat', 'lstart', 'time', 'comm']
/** `Sat Nov 21 03:14:15 2026`: five words, whatever the width of the column. */
const ROW = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(\S+)\s+(.*?)\s*$/

function rowIn(line: string): Row[] {
  const [, pid, parent, group, state, start, time, program] = ROW.exec(line) ?? []
  if (state === undefined || start === undefined || time === undefined || state.startsWith('Z')) return []
  return [
    {
      pid: Number(pid),
      start,
      parent: Number(parent),
      group: Number(group),
      // `sess` is a kernel address on macOS, or 0.
      session: undefined,
      stopped: state.startsWith('T'),
      cpu: millisecondsIn(time),
      name: program?.split('/').at(-1) ?? '',
    },
  ]
}

/** `0:03.25`, `12:34:56`, `2-03:04:05`: days, then sixtieths. */
function millisecondsIn(time: string): number {
  const [rest = '', days = '0'] = time.split('-').reverse()
  const seconds = rest.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Math.round((Number(days) * 86_400 + seconds) * 1000)
}

const PID_AND_COMMAND = ['-o', 'pid=', '-o', 'command=']

export function psPlatform(ps: Ps = askPs): Platform {
  const lines = (args: string[]) =>
    ps(args)
      .split('\n')
      .filter((line) => line.trim() !== '')
  const commands = (args: string[]) =>
    new Map(
      lines([...args, ...PID_AND_COMMAND]).flatMap((line) => {
        const [, pid, command] = /^\s*(\d+) (.*)$/.exec(line) ?? []
        return command === undefined ? [] : [[Number(pid), command] as const]
      }),
    )
  return {
    startOf(pid) {
      const [line] = lines(['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)])
      const [, state, start] = /^\s*(\S+)\s+(.+?)\s*$/.exec(line ?? '') ?? []
      return state === undefined || state.startsWith('Z') ? undefined : start
    },
    table: () => lines(['-ax', ...COLUMNS.flatMap((name) => ['-o', `${name}=`])]).flatMap(rowIn),
    variables(names) {
      const found = new Map<number, ReadonlyMap<string, string>>()
      const without = commands(['-axww'])
      // The environment is printed behind the arguments, with nothing between: what an argument says is not taken for it.
      for (const [pid, command] of commands(['-axEww'])) {
        const args = without.get(pid)
        if (args === undefined || !command.startsWith(`${args.trimEnd()} `)) continue
        const entries = command.slice(args.trimEnd().length).split(' ')
        const values = new Map(
          names.flatMap((name) => {
            const entry = entries.find((each) => each.startsWith(`${name}=`))
            return entry === undefined ? [] : [[name, entry.slice(name.length + 1)] as const]
          }),
        )
        if (values.size > 0) found.set(pid, values)
      }
      return found
    },
    commandOf: (pid) => lines(['-o', 'command=', '-p', String(pid)])[0]?.trim() ?? '',
    parentOf: (pid) => Number(lines(['-o', 'ppid=', '-p', String(pid)])[0] ?? 0),
    kill: (pid, name) => void process.kill(pid, name),
  }
}
