/** `clean`: says what is finished and can go, removes it when told to, and never removes work. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { type LandingWorld, landingWorld } from './support/landing.ts'

vi.setConfig({ testTimeout: 60_000 })

interface Cleaned {
  removes: { id: string | null; what: string; name: string; bytes: number; why: string | null }[]
  keeps: { id: string | null; what: string; name: string; why: string }[]
  bytes: number
  done: boolean
}
const clean = async (w: LandingWorld, ...words: string[]): Promise<Cleaned> =>
  JSON.parse((await w.dispatch(['clean', ...words, '--json'])).stdout)
const branches = (w: LandingWorld) => w.git('branch', '--format=%(refname:short)').trim().split('\n')

test('landed work goes with its branch; work that is not stays; first it is only said', async () => {
  const w = landingWorld()
  await w.done('landed', 'head -c 300000 /dev/urandom > big; git add .; git commit -qm big')
  await w.done('squashed', 'echo 1 > s; git add .; git commit -qm s')
  await w.done('waits', 'echo 1 > w; git add .; git commit -qm w')
  await w.done('dirty', 'echo 1 > d')
  await w.done('none', 'true')
  await w.ok(['land', 'landed'])
  await w.ok(['land', 'squashed', '--squash'])
  const trees = Object.fromEntries(
    await Promise.all(
      ['landed', 'squashed', 'waits', 'dirty', 'none'].map(async (id) => [id, await w.tree(id)] as const),
    ),
  )
  const said = await clean(w)
  expect(said).toMatchObject({ done: false })
  expect(said.removes.map(({ id, what }) => `${id} ${what}`).sort()).toEqual(
    ['landed', 'none', 'squashed'].flatMap((id) => [`${id} branch`, `${id} worktree`]),
  )
  expect(said.keeps.map(({ id, why }) => [id, why])).toEqual([
    ['dirty', expect.stringContaining('uncommitted work (d)')],
    ['waits', expect.stringContaining('it is not landed')],
  ])
  expect(said.bytes).toBeGreaterThan(300_000)
  for (const path of Object.values(trees)) expect(existsSync(path)).toBe(true)
  const text = await w.ok(['clean', '--yes'])
  expect(text).toMatch(/^Kept: dirty: .*\n[\s\S]*Removed: landed: worktree .*, \d+ kB\n[\s\S]* freed\.\n$/)
  expect(branches(w)).toEqual(['dispatch/dirty', 'dispatch/waits', 'main'])
  expect(Object.keys(trees).filter((id) => existsSync(trees[id] ?? ''))).toEqual(['waits', 'dirty'])
  expect(readdirSync(join(w.repo, '.git/worktrees')).sort()).toEqual(['dirty', 'waits'])
  expect(existsSync(w.path('landed', 'plan.md'))).toBe(true)
  expect((await clean(w)).removes).toEqual([])
})

test('a task by its name: uncommitted work goes to its branch, which stays, and so does the task', async () => {
  const w = landingWorld()
  await w.done('one', 'echo w > new')
  const tree = await w.tree('one')
  const done = await clean(w, 'one', '--yes')
  expect(done.removes).toMatchObject([{ what: 'worktree', why: expect.stringContaining('new') }])
  expect(done.keeps).toMatchObject([
    { what: 'branch', why: 'its branch is not landed' },
    { what: 'task', why: 'dispatch/one stays' },
  ])
  expect(existsSync(tree)).toBe(false)
  expect(w.git('show', 'dispatch/one:new')).toBe('w\n')
  await w.ok(['land', 'one'])
  expect((await clean(w, 'one', '--yes')).removes.map(({ what }) => what)).toEqual(['branch', 'task'])
  expect(existsSync(w.path('one'))).toBe(false)
  expect(branches(w)).toEqual(['main'])
  expect(await w.dispatch(['clean', 'one'])).toMatchObject({ code: 1 })
})

test('a landing that was taken back is not landed any more', async () => {
  const w = landingWorld()
  for (const [id, flags] of [
    ['one', []],
    ['two', ['--squash']],
  ] as const) {
    await w.done(id, `echo w > ${id}; git add .; git commit -qm ${id}`)
    await w.ok(['land', id, ...flags])
    w.git('reset', '-q', '--hard', 'HEAD~1')
  }
  expect((await clean(w, '--yes')).keeps.map(({ id }) => id)).toEqual(['one', 'two'])
  expect(branches(w)).toEqual(['dispatch/one', 'dispatch/two', 'main'])
})

test('live, waited for, or worked in: it stays', async () => {
  const w = landingWorld()
  w.worker('sleeps', 'sleep 600')
  await w.start('live', 'sleeps', ['One'], ['--worktree'])
  expect(await w.dispatch(['clean', 'live', '--yes'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('live is running'),
  })
  await w.done('one', 'true')
  const shell = w.process(['sh', '-c', 'exec sleep 600'], { cwd: await w.tree('one') })
  const { keeps } = await clean(w, '--yes')
  expect(keeps).toMatchObject([
    { id: 'live', why: expect.stringContaining('it is running') },
    { id: 'one', why: expect.stringContaining(`process ${shell.pid}`) },
  ])
  await w.ok(['stop', 'live'])
  expect((await clean(w)).keeps[0]).toMatchObject({
    id: 'live',
    why: expect.stringContaining('it is stopped'),
  })
  shell.kill()
  await shell.ended
})

const spoil: [string, (tree: string, w: LandingWorld) => void, RegExp][] = [
  [
    'a repository of its own in it',
    (tree, w) => git(w, tree, 'init', '-q', 'nested'),
    /repositories of their own/,
  ],
  ['a link in its place', (tree) => linkInstead(tree), /not the folder/],
  ['another branch', (tree, w) => git(w, tree, 'checkout', '-q', '-b', 'other'), /not on dispatch\/one/],
  ['a lock of git', (tree, w) => git(w, tree, 'worktree', 'lock', '.'), /locked/],
  ['a deleted branch', (_, w) => w.git('update-ref', '-d', 'refs/heads/dispatch/one'), /branch is gone/],
]
const git = (w: LandingWorld, cwd: string, ...words: string[]) => {
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@e', ...words], { cwd, env: w.env })
  if (words[0] === 'init')
    execFileSync(
      'sh',
      ['-c', 'cd nested && echo x > x && git add . && git -c user.name=T -c user.email=t@e commit -qm x'],
      { cwd, env: w.env },
    )
}
function linkInstead(path: string): void {
  renameSync(path, `${path}.real`)
  symlinkSync(`${path}.real`, path)
}

test.each(spoil)('%s: nothing is removed, also when it is asked for by name', async (_, plant, why) => {
  const w = landingWorld()
  await w.done('one', 'true')
  const tree = await w.tree('one')
  plant(tree, w)
  for (const words of [['--yes'], ['one', '--yes']]) {
    const { keeps } = await clean(w, ...words)
    expect(keeps).toContainEqual(expect.objectContaining({ id: 'one', why: expect.stringMatching(why) }))
  }
  expect(existsSync(join(tree, 'a.txt'))).toBe(true)
  expect(existsSync(w.path('one', 'plan.md'))).toBe(true)
})

test('leftovers: what killed commands left, worktrees of deleted tasks without work, folders deleted by hand', async () => {
  const w = landingWorld()
  for (const id of ['orphan', 'precious', 'away', 'stays'])
    await w.done(id, id === 'precious' ? 'echo w > new' : 'true')
  const folder = dirname(await w.tree('orphan'))
  rmSync(await w.tree('away'), { recursive: true })
  const precious = await w.tree('precious')
  for (const id of ['orphan', 'precious']) rmSync(w.path(id), { recursive: true })
  const old = new Date(Date.now() - 2 * 60 * 60 * 1000)
  for (const [path, at] of [
    [join(w.root, 'tasks/.one.abc.tmp'), old],
    [join(w.root, 'tasks/.two.abc.tmp'), new Date()],
  ] as const) {
    mkdirSync(path)
    utimesSync(path, at, at)
  }
  writeFileSync(join(folder, '.half.abc.tmp'), '')
  mkdirSync(join(folder, 'foreign'))
  const { removes, keeps } = await clean(w, '--yes')
  expect(removes.map(({ what, id, name }) => `${what} ${id} ${name.split('/').at(-1)}`).sort()).toEqual([
    'branch away away',
    'branch stays stays',
    'leftover null .half.abc.tmp',
    'leftover null .one.abc.tmp',
    'worktree away away',
    'worktree null orphan',
    'worktree stays stays',
  ])
  expect(keeps).toMatchObject([
    { id: null, name: precious, why: expect.stringContaining('its task is gone, but') },
  ])
  expect(existsSync(join(precious, 'new'))).toBe(true)
  expect(readdirSync(folder).sort()).toEqual(['foreign', 'precious'])
  expect(branches(w)).toEqual(['dispatch/precious', 'main'])
})

test('another state root’s worktrees are not touched', async () => {
  const w = landingWorld()
  await w.done('one', 'true')
  const env = { DISPATCH_ROOT: join(w.folder, 'other') }
  await w.ok(['start', 'two', '--model', 'demo'], { input: '- [ ] One\n', env })
  await w.ok(['wait', '--timeout', '20s'], { env })
  expect(JSON.parse((await w.dispatch(['clean', '--yes', '--json'], { env })).stdout)).toMatchObject({
    removes: [],
  })
  expect(existsSync(await w.tree('one'))).toBe(true)
})
