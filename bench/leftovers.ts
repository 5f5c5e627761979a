/**
 * What is left of a worker's processes after each kind of end, and what of everybody else's is gone: both should be
 * nothing. Linux and macOS; the processes are told apart by how long they sleep.
 */
import { existsSync, readFileSync } from 'node:fs'
import { here, isAlive } from '../runtime/io/processes.ts'
import { until } from '../test/support/until.ts'
import { kill, World } from '../test/support/world.ts'
import { atMost, ms, type Row } from './table.ts'

const ROUNDS = Number(process.env.BENCH_N) || 3
/** Processes around that have nothing to do with it. */
const CROWD = 200

let next = 8_000_000 + (process.pid % 10_000) * 100
const unique = () => String(next++)
const sleeping = (length: string) =>
  here.table().filter(({ pid }) => here.commandOf(pid).endsWith(`sleep ${length}`))

/** Six ways of getting away. */
const HIDES = (length: string) => `sleep ${length} &
nohup sleep ${length} >/dev/null 2>&1 &
setsid sleep ${length} &
(setsid sh -c 'sleep ${length} & exit 0' &)
(trap '' TERM; exec sleep ${length}) &
setsid sh -c 'kill -STOP $$; exec sleep ${length}' &`
const HIDDEN = 6

type End = (w: World) => Promise<void>

const pidIn = (w: World, name: string) =>
  Number(/^pid: (\d+)$/m.exec(readFileSync(w.path('one', 'attempts/001', name), 'utf8'))?.[1])
const settled = (w: World) => until(() => existsSync(w.path('one', 'attempts/001/exit.yaml')))

const ENDS: Record<string, { flags?: string[]; end: End }> = {
  'its own end': {
    async end(w) {
      w.write('go', '')
      await settled(w)
    },
  },
  stop: { end: async (w) => void (await w.ok(['stop', 'one'])) },
  'a time limit': { flags: ['--timeout', '2s'], end: async (w) => void (await settled(w)) },
  'SIGKILL to the worker': {
    async end(w) {
      kill(pidIn(w, 'attempt.yaml'))
      await settled(w)
    },
  },
  'SIGKILL to worker and supervisor, then status': {
    async end(w) {
      kill(pidIn(w, 'supervisor.yaml'))
      kill(pidIn(w, 'attempt.yaml'))
      await w.ok(['status'])
    },
  },
}

/** A worker that hides processes, ended in one way. */
async function ended(w: World, length: string, { flags = [], end }: (typeof ENDS)[string]): Promise<number> {
  w.worker('hides', `${HIDES(length)}\nuntil [ -e "$WORLD/go" ]; do sleep 0.02; done`)
  await w.start('one', 'hides', ['One'], flags)
  await until(
    () => here.table().filter(({ pid }) => here.commandOf(pid).includes(`sleep ${length}`)).length >= HIDDEN,
  )
  const begin = performance.now()
  await end(w)
  return performance.now() - begin
}

export async function leftovers(): Promise<Row[]> {
  const rows: Row[] = []
  for (const [what, end] of Object.entries(ENDS)) {
    let left = 0
    let longest = 0
    for (let round = 0; round < ROUNDS; round++) {
      const w = new World()
      const length = unique()
      try {
        longest = Math.max(longest, await ended(w, length, end))
        const rest = here.table().filter(({ pid }) => here.commandOf(pid).includes(`sleep ${length}`))
        left += rest.length
        for (const { pid } of rest) kill(pid)
      } finally {
        await w.end()
      }
    }
    rows.push({
      what: `left after ${what}`,
      measured: `${left} of ${ROUNDS * HIDDEN}`,
      beside: `at most ${ms(longest)}; two are stopped or deaf`,
      target: atMost(0, '', left),
    })
  }
  return rows
}

export async function bystanders(): Promise<Row[]> {
  let killed = 0
  let around = 0
  let longest = 0
  for (let round = 0; round < ROUNDS; round++) {
    const w = new World()
    const length = unique()
    try {
      w.worker('hides', `${HIDES(length)}\nsleep 600`)
      await w.start('one', 'hides')
      const mark =
        /^mark: (.+)$/m.exec(readFileSync(w.path('one', 'attempts/001/launch.yaml'), 'utf8'))?.[1] ?? ''
      const kinds = [
        { argv: ['sleep', length] },
        { argv: ['setsid', 'sleep', length] },
        { argv: ['sleep', length], env: { DISPATCH_MARK: `${mark}0` } },
        { argv: ['sh', '-c', `sleep ${length}; :`, `DISPATCH_MARK=${mark}`] },
      ]
      const others = Array.from({ length: CROWD }, (_, i) => {
        const { argv, env } = kinds[i % kinds.length] ?? { argv: ['sleep', length] }
        return w.process(argv, env === undefined ? {} : { env })
      })
      // Six of the worker, and a child of each shell.
      await until(() => sleeping(length).length >= CROWD + 5)
      const identities = others.map(({ pid }) => ({ pid, start: here.startOf(pid) ?? '' }))
      const begin = performance.now()
      await w.ok(['stop', 'one'])
      longest = Math.max(longest, performance.now() - begin)
      around += identities.length
      killed += identities.filter((identity) => !isAlive(identity)).length
      for (const { pid } of sleeping(length)) kill(pid)
    } finally {
      await w.end()
    }
  }
  return [
    {
      what: 'bystanders killed',
      measured: `${killed} of ${around}`,
      beside: `same command, other markers; a stop took at most ${ms(longest)}`,
      target: atMost(0, '', killed),
    },
  ]
}
