/** SIGKILL to `start` at each of its steps: what it began is whole or not there, and its worker runs once. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { here } from '../../runtime/io/processes.ts'
import { until } from '../support/until.ts'
import { DISPATCH, PLUGIN, type World, world } from '../support/world.ts'

/** Says that it was launched, with what; then finishes. */
const COUNTED = `{ echo "$DISPATCH_TASK"; grep -c 'new item' ; } >>"$WORLD/launches.$DISPATCH_TASK"
dispatch tick 1 >/dev/null`

const plan = (item: string) => `# Plan\n\n- [ ] ${item}\n`
const names = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])
const launches = (w: World, id: string) =>
  existsSync(`${w.folder}/launches.${id}`)
    ? readFileSync(`${w.folder}/launches.${id}`, 'utf8')
        .split('\n')
        .filter((line) => line === id).length
    : 0

/** How long a whole `start` takes (ms), the worker's launch included. */
async function measured(w: World): Promise<number> {
  const begin = performance.now()
  await w.start('measure', 'counted')
  return performance.now() - begin
}

/** Starts a task and kills the command when `when` resolves; resolves when it is dead. */
async function startAndKill(w: World, id: string, item: string, when: () => Promise<unknown>): Promise<void> {
  const start = w.spawn(['start', id, '--model', 'counted'], { input: plan(item) })
  await Promise.race([when(), start.ended])
  start.kill()
  await start.ended
}

/** Looks without a pause, so that the very next step of the other process is the one that it does not get to. */
async function seen(path: string): Promise<void> {
  for (const end = Date.now() + 5000; !existsSync(path) && Date.now() < end; )
    await new Promise((go) => setImmediate(go))
}

/** Everything that exists ends as done, by whoever comes by next; nothing was launched twice. */
async function allRunOnce(w: World, expected: (id: string) => number): Promise<void> {
  const ids = names(`${w.root}/tasks`).filter((name) => !name.endsWith('.tmp'))
  await w.start('next', 'counted')
  await until(
    async () => {
      await w.dispatch(['wait', '--timeout', '100ms'])
      return (await w.tasks()).every(({ state }) => state === 'done')
    },
    'not every task came to its end',
    20_000,
  )
  expect(Object.fromEntries(ids.map((id) => [id, launches(w, id)]))).toEqual(
    Object.fromEntries(ids.map((id) => [id, expected(id)])),
  )
}

test('at thirty moments: listed at once, launched once by the next scheduler', async () => {
  const w = world()
  w.worker('counted', COUNTED)
  const whole = await measured(w)
  const rounds = 30
  for (let round = 0; round < rounds; round++) {
    await startAndKill(w, `r${round}`, 'new item', () => sleep((whole * 1.1 * round) / rounds))
    for (const { state } of await w.tasksAtOnce()) expect(['queued', 'running', 'done']).toContain(state)
  }
  await allRunOnce(w, () => 1)
}, 240_000)

test.each([
  'tasks/r',
  'attempts/001/prompt.md',
  'attempts/001/launch.yaml',
  'attempts/001/supervisor.yaml',
  'attempts/001/attempt.yaml',
])('when %s appears', async (step) => {
  const w = world()
  w.worker('counted', COUNTED)
  await measured(w)
  await startAndKill(w, 'r', 'new item', () => seen(step === 'tasks/r' ? w.path('r') : w.path('r', step)))
  await allRunOnce(w, () => 1)
})

test('while it makes the state folder: the next start makes it, or goes on with it', async () => {
  const whole = await measured(counted(world()))
  const worlds = Array.from({ length: 8 }, () => counted(world()))
  for (const [i, w] of worlds.entries())
    await startAndKill(w, 'r', 'new item', () => sleep(whole * (0.2 + (0.6 * i) / worlds.length)))
  await Promise.all(worlds.map((w) => allRunOnce(w, () => 1)))
}, 240_000)

function counted(w: World): World {
  w.worker('counted', COUNTED)
  return w
}

