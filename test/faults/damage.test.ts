/** Every file of a task, damaged in every way: `status` lists all tasks, says what is wrong where, and writes nothing over it. */
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { type World, world } from '../support/world.ts'

/** Leaves one file of every kind; parked with a question, then ended. */
const LEAVES_ALL = `dispatch plan >/dev/null; dispatch begin 1 >/dev/null; dispatch tick 1 note >/dev/null
echo output >.dispatch/tasks/$DISPATCH_TASK/output.md; echo context >.dispatch/tasks/$DISPATCH_TASK/context.md
dispatch done; dispatch ask --timeout 20s "Which one?"; echo problem >&2; exit 3`

const GARBAGE = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256))

const damages: [string, (path: string, text: Buffer) => void][] = [
  ['emptied', (path) => writeFileSync(path, '')],
  ['cut in half', (path, text) => writeFileSync(path, text.subarray(0, text.length / 2))],
  ['binary', (path) => writeFileSync(path, GARBAGE)],
  ['other YAML', (path) => writeFileSync(path, 'kind: something else\nitems: [1, 2]\n')],
  ['an alias bomb', (path) => writeFileSync(path, `a: &a [x,x]\nb: &b [*a,*a]\n${'c: [*b,*b]\n'}`)],
  ['5 MB', (path) => writeFileSync(path, Buffer.alloc(5 << 20, '- [ ] x: {y}\n'))],
  ['a folder', (path) => replaced(path, () => mkdirSync(path))],
  ['a link to elsewhere', (path) => replaced(path, () => symlinkSync('/etc/passwd', path))],
  ['a link to nothing', (path) => replaced(path, () => symlinkSync('nothing', path))],
]

/** Where one of a sort is enough. */
const FEW = ['emptied', 'binary', 'a folder', 'a link to nothing']

function replaced(path: string, put: () => void): void {
  rmSync(path)
  put()
}

/** What `status` has to complain about when it is no YAML or no plan. */
const NEEDED = [
  'task.yaml',
  'plan.md',
  ...['launch', 'attempt', 'supervisor', 'exit'].map((name) => `attempts/001/${name}.yaml`),
]

async function template(): Promise<{ w: World; files: string[] }> {
  const w = world()
  w.worker('leaves', LEAVES_ALL)
  await w.start('whole', 'leaves', ['One', 'Two'])
  await until(async () => (await w.task('whole')).state === 'asking')
  await w.ok(['note', 'whole', 'a note'])
  await w.ok(['answer', 'whole', 'this one'])
  await w.ok(['wait', '--timeout', '10s'])
  const all = readdirSync(w.path('whole'), { recursive: true, encoding: 'utf8' })
  return { w, files: all.filter((name) => lstatSync(w.path('whole', name)).isFile()).sort() }
}

/** Every path with what it holds, so that anything that was written over is seen. */
function print(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return Object.fromEntries(
    paths.map((name) => {
      const stat = lstatSync(join(folder, name))
      const held = stat.isFile()
        ? createHash('sha1')
            .update(readFileSync(join(folder, name)))
            .digest('hex')
        : stat.mode
      return [name, String(held)]
    }),
  )
}

test('in the place of each file of a task, in every way', async () => {
  const { w, files } = await template()
  expect(files).toEqual(
    expect.arrayContaining([...NEEDED, 'ipc/001.question', 'ipc/001.answer', 'ipc/.done']),
  )
  const ids = new Map(files.map((name, i) => [name, `hurt-${i}`]))
  const copied = () => {
    for (const id of ids.values()) {
      rmSync(w.path(id), { recursive: true, force: true })
      cpSync(w.path('whole'), w.path(id), { recursive: true })
    }
  }
  copied()
  const [, usual] = await timed(() => w.tasks())
  for (const [kind, damage] of damages) {
    copied()
    for (const [name, id] of ids) damage(w.path(id, name), readFileSync(w.path(id, name)))
    const before = print(w.path('.'))
    const [tasks, took] = await timed(() => w.tasks())
    expect.soft(took, `time with: ${kind}`).toBeLessThan(Math.max(1000, 4 * usual))
    expect(tasks.map(({ id }) => id).sort()).toEqual(['whole', ...ids.values()].sort())
    for (const name of NEEDED) {
      const task = tasks.find(({ id }) => id === ids.get(name))
      const said = task?.remarks.join('\n')
      // Half of a plan may be a plan.
      if (name === 'plan.md' && kind === 'cut in half') continue
      expect({ kind, said }).toEqual({
        kind,
        said: expect.stringMatching(`${w.path(task?.id ?? '', name)}[:\n]`),
      })
      if (name === 'plan.md') expect(task?.state).not.toBe('done')
    }
    expect((await w.ok(['status'])).trim().split('\n').length).toBe(ids.size + 1)
    for (const name of ['attempts/001/launch.yaml', 'output.md'])
      for (const verb of ['output', 'log', 'status'])
        expect((await w.dispatch([verb, ids.get(name) ?? ''])).code).toBeOneOf([0, 1, 65])
    expect(print(w.path('.'))).toMatchObject(before)
  }
}, 240_000)

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begin = performance.now()
  return [await work(), performance.now() - begin]
}

