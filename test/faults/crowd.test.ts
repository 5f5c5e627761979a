/** Thirty-two at once, of everything that two could do at once. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Ended } from '../support/running.ts'
import { until } from '../support/until.ts'
import { type World, world } from '../support/world.ts'

const MANY = 32
const many = <T>(work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: MANY }, (_, i) => work(i)))
/** The exit codes, rising; any other than 0 and 1 with what was said. */
const codes = (ended: Ended[]) =>
  ended.map(({ code, stderr }) => (code === 0 || code === 1 ? code : `${code}: ${stderr}`)).sort()
const oneWins = [0, ...Array.from({ length: MANY - 1 }, () => 1)]

/** Says that it was launched; asks what it is to ask and leaves, so that it is parked until it has the answer. */
const PARKS = `echo x >>"$WORLD/launches.$DISPATCH_TASK"
grep -q 'The answer:' && { dispatch tick 1 >/dev/null; exit 0; }
dispatch ask --timeout 1ms "Which one?" >/dev/null 2>&1
exit 0`

const launches = (w: World, id: string) => readFileSync(`${w.folder}/launches.${id}`, 'utf8').length / 2

/** The verbs of the worker of that task, called by this test. */
const asWorker = (id: string) => ({ DISPATCH_TASK: id, DISPATCH_ATTEMPT: '001' })

async function parked(): Promise<World> {
  const w = world()
  w.worker('parks', PARKS)
  await w.start('one', 'parks')
  await until(async () => (await w.task('one')).state === 'parked')
  return w
}

test('tick: every one counts, and the plan holds them all', async () => {
  const w = world()
  w.worker('sleeps', 'sleep 600')
  await w.start(
    'one',
    'sleeps',
    Array.from({ length: MANY }, (_, i) => `Item ${i + 1}`),
  )
  const env = { ...asWorker('one'), DISPATCH_ROOT: w.root }
  await w.ok(['plan'], { env })
  expect(codes(await many((i) => w.dispatch(['tick', String(i + 1), `note ${i + 1}`], { env })))).toEqual(
    Array.from({ length: MANY }, () => 0),
  )
  expect(await w.task('one')).toMatchObject({ items: { done: MANY, total: MANY } })
  const plan = readFileSync(w.path('one', 'plan.md'), 'utf8')
  for (let i = 1; i <= MANY; i++) expect(plan).toContain(`- [x] Item ${i} — note ${i}\n`)
})

test('ask and answer: each gets its own question, and the answer to it', async () => {
  const w = world()
  w.worker('sleeps', 'sleep 600')
  await w.start('one', 'sleeps')
  const env = { ...asWorker('one'), DISPATCH_ROOT: w.root }
  const asking = many((i) => w.dispatch(['ask', '--timeout', '60s', `Question ${i}?`], { env }))
  const ipc = w.path('one', 'ipc')
  const questions = () => readdirSync(ipc).filter((name) => name.endsWith('.question'))
  await until(() => questions().length === MANY, 'not every question is there', 30_000)
  const answers = await many((i) => {
    const number = String(i + 1).padStart(3, '0')
    const text = readFileSync(`${ipc}/${number}.question`, 'utf8').trim()
    return w.dispatch(['answer', 'one', number, '-'], { input: `To ${text}` })
  })
  expect(codes(answers)).toEqual(Array.from({ length: MANY }, () => 0))
  expect((await asking).map(({ stdout }) => stdout)).toEqual(
    Array.from({ length: MANY }, (_, i) => `To Question ${i}?`),
  )
}, 240_000)

test('answer to one question of a parked worker: one wins, the worker is resumed once', async () => {
  const w = await parked()
  const ended = await many((i) => w.dispatch(['answer', 'one', `Answer ${i}`]))
  expect(codes(ended)).toEqual(oneWins)
  const winner = ended.findIndex(({ code }) => code === 0)
  expect(readFileSync(w.path('one', 'ipc/001.answer'), 'utf8')).toBe(`Answer ${winner}`)
  expect(await w.ok(['wait', '--timeout', '20s'])).toMatch(/^one done/)
  expect(await w.task('one')).toMatchObject({ attempt: 2 })
  expect(launches(w, 'one')).toBe(2)
})

test('an answer that eight schedulers find at once: resumed once', async () => {
  const w = await parked()
  writeFileSync(w.path('one', 'ipc/001.answer'), 'By hand')
  await Promise.all(Array.from({ length: 8 }, () => w.dispatch(['wait', '--timeout', '10s'])))
  expect(await w.task('one')).toMatchObject({ state: 'done', attempt: 2 })
  expect(launches(w, 'one')).toBe(2)
})

test('retry and answer of a parked task: resumed once', async () => {
  const w = await parked()
  const ended = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      w.dispatch(i % 2 === 0 ? ['retry', 'one'] : ['answer', 'one', 'This one']),
    ),
  )
  expect(codes(ended)[0]).toBe(0)
  await until(async () => ['done', 'parked'].includes((await w.task('one')).state))
  const attempts = readdirSync(w.path('one', 'attempts')).length
  expect(launches(w, 'one')).toBe(attempts)
  // A retry that came first leaves its own question, or got the answer; an answer that came first resumes.
  expect(attempts).toBeLessThanOrEqual(3)
})

test('start of one id: exactly one, which runs once', async () => {
  const w = world()
  w.worker('sleeps', `echo x >>"$WORLD/launches.$DISPATCH_TASK"\nsleep 600`)
  const ended = await many(() => w.dispatch(['start', 'one', '--model', 'sleeps'], { input: '- [ ] One\n' }))
  expect(codes(ended)).toEqual(oneWins)
  for (const { code, stderr } of ended)
    if (code === 1) expect(stderr).toMatch(/one is (queued|running) already/)
  expect(await w.task('one')).toMatchObject({ state: 'running', attempt: 1 })
  expect(launches(w, 'one')).toBe(1)
}, 240_000)

test('start of as many ids in a repository without a state folder: all run, each once', async () => {
  const w = world()
  w.worker('sleeps', `echo x >>"$WORLD/launches.$DISPATCH_TASK"\nsleep 600`)
  const ended = await many((i) =>
    w.dispatch(['start', `t-${i}`, '--model', 'sleeps'], { input: '- [ ] One\n' }),
  )
  expect(codes(ended)).toEqual(Array.from({ length: MANY }, () => 0))
  const tasks = await w.tasksAtOnce()
  expect(tasks.map(({ state }) => state)).toEqual(Array.from({ length: MANY }, () => 'running'))
  for (const { id } of tasks) expect(launches(w, id)).toBe(1)
}, 240_000)
