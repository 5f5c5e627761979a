/** What a worker costs while nothing happens: everything of its supervision except the worker itself. Linux only. */
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { World } from '../test/support/world.ts'
import { median } from './measure.ts'
import { atMost, type Row } from './table.ts'

const WORKERS = Number(process.env.BENCH_N) || 20
/** Seconds in which nothing happens. */
const IDLE = 20
const LIMIT = 5 * 1024

export async function memory(): Promise<Row[]> {
  if (process.platform !== 'linux') return [{ what: 'supervisors', measured: 'needs /proc' }]
  return [
    ...(await supervised('no time limit', [])),
    ...(await supervised('a time limit', ['--timeout', '2h'])),
  ]
}

async function supervised(what: string, flags: string[]): Promise<Row[]> {
  const world = new World()
  try {
    world.worker('sleeper', 'exec sleep 100000')
    for (let n = 1; n <= WORKERS; n++) await world.start(`sleeper-${n}`, 'sleeper', ['Sleep'], flags)
    const supervisions = Array.from({ length: WORKERS }, (_, n) => processesOf(world, `sleeper-${n + 1}`))
    const before = supervisions.flat().reduce((sum, pid) => sum + ticks(pid), 0)
    await sleep(IDLE * 1000)
    const used = supervisions.flat().reduce((sum, pid) => sum + ticks(pid), 0) - before
    const total = (key: string) =>
      supervisions.map((pids) => pids.reduce((sum, pid) => sum + memoryOf(pid, key), 0))
    const most = Math.max(...total('Rss'))
    return [
      {
        what: `memory of a supervision, ${what}`,
        measured: `RSS ${kb(median(total('Rss')))}, at most ${kb(most)}; PSS ${kb(median(total('Pss')))}`,
        beside: `${supervisions[0]?.length} processes each, ${WORKERS} workers`,
        target: { ...atMost(LIMIT, '', most), text: `<= ${kb(LIMIT)}` },
      },
      {
        what: `processor while idle, ${what}`,
        measured: `${used} ticks`,
        beside: `${supervisions.flat().length} processes in ${IDLE} s`,
        target: atMost(0, ' ticks', used),
      },
    ]
  } finally {
    await world.end()
  }
}

/** The supervisor and all below it, without the worker and what that started. */
function processesOf(world: World, id: string): number[] {
  const pidIn = (name: string) =>
    Number(/^pid: (\d+)$/m.exec(readFileSync(world.path(id, 'attempts', '001', name), 'utf8'))?.[1])
  const worker = pidIn('attempt.yaml')
  const below = (pid: number): number[] => (pid === worker ? [] : [pid, ...childrenOf(pid).flatMap(below)])
  return below(pidIn('supervisor.yaml'))
}

const childrenOf = (pid: number) =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )

/** Kilobytes. */
const memoryOf = (pid: number, key: string) =>
  Number(
    new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1],
  )

/** proc(5): fields 14 and 15 of stat, user and system time. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

const kb = (value: number) => `${(value / 1024).toFixed(1)} MB`
