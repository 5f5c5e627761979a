/** Faults around a task that goes on by itself at a time: it goes on, once, whoever is killed and whatever the clock does. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { here, isAlive } from '../../runtime/io/processes.ts'
import { readYaml } from '../../runtime/io/yaml.ts'
import { callsOf, fakeClaude } from '../support/fake-claude.ts'
import { until } from '../support/until.ts'
import { kill, PLUGIN, type World, world } from '../support/world.ts'

const OVERLOADED = 'fails 529 "Repeated 529 Overloaded"'

const start = (w: World, id: string) => w.start(id, 'opus', ['One'], ['--profile', 'full'])
const isDone = (w: World, id: string) => async () => (await w.task(id)).state === 'done'

function stage(pause: string, ...plays: string[]): World {
  const w = world()
  w.config(`limits: { backoff: [${pause}] }\n`)
  fakeClaude(w, ...plays)
  return w
}

function sleeperOf(w: World, id: string): number {
  const path = w.path(id, 'attempts/001/waiter.yaml')
  const record = existsSync(path) ? readYaml(path) : undefined
  return typeof record === 'object' && record !== null && 'pid' in record ? Number(record.pid) : 0
}
/** The one who sleeps, and the `sleep` that it waits for. */
function killSleeper(w: World, id: string): void {
  const pid = sleeperOf(w, id)
  kill(pid)
  for (const row of here.table()) if (row.group === pid) kill(row.pid)
}
const asleep = (w: World, id: string) => until(() => sleeperOf(w, id), 'nobody sleeps for it')

describe('SIGKILL to who sleeps', { timeout: 60_000 }, () => {
  const comers: [string, (w: World) => Promise<unknown>][] = [
    ['status', (w) => w.ok(['status'])],
    ['wait', (w) => w.dispatch(['wait', '--timeout', '100ms'])],
    ['start', (w) => w.start('another', 'demo')],
  ]
  test.each(comers)('%s puts another in its place', async (_, comeBy) => {
    const w = stage('1h', OVERLOADED)
    await start(w, 'one')
    const first = await asleep(w, 'one')
    killSleeper(w, 'one')
    expect(await w.task('one')).toMatchObject({ state: 'parked' })
    killSleeper(w, 'one')
    await comeBy(w)
    const next = sleeperOf(w, 'one')
    expect(next).not.toBe(first)
    expect(here.startOf(next)).toBeDefined()
  })

  test('somebody who listens notices, and it goes on in time', async () => {
    const w = stage('2s', OVERLOADED, 'ends')
    await start(w, 'one')
    await asleep(w, 'one')
    const watching = w.spawn(['watch'])
    killSleeper(w, 'one')
    await until(() => watching.printed().includes('one done'), 'it did not go on', 20_000)
    expect(callsOf(w, 'one')).toHaveLength(2)
    watching.kill()
  })

  test('after its time has come: it goes on at once', async () => {
    const w = stage('1s', OVERLOADED, 'ends')
    w.hold('_wake')
    await start(w, 'one')
    const pid = await asleep(w, 'one')
    await until(() => here.commandOf(pid).startsWith('sleep 600'), 'it did not wake')
    expect(callsOf(w, 'one')).toHaveLength(1)
    w.release()
    killSleeper(w, 'one')
    expect(await w.ok(['wait', '--timeout', '20s'])).toMatch(/^one done/)
    expect(callsOf(w, 'one')).toHaveLength(2)
  })
})

test('SIGKILL to what settles: whoever comes by settles it, and it goes on', async () => {
  const w = stage('0s', OVERLOADED, 'ends')
  w.hold('_settle')
  await start(w, 'one')
  const supervisor = readYaml(w.path('one', 'attempts/001/supervisor.yaml')) as { pid: number }
  await until(() => existsSync(w.path('one', 'attempts/001/ended.yaml')))
  await until(() => here.commandOf(supervisor.pid).startsWith('sleep 600'))
  kill(supervisor.pid)
  w.release()
  expect(await w.ok(['wait', '--timeout', '20s'])).toMatch(/^one done/)
  expect(callsOf(w, 'one')).toHaveLength(2)
}, 60_000)

