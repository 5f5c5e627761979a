import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { here, type Identity, isAlive, type Ps, psPlatform, signal } from './processes.ts'
import { uuid } from './random.ts'

/** What macOS 14 prints, by arguments; lstart in the C locale fills 28 columns, days below ten have two spaces. */
const RECORDED: Record<string, string> = {
  '-o stat= -o lstart= -p 501': 'Ss   Sat Nov 21 03:14:15 2026    \n',
  '-o stat= -o lstart= -p 502': 'S    Sun Nov  1 03:14:15 2026    \n',
  '-o stat= -o lstart= -p 503': 'Z    Sat Nov 21 03:14:16 2026    \n',
  '-o stat= -o lstart= -p 504': 'S+   Sat Nov 21 03:14:17 2026    \n',
  '-o stat= -o lstart= -p 999': '',
  '-o command= -p 501': '/bin/sh /opt/a b/worker.sh x\n',
  '-o command= -p 999': '',
  '-axEww -o pid= -o command=': `    1 /sbin/launchd
  501 /bin/sh /opt/a b/worker.sh x TERM=xterm DISPATCH_MARK=m-1 PATH=/usr/bin:/bin
  502 node dispatch tick 1 DISPATCH_MARK=m-12 HOME=/Users/me
  503 (defunct) DISPATCH_MARK=m-1
  504 sleep 5 DISPATCH_MARK=m-1
`,
  '-ax -o pid= -o pgid=': '    1     1\n  501   501\n  502   501\n  503   501\n  504   504\n',
}
const recorded: Ps = (args) => {
  const output = RECORDED[args.join(' ')]
  if (output === undefined) throw new Error(`ps ${args.join(' ')} was not recorded`)
  return output
}

describe('where ps must be asked (macOS)', () => {
  const mac = psPlatform(recorded)

  it.each([
    [501, 'Sat Nov 21 03:14:15 2026'],
    [502, 'Sun Nov  1 03:14:15 2026'],
    [503, undefined], // a zombie
    [999, undefined],
  ])('%i started %s', (pid, start) => expect(mac.startOf(pid)).toBe(start))

  it('finds exactly the marker, in a live process', () => {
    expect(mac.withEnvironment('DISPATCH_MARK=m-1').map(({ pid }) => pid)).toEqual([501, 504])
    expect(mac.withEnvironment('DISPATCH_MARK=m-12').map(({ pid }) => pid)).toEqual([502])
    expect(mac.withEnvironment('DISPATCH_MARK=m').map(({ pid }) => pid)).toEqual([])
    expect(mac.withEnvironment('HOME=/Users/me').map(({ pid }) => pid)).toEqual([502])
  })

  it('finds a group', () => {
    expect(mac.inGroup(501).map(({ pid }) => pid)).toEqual([501, 502])
    expect(mac.inGroup(50)).toEqual([])
  })

  it('tells the command line', () => {
    expect(mac.commandOf(501)).toBe('/bin/sh /opt/a b/worker.sh x')
    expect(mac.commandOf(999)).toBe('')
  })

  it.each([
    [{ pid: 501, start: 'Sat Nov 21 03:14:15 2026' }, true],
    [{ pid: 501, start: 'Sat Nov 21 03:14:16 2026' }, false],
    [{ pid: 999, start: 'Sat Nov 21 03:14:15 2026' }, false],
  ])('%j lives: %s', (identity, alive) => expect(isAlive(identity, mac)).toBe(alive))
})

describe('on this machine', () => {
  const started: ReturnType<typeof spawn>[] = []
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL')
  })
  const child = async (env: Record<string, string>, options = {}) => {
    const process = spawn('sleep', ['60'], {
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
    expect(here.withEnvironment(`DISPATCH_MARK=${mark}`)).toEqual([identity(pid)])
    expect(here.inGroup(pid)).toEqual([identity(pid)])
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
