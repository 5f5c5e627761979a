import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../../test/support/until.ts'
import {
  ancestors,
  here,
  type Identity,
  isAlive,
  type Platform,
  signal,
  startedAfter,
  withEnvironment,
} from './processes.ts'
import { valuesIn } from './processes-linux.ts'
import { uuid } from './random.ts'

describe('on this machine', () => {
  const started: ReturnType<typeof spawn>[] = []
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })
  const child = async (
    env: Record<string, string>,
    options: SpawnOptions = {},
    [program = '', ...args]: string[] = ['sleep', '60'],
  ) => {
    const process = spawn(program, args, {
      env: { PATH: '/usr/bin:/bin', ...env },
      stdio: 'ignore',
      ...options,
    })
    started.push(process)
    await once(process, 'spawn')
    return { process, pid: process.pid ?? 0 }
  }
  const identity = (pid: number): Identity => ({ pid, start: here.startOf(pid) ?? 'none' })

  it('names a process by pid and start, the same each time', () => {
    expect(here.startOf(process.pid)).toMatch(/./)
    expect(here.startOf(process.pid)).toBe(here.startOf(process.pid))
    expect(isAlive({ pid: process.pid, start: 'another boot:1' })).toBe(false)
  })

  it('finds a marker and a group, and nothing that only resembles them', async () => {
    const mark = uuid()
    const { pid } = await child({ DISPATCH_MARK: mark }, { detached: true })
    await child({ DISPATCH_MARK: `${mark}0` })
    await child({ X: `DISPATCH_MARK=${mark}` })
    const argument = await child({}, {}, ['tail', '-f', '/dev/null', `DISPATCH_MARK=${mark}`])
    expect(withEnvironment(`DISPATCH_MARK=${mark}`)).toEqual([identity(pid)])
    expect(here.commandOf(argument.pid)).toContain(mark)
    expect(here.table().filter(({ group }) => group === pid)).toMatchObject([
      { ...identity(pid), parent: process.pid, stopped: false, name: 'sleep' },
    ])
    expect(here.commandOf(pid)).toBe('sleep 60')
  })

  it('signals only the very same process', async () => {
    const { process: sleeper, pid } = await child({})
    expect(signal({ pid, start: 'another' }, 'SIGKILL')).toBe(false)
    expect(isAlive(identity(pid))).toBe(true)
    const own = identity(pid)
    const ended = once(sleeper, 'exit')
    expect(signal(own, 'SIGKILL')).toBe(true)
    expect((await ended)[1]).toBe('SIGKILL')
    expect(isAlive(own)).toBe(false)
    expect(signal(own, 'SIGKILL')).toBe(false)
    expect(here.commandOf(pid)).toBe('')
  })

  it('leaves alone what is not ours to signal', () => {
    const theirs = Object.assign(new Error('not permitted'), { code: 'EPERM' })
    const platform: Platform = {
      ...here,
      kill: () => {
        throw theirs
      },
    }
    expect(signal(identity(process.pid), 'SIGTERM', platform)).toBe(false)
  })

  it('tells what is stopped, and what used the processor', async () => {
    const { process: busy, pid } = await child({}, {}, ['sh', '-c', 'while :; do :; done'])
    const row = () => here.table().find((each) => each.pid === pid)
    await until(() => (row()?.cpu ?? 0) > 0, 'no processor time is seen')
    expect(row()).toMatchObject({ stopped: false })
    busy.kill('SIGSTOP')
    await until(() => row()?.stopped)
  })

  it('tells who it descends from, its parent first', () => {
    const [parent, ...others] = ancestors()
    expect(parent).toEqual(identity(process.ppid))
    expect(others.map(({ pid }) => pid)).not.toContain(process.pid)
  })

  it('does not take a zombie for alive', async () => {
    // The shell becomes a sleep that never waits for its child.
    const { process: parent } = {
      process: spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    }
    started.push(parent)
    const [said] = await once(parent.stdout, 'data')
    const zombie = Number(String(said).trim())
    for (const end = Date.now() + 5000; here.startOf(zombie) !== undefined; await sleep(10))
      if (Date.now() > end) expect.fail('still alive')
    expect(() => process.kill(zombie, 0)).not.toThrow() // it is still there, for the kernel
  })
})

describe('how long after another one a process started', () => {
  const linux = (ticks: number) => `01234567-89ab-cdef-0123-456789abcdef:4026531836:${ticks}`
  const rows: [string, string, string, number][] = [
    ['on Linux', linux(1500), linux(500), 10_000],
    ['before it', linux(500), linux(1500), -10_000],
    ['where ps tells it', 'Sat Nov 21 03:14:25 2026', 'Sat Nov 21 03:14:15 2026', 10_000],
  ]
  it.each(rows)('%s', (_, start, other, ms) =>
    expect(startedAfter({ pid: 2, start }, { pid: 3, start: other })).toBe(ms),
  )
})

describe('an environment as the kernel keeps it', () => {
  const rows: [string, string, Record<string, string>][] = [
    ['the first entry', 'A=1\0B=2\0', { A: '1', B: '2' }],
    ['the last one, without its end', 'X=\0B=2', { B: '2' }],
    ['an empty value', 'A=\0', { A: '' }],
    ['a name that only ends so', 'AA=1\0XB=2\0', {}],
    ['a value that looks like an entry', 'X=A=1\0', {}],
    ['the first of two', 'A=1\0A=2\0', { A: '1' }],
    ['nothing (a kernel thread, or another user)', '', {}],
  ]
  it.each(rows)('%s', (_, environment, values) =>
    expect(Object.fromEntries(valuesIn(Buffer.from(environment), ['A', 'B']))).toEqual(values),
  )
})
