import { describe, expect, it } from 'vitest'
import { isAlive, withEnvironment } from './processes.ts'
import { type Ps, psPlatform } from './processes-ps.ts'

/**
 * What macOS 14 prints, by arguments; lstart in the C locale fills 28 columns, days below ten have two spaces. Of
 * Apple's own programs (502: the shell) the system tells no environment.
 */
const MACOS: Record<string, string> = {
  '-o stat= -o lstart= -p 501': 'Ss   Sat Nov 21 03:14:15 2026    \n',
  '-o stat= -o lstart= -p 502': 'S    Sun Nov  1 03:14:15 2026    \n',
  '-o stat= -o lstart= -p 503': 'Z    Sat Nov 21 03:14:16 2026    \n',
  '-o stat= -o lstart= -p 504': 'S+   Sat Nov 21 03:14:17 2026    \n',
  '-o stat= -o lstart= -p 505': 'T    Sat Nov 21 03:14:18 2026    \n',
  '-o stat= -o lstart= -p 999': '',
  '-o ppid= -p 504': '  501\n',
  '-o ppid= -p 999': '',
  '-o command= -p 501': '/opt/a b/node worker.js x\n',
  '-o command= -p 999': '',
  '-axww -o pid= -o command=': `    1 /sbin/launchd
  501 /opt/a b/node worker.js x
  502 -zsh
  503 (node)
  504 node dispatch tick 1
  505 node -e DISPATCH_MARK=m-1
  506 node serve
  508 sh
`,
  '-axEww -o pid= -o command=': `    1 /sbin/launchd
  501 /opt/a b/node worker.js x TERM=xterm DISPATCH_MARK=m-1 PATH=/usr/bin:/bin
  502 -zsh
  503 (node) DISPATCH_MARK=m-1
  504 node dispatch tick 1 DISPATCH_MARK=m-12 HOME=/Users/me
  505 node -e DISPATCH_MARK=m-1 HOME=/Users/me
  507 node late DISPATCH_MARK=m-1
  508 node -e DISPATCH_MARK=m-1
`,
  '-ax -o pid= -o ppid= -o pgid= -o stat= -o lstart= -o time= -o comm=': `    1     0     1 Ss   Sat Nov  1 03:00:00 2026      12:34.56 /sbin/launchd
  501     1   501 Ss   Sat Nov 21 03:14:15 2026       0:01.50 /opt/a b/node
  502   501   501 S    Sun Nov  1 03:14:15 2026       0:00.00 -zsh
  503   501   503 Z    Sat Nov 21 03:14:16 2026       0:00.00 (node)
  505     1   505 T    Sat Nov 21 03:14:18 2026     101:00.00 /usr/local/bin/node
`,
}

const recorded =
  (outputs: Record<string, string>): Ps =>
  (args) => {
    const output = outputs[args.join(' ')]
    if (output === undefined) throw new Error(`ps ${args.join(' ')} was not recorded`)
    return output
  }

describe('where ps must be asked (macOS)', () => {
  const mac = psPlatform(recorded(MACOS))

  it.each([
    [501, 'Sat Nov 21 03:14:15 2026'],
    [502, 'Sun Nov  1 03:14:15 2026'],
    [503, undefined], // a zombie
    [999, undefined],
  ])('%i started %s', (pid, start) => expect(mac.startOf(pid)).toBe(start))

  it('lists what lives, with the start that is told of each alone', () => {
    const rows = mac.table()
    expect(
      rows.map(({ pid, parent, group, stopped, cpu, name }) => [pid, parent, group, stopped, cpu, name]),
    ).toEqual([
      [1, 0, 1, false, 754_560, 'launchd'],
      [501, 1, 501, false, 1500, 'node'],
      [502, 501, 501, false, 0, '-zsh'],
      [505, 1, 505, true, 6_060_000, 'node'],
    ])
    for (const { pid, start } of rows.slice(1)) expect(start, String(pid)).toBe(mac.startOf(pid))
  })

  it('finds exactly the marker in an environment: not in an argument (508 became another program between two looks), not in part, not of a zombie', () => {
    const found = (entry: string) => withEnvironment(entry, mac).map(({ pid }) => pid)
    expect(found('DISPATCH_MARK=m-1')).toEqual([501])
    expect(found('DISPATCH_MARK=m-12')).toEqual([504])
    expect(found('DISPATCH_MARK=m')).toEqual([])
    expect(found('HOME=/Users/me')).toEqual([504, 505])
  })

  it('tells the command line and the parent', () => {
    expect(mac.commandOf(501)).toBe('/opt/a b/node worker.js x')
    expect(mac.commandOf(999)).toBe('')
    expect(mac.parentOf(504)).toBe(501)
    expect(mac.parentOf(999)).toBe(0)
  })

  it.each([
    [{ pid: 501, start: 'Sat Nov 21 03:14:15 2026' }, true],
    [{ pid: 501, start: 'Sat Nov 21 03:14:16 2026' }, false],
    [{ pid: 999, start: 'Sat Nov 21 03:14:15 2026' }, false],
  ])('%j lives: %s', (identity, alive) => expect(isAlive(identity, mac)).toBe(alive))
})

describe('the processor time that ps prints', () => {
  const rows: [string, number][] = [
    ['0:00.01', 10], // macOS, FreeBSD
    ['61:02.50', 3_662_500],
    ['00:00:07', 7000], // procps
    ['1-02:03:04', 93_784_000],
    ['-', 0],
  ]
  it.each(rows)('%s', (time, cpu) => {
    const line = `  7 1 7 S Sat Nov 21 03:14:15 2026 ${time} sleep\n`
    expect(psPlatform(() => line).table()).toMatchObject([{ pid: 7, cpu, name: 'sleep' }])
  })
})

it('reads what the ps of this machine prints, where it knows these columns', () => {
  const own = psPlatform()
    .table()
    .find(({ pid }) => pid === process.pid)
  expect(own).toMatchObject({ parent: process.ppid, stopped: false })
  expect(own?.start).toBe(psPlatform().startOf(process.pid))
})