/** Looks without a pause, so that the very next step of the other process is the one that it does not get to. */
async function seen(path: string): Promise<void> {
  for (const end = Date.now() + 20_000; !existsSync(path) && Date.now() < end; )
    await new Promise((go) => setImmediate(go))
}

test.each([
  'attempts/002',
  'attempts/002/prompt.md',
  'attempts/002/launch.yaml',
  'attempts/002/supervisor.yaml',
])(
  'SIGKILL to who goes on, when %s appears: it went on once',
  async (step) => {
    const w = stage('1s', OVERLOADED, 'ends')
    await start(w, 'one')
    const pid = await asleep(w, 'one')
    await seen(w.path('one', step))
    kill(pid)
    await w.start('another', 'demo')
    await until(isDone(w, 'one'), 'it did not go on')
    expect(callsOf(w, 'one')).toHaveLength(2)
  },
  60_000,
)

test('two who come by at once put one in its place', async () => {
  const w = stage('1h', OVERLOADED)
  await start(w, 'one')
  await asleep(w, 'one')
  killSleeper(w, 'one')
  await Promise.all([1, 2, 3].map(() => w.ok(['status'])))
  expect(
    here.table().filter(({ pid }) => here.commandOf(pid).includes(`${w.root}/tasks/one/attempts/001 `)),
  ).toHaveLength(1)
}, 60_000)

test('who wakes for an attempt that is not the newest any more does nothing', async () => {
  const w = stage('1h', OVERLOADED)
  await start(w, 'one')
  await asleep(w, 'one')
  await w.ok(['resume', 'one'])
  await until(async () => (await w.task('one')).state === 'parked')
  await w.ok(['_wake', w.root, 'one', '1'])
  expect(await w.task('one')).toMatchObject({ state: 'parked', attempt: 2 })
}, 60_000)

test('retry and stop at the moment at which it wakes: never two workers', async () => {
  const w = stage(
    '1s',
    OVERLOADED,
    'says x; until [ -e "$WORLD/go" ]; do sleep 0.02; done; ends'.replace('$WORLD', '$DISPATCH_ROOT'),
  )
  await start(w, 'one')
  await asleep(w, 'one')
  await seen(w.path('one', 'attempts/002'))
  await w.dispatch(['stop', 'one'])
  expect((await w.task('one')).state).toBe('stopped')
  await until(() => w.left().length === 0)
}, 60_000)

test('twenty at once: each waits for itself, and nothing is left when they are stopped', async () => {
  const w = stage('1h', OVERLOADED)
  const ids = Array.from({ length: 20 }, (_, i) => `t${i}`)
  const input = ids.map((id) => `---\nid: ${id}\nmodel: opus\nprofile: full\n---\n- [ ] One\n`).join('')
  await w.ok(['start', '--all'], { input })
  await until(
    async () => (await w.tasks()).every(({ state }) => state === 'parked'),
    'not all of them wait',
    60_000,
  )
  for (const id of ids) expect(isAlive(identityOf(w, id))).toBe(true)
  await w.ok(['stop', '--all'])
  await until(() => w.left().length === 0, 'somebody still sleeps')
}, 120_000)

function identityOf(w: World, id: string) {
  const pid = sleeperOf(w, id)
  return { pid, start: here.startOf(pid) ?? 'gone' }
}