test.each(damages.filter(([kind]) => FEW.includes(kind)))(
  '%s in the place of what the session was told, and of the format',
  async (_, damage) => {
    const w = world()
    w.worker('fails', 'exit 3')
    await w.start('one', 'fails')
    await w.ok(['wait', '--timeout', '10s'])
    for (const name of readdirSync(join(w.root, 'sessions'), { recursive: true, encoding: 'utf8' })) {
      const path = join(w.root, 'sessions', name)
      if (lstatSync(path).isFile()) damage(path, readFileSync(path))
    }
    expect(await w.tasks()).toMatchObject([{ id: 'one', state: 'failed' }])
    await w.start('two', 'fails')
    expect(await w.ok(['wait', '--timeout', '10s'])).toContain('two failed')
    damage(join(w.root, 'format'), Buffer.from('1\n'))
    const { code, stderr } = await w.dispatch(['status'])
    expect({ code, stderr }).toEqual({ code: 65, stderr: expect.stringContaining(join(w.root, 'format')) })
    expect(existsSync(w.path('two'))).toBe(true)
  },
)

test('a damaged record of a worker that runs: it runs on, can be stopped, and its end is recorded', async () => {
  const w = world()
  w.worker('sleeps', 'sleep 600')
  const names = [
    'task.yaml',
    'plan.md',
    ...['launch', 'attempt', 'supervisor', 'queued'].map((name) => `attempts/001/${name}.yaml`),
  ]
  for (const [i, name] of names.entries()) {
    await w.start(`t-${i}`, 'sleeps')
    writeFileSync(w.path(`t-${i}`, name), GARBAGE)
  }
  expect((await w.tasks()).map(({ state }) => state)).toEqual(names.map(() => 'running'))
  await w.ok(['stop', '--all'])
  expect((await w.tasks()).map(({ state }) => state)).toEqual(names.map(() => 'stopped'))
  await until(() => w.left().length === 0, 'a worker survived')
})

test('a task that was queued and cannot be read: told, and the others start', async () => {
  const w = world()
  w.config('limits: { parallel: 1 }\n')
  w.worker('fails', 'exit 3')
  w.worker('sleeps', 'sleep 600')
  w.config('limits: { parallel: 1 }\n')
  await w.start('first', 'sleeps')
  for (const id of ['a', 'b', 'c']) await w.start(id, 'fails')
  writeFileSync(w.path('a', 'attempts/001/queued.yaml'), GARBAGE)
  writeFileSync(w.path('b', 'task.yaml'), GARBAGE)
  await w.ok(['stop', 'first'])
  await until(async () => (await w.task('c')).state === 'failed')
  expect(await w.task('a')).toMatchObject({
    state: 'failed',
    failure: { message: expect.stringContaining('queued.yaml:') },
  })
  expect(await w.task('b')).toMatchObject({
    state: 'queued',
    remarks: [expect.stringContaining('task.yaml:')],
  })
  await w.ok(['retry', 'a'])
  expect((await w.dispatch(['stop', 'b'])).code).toBe(0)
  expect(await w.dispatch(['retry', 'b'])).toMatchObject({
    code: 65,
    stderr: expect.stringContaining('task.yaml:'),
  })
})
