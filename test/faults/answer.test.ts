/** Answers that meet a worker on its way out, and questions of workers that are long gone. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { kill, type World, world } from '../support/world.ts'

/** Asks and does not wait long; says which answer it got, in the shell or in its prompt, and finishes. */
const LEAVES = `prompt=$(cat)
echo x >>"$WORLD/launches.$DISPATCH_TASK"
case $prompt in
  *"The answer:"*) printf '%s\\n' "$prompt" | sed -n '/^The answer:/,/^#/p' | sed -n 3p >>"$WORLD/got.$DISPATCH_TASK" ;;
  *) dispatch ask --timeout 40ms "Which one?" >>"$WORLD/got.$DISPATCH_TASK" 2>/dev/null || exit 0
     echo >>"$WORLD/got.$DISPATCH_TASK" ;;
esac
dispatch tick 1 >/dev/null`

const text = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const launches = (w: World, id: string) => text(`${w.folder}/launches.${id}`).length / 2
const attempts = (w: World, id: string) => readdirSync(w.path(id, 'attempts')).length

test('an answer at the moment of the exit: twenty rounds, each gets it once', async () => {
  const w = world()
  w.worker('leaves', LEAVES)
  const rounds = 20
  await Promise.all(
    [0, 1].map(async (lane) => {
      for (let round = lane; round < rounds; round += 2) {
        const id = `r${round}`
        await w.start(id, 'leaves')
        await until(() => existsSync(w.path(id, 'ipc/001.question')))
        // From before the worker gives up to well after its end is settled.
        await sleep(round * 12)
        await w.ok(['answer', id, `Answer ${round}`])
      }
    }),
  )
  await until(async () => (await w.tasks()).every(({ state }) => state === 'done'), 'somebody waits forever')
  for (let round = 0; round < rounds; round++) {
    const id = `r${round}`
    expect({ id, got: text(`${w.folder}/got.${id}`) }).toEqual({ id, got: `Answer ${round}\n` })
    // Got in the shell, or in the prompt of the one attempt that it was resumed with.
    expect(launches(w, id)).toBe(attempts(w, id))
    expect(attempts(w, id)).toBeLessThanOrEqual(2)
  }
}, 240_000)

async function parked(): Promise<World> {
  const w = world()
  w.worker('leaves', LEAVES)
  await w.start('one', 'leaves')
  await until(async () => (await w.task('one')).state === 'parked')
  return w
}

test('an answer that was written by hand while it was parked: who listens brings it back', async () => {
  const w = await parked()
  const watching = w.spawn(['watch'])
  await until(() => watching.printed().includes('one asks 001'))
  writeFileSync(w.path('one', 'ipc/001.answer'), 'By hand')
  await until(async () => (await w.task('one')).state === 'done')
  expect(text(`${w.folder}/got.one`)).toBe('By hand\n')
  watching.kill()
})

test('SIGKILL to answer right after it published: the next wait brings the worker back, once', async () => {
  const w = await parked()
  const answering = w.spawn(['answer', 'one', 'In time'])
  await until(() => existsSync(w.path('one', 'ipc/001.answer')))
  answering.kill()
  await answering.ended
  expect(await w.ok(['wait', '--timeout', '20s'])).toMatch(/^one done/)
  expect(attempts(w, 'one')).toBe(2)
  expect(text(`${w.folder}/got.one`)).toBe('In time\n')
})

test('an answer while nobody has settled the end yet: it is settled, and the worker is brought back', async () => {
  const w = world()
  w.worker('leaves', LEAVES)
  w.hold('_settle')
  await w.start('one', 'leaves')
  await until(() => existsSync(w.path('one', 'attempts/001/ended.yaml')))
  await until(() => {
    for (const { pid } of w.left()) kill(pid)
    return w.left().length === 0
  })
  w.release()
  expect(await w.ok(['answer', 'one', 'Late'])).toContain('resumed')
  expect(await w.ok(['wait', '--timeout', '20s'])).toMatch(/^one done/)
  expect(text(`${w.folder}/got.one`)).toBe('Late\n')
})

test('a question of an earlier attempt wakes nobody, and cannot be answered', async () => {
  const w = await parked()
  w.worker('leaves', 'sleep 600')
  await w.ok(['retry', 'one'])
  expect(await w.task('one')).toMatchObject({ state: 'running', question: null })
  expect((await w.dispatch(['wait', '--timeout', '300ms'])).code).toBe(75)
  expect((await w.dispatch(['answer', 'one', '001', 'Too late'])).code).toBe(1)
  expect(existsSync(w.path('one', 'ipc/001.answer'))).toBe(false)
})

test('an ended id begun anew: nothing of the old one is in its way', async () => {
  const w = world()
  w.worker(
    'leaves',
    'dispatch done; dispatch ask --timeout 1ms "Old?" 2>/dev/null; echo old >.dispatch/tasks/one/output.md; exit 3',
  )
  await w.start('one', 'leaves')
  await until(async () => (await w.task('one')).state === 'parked')
  await w.ok(['stop', 'one'])
  w.worker('leaves', 'sleep 600')
  await w.start('one', 'leaves', ['New'])
  expect(await w.task('one')).toMatchObject({ state: 'running', attempt: 2, question: null, summary: null })
  expect(readdirSync(w.path('one', 'ipc'))).toEqual([])
  expect(readdirSync(w.path('one', 'attempts/001/ipc')).sort()).toEqual(['.done', '001.question'])
  expect(text(w.path('one', 'attempts/001/output.md'))).toBe('old\n')
})
