/** Whose process is it? Ended is what an attempt started, all of it, and nothing else. */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { here } from '../../runtime/io/processes.ts'
import { readYaml } from '../../runtime/io/yaml.ts'
import { until } from '../support/until.ts'
import { type World, world } from '../support/world.ts'

const record = (w: World, id: string) => w.path(id, 'attempts/001/attempt.yaml')
/** Children in every way of getting away: in a session of their own, and double-forked; then it says that they run. */
const ESCAPES = `setsid sleep 6001 &
(setsid sh -c 'sleep 6002 & sleep 6003 & exit 0' &)
sleep 6004 &
until [ "$(pgrep -c -f 'sleep 600[1-4]$')" -ge 0 ] && kill -0 $! ; do sleep 0.02; done
: >"$WORLD/ready.$DISPATCH_TASK"`

const runs = (w: World) =>
  w
    .left()
    .flatMap(({ pid }) => /sleep (600\d)$/.exec(here.commandOf(pid))?.[1] ?? [])
    .sort()
const ALL = ['6001', '6002', '6003', '6004']

test('stop: what got away from its group is ended, others with the same name and other repositories are not', async () => {
  const w = world()
  const other = world()
  for (const each of [w, other]) {
    each.worker('escapes', `${ESCAPES}\nsleep 6005`)
    await each.start('one', 'escapes')
    await until(() => runs(each).length === 5)
  }
  const decoy = w.process(['sleep', '6001'])
  const lead = w.process(['sh', '-c', 'exec sleep 6004'], { env: { DISPATCH_MARK: 'another' } })
  await w.ok(['stop', 'one'])
  expect(runs(w)).toEqual(['6001', '6004'])
  expect([decoy.pid, lead.pid].map((pid) => here.startOf(pid) === undefined)).toEqual([false, false])
  expect(runs(other)).toEqual([...ALL, '6005'])
  expect(await other.task('one')).toMatchObject({ state: 'running' })
})

test('a normal end: what it left running is ended and listed', async () => {
  const w = world()
  w.worker('escapes', ESCAPES.replace(/until .*done\n/, ''))
  await w.start('one', 'escapes')
  await w.ok(['wait', '--timeout', '20s'])
  expect(runs(w)).toEqual([])
  const exit = readYaml(w.path('one', 'attempts/001/exit.yaml'))
  const swept = typeof exit === 'object' && exit !== null && 'swept' in exit ? String(exit.swept) : ''
  for (const name of ALL) expect(swept).toContain(`sleep ${name}`)
})

test('a reused number: the process that bears it now is not the worker, and is left alone', async () => {
  const w = world()
  w.worker('sleeps', 'sleep 600')
  await w.start('one', 'sleeps')
  await w.start('two', 'sleeps')
  const supervisors = ['one', 'two'].map((id) => w.path(id, 'attempts/001/supervisor.yaml'))
  const workers = ['one', 'two'].map((id) =>
    Number(/^pid: (\d+)$/m.exec(readFileSync(record(w, id), 'utf8'))?.[1]),
  )
  for (const path of supervisors)
    process.kill(Number(/^pid: (\d+)$/m.exec(readFileSync(path, 'utf8'))?.[1]), 'SIGKILL')
  for (const pid of workers) process.kill(-pid, 'SIGKILL')
  // A group of its own, as a worker has: its leader is the decoy itself, and for the other one it is gone.
  const decoy = w.process(['setsid', 'sleep', '6001'])
  await until(() => here.commandOf(decoy.pid) === 'sleep 6001')
  for (const id of ['one', 'two']) {
    const text = readFileSync(record(w, id), 'utf8')
    const old =
      id === 'two' ? text.replace(/^start: .*$/m, 'start: "00000000-0000-0000-0000-000000000000:1"') : text
    writeFileSync(record(w, id), old.replace(/^pid: \d+$/m, `pid: ${decoy.pid}`))
  }
  expect((await w.tasks()).map(({ state }) => state)).toEqual(['lost', 'lost'])
  expect(here.startOf(decoy.pid)).toBeDefined()
  await w.ok(['retry', 'one'])
  await w.ok(['stop', 'one'])
  expect(here.startOf(decoy.pid)).toBeDefined()
})

test('a clock that jumped: locks of the future hold nobody up, times of the past and future change no state', async () => {
  const w = world()
  w.worker('parks', 'dispatch ask --timeout 1ms "Which?" 2>/dev/null; exit 0')
  w.worker('sleeps', 'sleep 600')
  await w.start('one', 'sleeps')
  await w.start('asks', 'parks')
  await until(async () => (await w.task('asks')).state === 'parked')
  const jumps = [new Date('2001-01-01'), new Date('2099-01-01')]
  for (const at of jumps) {
    for (const name of ['attempts/001/attempt.yaml', 'attempts/001/launch.yaml', 'plan.md', 'task.yaml'])
      utimesSync(w.path('one', name), at, at)
    utimesSync(w.path('asks', 'ipc/001.question'), at, at)
    const text = readFileSync(record(w, 'one'), 'utf8')
    writeFileSync(record(w, 'one'), text.replace(/started_at: .*/, `started_at: "${at.toISOString()}"`))
    expect(await w.tasks()).toMatchObject([
      { id: 'asks', state: 'parked', question: { asked_at: at.toISOString() } },
      { id: 'one', state: 'running', started_at: at.toISOString() },
    ])
  }
  w.lock('one', new Date('2099-01-01'))
  await w.ok(['stop', 'one'])
  const begin = performance.now()
  await w.ok(['retry', 'one'])
  expect(performance.now() - begin).toBeLessThan(10_000)
})
