/** SIGKILL to each of the processes that work on a task: nothing is lost, and nothing is left. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readYaml } from '../../runtime/io/yaml.ts'
import { until } from '../support/until.ts'
import { kill, type World, world } from '../support/world.ts'

/** Works until the world's file `go` is there; a helper of its own runs beside it. */
const WORKS = `sleep 600 &
until [ -e "$WORLD/go" ]; do sleep 0.02; done
dispatch tick 1 >/dev/null
exit "$(cat "$WORLD/go")"`

function pidIn(path: string): number {
  const record = readYaml(path)
  if (typeof record === 'object' && record !== null && 'pid' in record) return Number(record.pid)
  throw new Error(`no pid in ${path}`)
}

const toldIn = (w: World) => {
  const folder = `${w.root}/sessions/terminal/told`
  return existsSync(folder) ? readdirSync(folder) : []
}

const workerOf = (w: World, id: string, attempt = '001') =>
  pidIn(w.path(id, 'attempts', attempt, 'attempt.yaml'))
const supervisorOf = (w: World, id: string) => pidIn(w.path(id, 'attempts/001/supervisor.yaml'))
/** Linux or not: what still carries the attempt's marker is looked for by the world's own, less this test's verbs. */
const nothingLeft = (w: World) =>
  until(() => w.left().length === 0, 'something of the attempt is left running')

async function busy(flags: string[] = []): Promise<World> {
  const w = world()
  w.worker('works', WORKS)
  await w.start('one', 'works', ['One'], flags)
  return w
}

/** Waits for the one event, and that it is told once. */
async function toldOnce(w: World): Promise<string> {
  const told = await w.ok(['wait', '--timeout', '10s'])
  expect((await w.dispatch(['wait', '--timeout', '100ms'])).code).toBe(75)
  return told
}