test('of an ended id, begun anew: either the old one still stands, or the new plan alone is worked on', async () => {
  const w = counted(world())
  const whole = await measured(w)
  const rounds = 12
  for (let round = 0; round < rounds; round++)
    await w.ok(['start', `r${round}`, '--model', 'counted'], { input: plan('old item') })
  await until(async () => (await w.tasks()).every(({ state }) => state === 'done'))
  for (let round = 0; round < rounds; round++) {
    w.leave(`r${round}`, 'ipc/.done', '1\n')
    w.leave(`r${round}`, 'output.md', 'old output\n')
    await startAndKill(w, `r${round}`, 'new item', () => sleep(whole * (0.4 + (0.7 * round) / rounds)))
    for (const { state } of await w.tasks()) expect(['queued', 'running', 'done']).toContain(state)
  }
  await w.dispatch(['wait', '--timeout', '100ms'])
  await allRunOnce(w, (id) => names(w.path(id, 'attempts')).filter((name) => /^\d+$/.test(name)).length)
  for (let round = 0; round < rounds; round++) {
    const id = `r${round}`
    if (!existsSync(w.path(id, 'attempts/002'))) continue
    expect(readFileSync(w.path(id, 'plan.md'), 'utf8')).toContain('[x] new item')
    expect(readFileSync(w.path(id, 'attempts/002/prompt.md'), 'utf8')).not.toContain('old item')
    expect(existsSync(w.path(id, 'ipc/.done'))).toBe(false)
    expect(readFileSync(w.path(id, 'attempts/001/output.md'), 'utf8')).toBe('old output\n')
  }
}, 240_000)

/** As a kill between two of its renames leaves it: the new attempt is there, what it is about not yet in its place. */
test.each([0, 1, 2])(
  'of an ended id, with %i of the old files moved away: the next scheduler does the rest',
  async (moved) => {
    const w = counted(world())
    await w.ok(['start', 'one', '--model', 'counted'], { input: plan('old item') })
    await w.ok(['wait', '--timeout', '10s'])
    w.leave('one', 'ipc/.done', '1\n')
    const anew = w.path('one', 'attempts/002/anew')
    mkdirSync(anew, { recursive: true })
    writeFileSync(join(anew, 'plan.md'), plan('new item'))
    copyFileSync(w.path('one', 'task.yaml'), join(anew, 'task.yaml'))
    const queued = readFileSync(w.path('one', 'attempts/001/queued.yaml'), 'utf8')
    writeFileSync(w.path('one', 'attempts/002/queued.yaml'), queued.replace(/^mark: .*$/m, 'mark: another'))
    for (const name of ['plan.md', 'ipc'].slice(0, moved))
      renameSync(w.path('one', name), w.path('one', 'attempts/001', name))
    expect(await w.task('one')).toMatchObject({ state: 'queued', attempt: 2 })
    expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(/^one done/)
    expect(readFileSync(w.path('one', 'plan.md'), 'utf8')).toContain('[x] new item')
    expect(readFileSync(w.path('one', 'attempts/001/plan.md'), 'utf8')).toContain('[x] old item')
    expect(existsSync(w.path('one', 'attempts/001/ipc/.done'))).toBe(true)
    expect(existsSync(w.path('one', 'ipc/.done'))).toBe(false)
    expect(existsSync(anew)).toBe(false)
  },
)

test('a supervisor that comes late, of a start that was killed: it goes away, and no second worker runs', async () => {
  const w = world()
  w.worker('sleeps', 'echo one >>"$WORLD/launches.one"; sleep 600')
  await w.start('one', 'sleeps')
  const argv = [
    '/bin/sh',
    join(PLUGIN, 'dist/supervise.sh'),
    w.path('one', 'attempts/001'),
    '0',
    join(w.folder, 'bin/sleeps'),
  ]
  const env = {
    DISPATCH_BIN: DISPATCH,
    DISPATCH_CWD: w.repo,
    DISPATCH_ENV: '',
    DISPATCH_SETTLE_ROOT: w.root,
    DISPATCH_SETTLE_TASK: 'one',
    DISPATCH_SETTLE_NUMBER: '1',
  }
  const late = w.process(argv, { env })
  await until(() => here.startOf(late.pid) === undefined || launches(w, 'one') > 1)
  expect(launches(w, 'one')).toBe(1)
  expect((await late.ended).code).toBe(75)
})
