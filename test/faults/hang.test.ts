/** A worker that hangs is told of, once, and left alone. */
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { here } from '../../runtime/io/processes.ts'
import { until } from '../support/until.ts'
import { type World, world } from '../support/world.ts'

/** As if the worker had begun long ago, and had said nothing since. */
function age(w: World, id: string, minutes: number): void {
  const at = new Date(Date.now() - minutes * 60_000)
  const record = w.path(id, 'attempts/001/attempt.yaml')
  const text = readFileSync(record, 'utf8')
  writeFileSync(record, text.replace(/^started_at: .*$/m, `started_at: "${at.toISOString()}"`))
  for (const name of [
    'plan.md',
    ...readdirSync(w.path(id, 'attempts/001')).map((name) => `attempts/001/${name}`),
  ])
    utimesSync(w.path(id, name), at, at)
}

const SILENT = /No sign of life for 12 min/
const remarks = async (w: World, id: string) => (await w.task(id)).remarks.join('\n')

test('one that does nothing: said by status, told once, and it still runs', async () => {
  const w = world()
  w.worker('hangs', 'exec tail -f /dev/null')
  w.worker('new', 'exec tail -f /dev/null')
  await w.start('one', 'hangs')
  await w.start('two', 'new')
  age(w, 'one', 12)
  expect(await remarks(w, 'one')).toMatch(SILENT)
  expect(await remarks(w, 'two')).toBe('')
  expect(await w.ok(['status'])).toMatch(/one .*No sign of life/)
  expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(/^one running: No sign of life for 12 min/)
  expect((await w.dispatch(['wait', '--timeout', '200ms'])).code).toBe(75)
  expect((await w.tasks()).map(({ state }) => state)).toEqual(['running', 'running'])
})

test('the limit is the one that the user set', async () => {
  const w = world()
  w.worker('hangs', 'exec tail -f /dev/null')
  w.config('limits: { hang: 20m }\n')
  await w.start('one', 'hangs')
  age(w, 'one', 12)
  expect(await remarks(w, 'one')).toBe('')
  // What the first look saw is forgotten: nobody else's clock was turned back.
  rmSync(w.path('one', 'attempts/001/pulse'), { force: true })
  age(w, 'one', 25)
  expect(await remarks(w, 'one')).toMatch(/No sign of life for 25 min/)
})

test('not one that computes, and not one that waits for an answer', async () => {
  const w = world()
  w.worker('computes', 'while :; do :; done')
  w.worker('asks', 'dispatch ask --timeout 60s "Which?" >/dev/null')
  await w.start('computes', 'computes')
  await w.start('asks', 'asks')
  await until(async () => (await w.task('asks')).state === 'asking')
  for (const id of ['computes', 'asks']) age(w, id, 12)
  const pulse = w.path('computes', 'attempts/001/pulse')
  // More than the twentieth part of the eleven seconds that are said to have passed.
  const { pid } = await w.task('computes')
  rmSync(pulse, { force: true })
  await until(() => (here.table().find((row) => row.pid === pid)?.cpu ?? 0) > 800, 'it does not compute')
  writeFileSync(pulse, JSON.stringify({ alive: Date.now() - 12 * 60_000, at: Date.now() - 11_000, cpu: 0 }))
  await until(async () => {
    expect(await remarks(w, 'computes')).toBe('')
    return JSON.parse(readFileSync(pulse, 'utf8')).cpu > 0
  })
  expect(await remarks(w, 'asks')).toBe('')
  await w.ok(['answer', 'asks', 'This'])
})

test('the cache can be damaged or removed', async () => {
  const w = world()
  w.worker('hangs', 'exec tail -f /dev/null')
  await w.start('one', 'hangs')
  age(w, 'one', 12)
  const pulse = w.path('one', 'attempts/001/pulse')
  writeFileSync(pulse, '{"alive":')
  expect(await remarks(w, 'one')).toMatch(SILENT)
  expect(existsSync(pulse)).toBe(true)
})
