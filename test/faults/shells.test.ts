/** The supervisor and the worker's first steps in every shell that may be called sh, with and without setsid. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { here } from '../../runtime/io/processes.ts'
import { psPlatform } from '../../runtime/io/processes-ps.ts'
import { findProgram } from '../../runtime/io/which.ts'
import { type Running, running } from '../support/running.ts'
import { until } from '../support/until.ts'
import { kill, PLUGIN } from '../support/world.ts'

const scripts = join(PLUGIN, 'runtime/attempt')
/** What the scripts call; nothing else is on the PATH. `sleep` is for the worker. */
const TOOLS = [
  'cat',
  'date',
  'dirname',
  'env',
  'grep',
  'ln',
  'mv',
  'perl',
  'ps',
  'readlink',
  'rm',
  'sed',
  'setsid',
  'sleep',
  'true',
]
const SHELLS: Record<string, string[]> = {
  dash: ['dash'],
  'bash --posix': ['bash', '--posix'],
  'busybox sh': ['busybox', 'sh'],
  mksh: ['mksh'],
  zsh: ['zsh', '--emulate', 'sh'],
}
const installed = Object.entries(SHELLS).flatMap(([name, [program = '', ...args]]) => {
  const path = findProgram(program, process.env)
  return path === undefined ? [] : [[name, [path, ...args]] as const]
})
test('there is more than one shell to try it in', () => expect(installed.length).toBeGreaterThan(1))

interface Stage {
  folder: string
  at: (name: string) => string
  text: (name: string) => string
  supervise: (worker: string, timeout?: string) => Running
}

/** An attempt whose `sh` is that shell, on a PATH of its own. */
function stage([program, ...args]: readonly string[], without: string[]): Stage {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'shells-')))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const at = (name: string) => join(folder, 'an attempt', name)
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), 0o755)
  }
  mkdirSync(join(folder, 'bin'))
  mkdirSync(at('.'))
  for (const tool of TOOLS) {
    const path = without.includes(tool) ? undefined : findProgram(tool, process.env)
    if (path !== undefined) symlinkSync(path, join(folder, 'bin', tool))
  }
  put('bin/sh', `#!${program}\nexec ${[program, ...args].map((word) => `'${word}'`).join(' ')} "$@"\n`)
  put('settles', `#!/bin/sh\necho "$1 $2 $3 $4" >"${folder}/settled"\n`)
  writeFileSync(at('launch.yaml'), 'kind: start\n')
  writeFileSync(at('prompt.md'), 'Do it.\n')
  const env = {
    PATH: join(folder, 'bin'),
    DISPATCH_BIN: join(folder, 'settles'),
    DISPATCH_CWD: folder,
    DISPATCH_ENV: 'DISPATCH_MARK GREETING',
    DISPATCH_ENV_DISPATCH_MARK: 'm-1',
    DISPATCH_ENV_GREETING: `it's "$HOME" \`true\` *`,
    DISPATCH_SETTLE_ROOT: '/root',
    DISPATCH_SETTLE_TASK: 'one',
    DISPATCH_SETTLE_NUMBER: '1',
  }
  return {
    folder,
    at,
    text: (name) => readFileSync(at(name), 'utf8'),
    supervise(worker, timeout = '0') {
      put('worker', `#!/bin/sh\n${worker}\n`)
      const argv = [
        join(folder, 'bin/sh'),
        join(scripts, 'supervise.sh'),
        at('.'),
        timeout,
        join(folder, 'worker'),
        'a  b',
      ]
      const started = running(argv, { input: '', cwd: '/', env })
      onTestFinished(() => kill(started.pid))
      return started
    },
  }
}

const pidIn = (text: string) => Number(/^pid: (\d+)$/m.exec(text)?.[1])
const startIn = (text: string) => /^start: "(.*)"$/m.exec(text)?.[1]

const ways = installed.flatMap(([name, shell]) => [
  [name, 'setsid', shell, []] as const,
  [name, 'perl', shell, ['setsid']] as const,
])