describe('the clock', () => {
  /** Runs wait.sh with a clock and a `sleep` of ours; how long each sleep was to be. */
  function slept(until: number, clock: string): number[] {
    const w = world()
    const bin = join(w.folder, 'path')
    const script = (name: string, text: string) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
      chmodSync(join(bin, name), 0o755)
    }
    w.write('now', '1000')
    script('date', `cat ${w.folder}/now`)
    script('sleep', `echo "$1" >>${w.folder}/slept\nnow=$(cat ${w.folder}/now)\n${clock} >${w.folder}/now`)
    // The sleeper's own record is looked at in between: this one says that it is still the one.
    script('grep', 'exit 0')
    const attempt = join(w.folder, 'attempt')
    mkdirSync(attempt)
    const wait = join(PLUGIN, 'runtime/attempt/wait.sh')
    execFileSync('/bin/sh', [wait, attempt, String(until), 'touch', join(w.folder, 'woken')], { env: w.env })
    expect(existsSync(join(w.folder, 'woken'))).toBe(true)
    const path = join(w.folder, 'slept')
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : []
  }

  test('that goes as it should', () => expect(slept(1070, 'echo $((now + $1))')).toEqual([30, 30, 10]))
  test('of a machine that was suspended meanwhile', () =>
    expect(slept(4600, 'echo $((now + $1 + 3500))')).toEqual([30, 30]))
  test('that is set back does not make it wait for longer', () =>
    expect(slept(1070, 'echo $((now - 86400))')).toEqual([30, 30, 30]))
  test('that says that the time has come', () => expect(slept(900, 'echo 0')).toEqual([]))
})

test('whose task was removed goes', async () => {
  const w = world()
  const wait = join(PLUGIN, 'runtime/attempt/wait.sh')
  const now = Math.floor(Date.now() / 1000)
  const sleeper = w.process([
    '/bin/sh',
    wait,
    join(w.folder, 'none'),
    String(now + 2),
    'touch',
    join(w.folder, 'woken'),
  ])
  expect((await sleeper.ended).code).toBe(0)
  expect(existsSync(join(w.folder, 'woken'))).toBe(false)
})

const noDisk = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status !== 0

/** Pages that are left of the disk: none, or enough for the raw end but not for more. */
test.skipIf(noDisk).each([0, 1])(
  'a disk that is full when the worker fails (%i pages left): it goes on when there is space again',
  async (pages) => {
    const w = stage(
      '0s',
      'result true 529 Overloaded\nuntil [ -e "$DISPATCH_HOME/go" ]; do sleep 0.02; done\nexit 1',
      'ends',
    )
    rmSync(w.repo, { recursive: true })
    mkdirSync(w.repo)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', w.repo])
    const ballast = join(w.repo, 'ballast')
    onTestFinished(async () => {
      rmSync(ballast, { force: true })
      await w.dispatch(['stop', '--all'])
      execFileSync('umount', ['-l', w.repo])
    })
    w.git('init', '-q')
    w.git('commit', '-q', '--allow-empty', '-m', 'Begin')
    await start(w, 'one')
    await until(() => readFileSync(w.path('one', 'attempts/001/log'), 'utf8').includes('Overloaded'))
    const supervisor = readYaml(w.path('one', 'attempts/001/supervisor.yaml')) as { pid: number }
    fill(ballast, pages)
    writeFileSync(join(w.state, 'go'), '')
    const ended = w.path('one', 'attempts/001/ended.yaml')
    if (pages > 0) await until(() => existsSync(ended) && here.startOf(supervisor.pid) === undefined)
    expect(existsSync(w.path('one', 'attempts/001/exit.yaml'))).toBe(false)
    rmSync(ballast)
    expect(await w.ok(['wait', '--timeout', '30s'])).toMatch(/^one done/)
    expect(callsOf(w, 'one')).toHaveLength(2)
  },
  120_000,
)

function fill(ballast: string, leave: number): void {
  try {
    for (const block = Buffer.alloc(4096); ; ) writeFileSync(ballast, block, { flag: 'a' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
  if (leave > 0) execFileSync('truncate', ['-s', `-${leave * 4096}`, ballast])
}