describe('SIGKILL to', () => {
  test('the worker: failed as killed, told once, what it had started is gone, retry works', async () => {
    const w = await busy()
    kill(workerOf(w, 'one'))
    expect(await toldOnce(w)).toMatch(/^one failed: killed: It was ended by SIGKILL/)
    expect(await w.task('one')).toMatchObject({ state: 'failed', failure: { class: 'killed' } })
    expect(readYaml(w.path('one', 'attempts/001/exit.yaml'))).toMatchObject({
      signal: 'SIGKILL',
      swept: [expect.stringContaining('sleep')],
    })
    await nothingLeft(w)
    await w.ok(['retry', 'one'])
    expect(await w.task('one')).toMatchObject({ state: 'running', attempt: 2 })
    w.write('go', '0')
    expect(await toldOnce(w)).toMatch(/^one done/)
  })

  test('the supervisor: it still runs; its end is lost, recorded, told once, and nothing is left', async () => {
    const w = await busy(['--timeout', '1h'])
    kill(supervisorOf(w, 'one'))
    expect(await w.task('one')).toMatchObject({ state: 'running', pid: workerOf(w, 'one') })
    w.write('go', '0')
    expect(await toldOnce(w)).toMatch(/^one lost/)
    expect(await w.task('one')).toMatchObject({
      state: 'lost',
      items: { done: 1 },
      failure: { class: 'lost' },
    })
    expect(existsSync(w.path('one', 'attempts/001/exit.yaml'))).toBe(true)
    await nothingLeft(w)
  })

  test('the supervisor, then stop: the worker and all it started are ended', async () => {
    const w = await busy(['--timeout', '1h'])
    kill(supervisorOf(w, 'one'))
    await w.ok(['stop', 'one'])
    expect(await w.task('one')).toMatchObject({ state: 'stopped' })
    await nothingLeft(w)
  })

  test('both: lost, told once, nothing left, and status says so at once', async () => {
    const w = world()
    // What it leaves does not want to go.
    w.worker('works', `(trap '' TERM; while :; do sleep 0.05; done) &\n${WORKS}`)
    await w.start('one', 'works', ['One'], ['--timeout', '1h'])
    const worker = workerOf(w, 'one')
    kill(supervisorOf(w, 'one'))
    kill(worker)
    expect((await w.tasksAtOnce())[0]).toMatchObject({ state: 'lost', pid: null })
    await nothingLeft(w)
    expect(await toldOnce(w)).toMatch(/^one lost/)
  })

  test('a supervisor that prepares a worktree: what it had started is gone, too', async () => {
    const w = world()
    w.worker('works', WORKS)
    w.config(`bootstrap: { '${w.repo}': ['sleep', '500'] }\n`)
    await w.start('one', 'works', ['One'], ['--worktree'])
    await until(() => w.left().length >= 3)
    kill(supervisorOf(w, 'one'))
    expect(await w.task('one')).toMatchObject({ state: 'lost' })
    await nothingLeft(w)
  })

  test('wait: the next one tells everything', async () => {
    const w = world()
    w.worker('asks', 'dispatch ask --timeout 20s "Which one?" >/dev/null; exit 3')
    const waiting = w.spawn(['wait'])
    await until(() => existsSync(w.root))
    waiting.kill()
    expect(await waiting.ended).toMatchObject({ signal: 'SIGKILL' })
    await w.start('one', 'asks')
    expect(await w.ok(['wait', '--timeout', '10s'])).toContain('one asks 001: Which one?')
    await w.ok(['answer', 'one', 'This'])
    expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(/^one failed: crashed/)
  })

  test('watch: the next one tells what it had not told, in one line', async () => {
    const w = world()
    w.worker('fails', 'exit 3')
    const watching = w.spawn(['watch'])
    await w.start('one', 'fails')
    await until(() => watching.printed().includes('one failed'))
    // Printed, then marked: until the mark is there it may be told again, which is no loss.
    await until(() => toldIn(w).some((name) => name.startsWith('one.end1')))
    watching.kill()
    await watching.ended
    await w.start('two', 'fails')
    await w.start('three', 'fails')
    await until(async () => (await w.tasks()).every(({ state }) => state === 'failed'))
    const next = w.spawn(['watch'])
    await until(() => next.printed().includes('\n'))
    expect(next.printed()).toMatch(/^(two|three) failed.* · (two|three) failed.*\n$/)
    next.kill()
  })

  test('what settles: the next reading verb settles with the real exit code', async () => {
    const w = await busy()
    w.hold('_settle')
    w.write('go', '7')
    await until(() => existsSync(w.path('one', 'attempts/001/ended.yaml')))
    kill(supervisorOf(w, 'one'))
    expect(await w.task('one')).toMatchObject({ state: 'failed', failure: { class: 'crashed' } })
    expect(readYaml(w.path('one', 'attempts/001/exit.yaml'))).toMatchObject({ code: 7, class: 'crashed' })
    await nothingLeft(w)
    expect(await toldOnce(w)).toMatch(/^one failed: crashed: It ended with exit code 7/)
  })

  test('worker and supervisor, with others in the queue: who listens already starts them', async () => {
    const w = await busy()
    w.worker('asks', 'dispatch ask --timeout 60s "Who?" >/dev/null')
    await w.start('asks', 'asks')
    w.config('limits: { parallel: 2 }\n')
    await w.start('two', 'works')
    expect(await w.task('two')).toMatchObject({ state: 'queued' })
    const watching = w.spawn(['watch'])
    await until(() => watching.printed().includes('asks 001'))
    kill(supervisorOf(w, 'one'))
    kill(workerOf(w, 'one'))
    await until(() => watching.printed().includes('one lost'))
    await until(async () => (await w.task('two')).state === 'running')
    watching.kill()
    await w.ok(['stop', 'asks'])
    w.write('go', '0')
    expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(/^two done/)
    expect(readFileSync(w.path('two', 'plan.md'), 'utf8')).toContain('[x] One')
  })
})