describe.each(ways)('%s, with %s', (_, __, shell, without) => {
  test('a worker runs with its own, is on record, and its end is', async () => {
    const s = stage(shell, [...without])
    const supervisor = s.supervise(
      'cat; echo "$1|$DISPATCH_MARK|$GREETING|$DISPATCH_BIN"; until [ -e go ]; do sleep 0.02; done; exit 7',
    )
    await until(() => existsSync(s.at('attempt.yaml')))
    const record = s.text('attempt.yaml')
    const worker = here.table().find(({ pid }) => pid === pidIn(record))
    expect(record).toMatch(
      /^kind: start\npid: \d+\nstart: ".+"\nstarted_at: "\d{4}-\d\d-\d\dT[\d:]{8}\.000Z"\n$/,
    )
    expect(worker).toMatchObject({ start: startIn(record), group: pidIn(record), session: pidIn(record) })
    expect(pidIn(s.text('supervisor.yaml'))).toBe(supervisor.pid)
    expect(startIn(s.text('supervisor.yaml'))).toBe(here.startOf(supervisor.pid))
    writeFileSync(join(s.folder, 'go'), '')
    await supervisor.ended
    expect(s.text('log')).toBe(`Do it.\na  b|m-1|it's "$HOME" \`true\` *|\n`)
    expect(s.text('ended.yaml')).toMatch(/^status: 7\nended_at: "[^"]+Z"\n$/)
    expect(readFileSync(join(s.folder, 'settled'), 'utf8')).toBe('_settle /root one 1\n')
  })

  test('a signal to the worker is its status, one to the supervisor goes on to the worker', async () => {
    for (const [signal, status] of [
      ['SIGKILL', 137],
      ['SIGTERM', 143],
    ] as const) {
      const s = stage(shell, [...without])
      const supervisor = s.supervise('exec sleep 600')
      await until(
        () =>
          existsSync(s.at('attempt.yaml')) &&
          here.commandOf(pidIn(s.text('attempt.yaml'))).includes('sleep 600'),
      )
      if (signal === 'SIGKILL') kill(pidIn(s.text('attempt.yaml')))
      else supervisor.kill('SIGTERM')
      await supervisor.ended
      expect(s.text('ended.yaml')).toMatch(new RegExp(`^status: ${status}\n`))
    }
  })

  test('its turn is waited for, and a stop meanwhile is heard; a time limit is called out', async () => {
    const s = stage(shell, [...without])
    writeFileSync(s.at('turn'), '0.300\n')
    const supervisor = s.supervise('echo ran', '1')
    await until(() => existsSync(s.at('attempt.yaml')))
    writeFileSync(s.at('ending'), 'stop\n')
    await supervisor.ended
    expect(existsSync(s.at('log'))).toBe(false)
    const damaged = stage(shell, [...without])
    writeFileSync(damaged.at('turn'), 'soon; rm -rf *\n')
    await damaged.supervise('echo ran').ended
    expect(damaged.text('log')).toBe('ran\n')
    const limited = stage(shell, [...without])
    const slow = limited.supervise('exec sleep 600', '1')
    const called = () =>
      existsSync(join(limited.folder, 'settled')) && readFileSync(join(limited.folder, 'settled'), 'utf8')
    expect(await until(called)).toBe('_expire /root one 1\n')
    slow.kill('SIGTERM')
    await slow.ended
  })
})

test('what a shell tells of itself where there is no /proc is what is read back there', () => {
  const script = readFileSync(join(scripts, 'identity.sh'), 'utf8').replaceAll('/proc/', '/no/such/')
  const text = execFileSync('/bin/sh', ['-c', `${script}\nidentity ${process.pid}`], { encoding: 'utf8' })
  expect(pidIn(text)).toBe(process.pid)
  expect(startIn(text)).toBe(psPlatform().startOf(process.pid))
})
