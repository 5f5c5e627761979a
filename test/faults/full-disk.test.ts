/** A disk without space: said clearly, nothing truncated or lost, and it goes on when there is space again. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { here } from '../../runtime/io/processes.ts'
import { until } from '../support/until.ts'
import { type World, world } from '../support/world.ts'

/** Why a small disk cannot be had here, or undefined. */
function noDisk(): string | undefined {
  const { status, stderr } = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
    encoding: 'utf8',
  })
  return status === 0 ? undefined : (stderr ?? 'no unshare').trim() || 'mounting is not permitted'
}

const reason = noDisk()
if (reason !== undefined) {
  if (process.env.CI) throw new Error(`the tests with a full disk cannot be left out in CI: ${reason}`)
  console.warn(`Skipped, no disk can be mounted: ${reason}`)
}

interface Disk {
  world: World
  /** Takes all the space that there is, but so many kilobytes. */
  fill(leave?: number): void
  free(): void
}

/** A world whose repository lies on a disk of one megabyte, with a task that waits to be told to go on. */
async function smallDisk(): Promise<Disk> {
  const w = world()
  rmSync(w.repo, { recursive: true })
  mkdirSync(w.repo)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', w.repo])
  onTestFinished(async () => {
    rmSync(ballast, { force: true })
    await w.dispatch(['stop', '--all'])
    execFileSync('umount', ['-l', w.repo])
  })
  const ballast = join(w.repo, 'ballast')
  w.git('init', '-q')
  w.git('commit', '-q', '--allow-empty', '-m', 'Begin')
  w.worker('works', 'until [ -e "$WORLD/go" ]; do sleep 0.02; done\nexit 7')
  await w.start('one', 'works', ['First', 'Second'])
  return {
    world: w,
    fill(leave = 0) {
      const block = Buffer.alloc(4096)
      try {
        for (;;) writeFileSync(ballast, block, { flag: 'a' })
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
      if (leave > 0) execFileSync('truncate', ['-s', `-${leave * 1024}`, ballast])
    },
    free: () => rmSync(ballast, { force: true }),
  }
}

/** Every file of the state with what it holds. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    files.flatMap((file) => {
      const path = join(file.parentPath, file.name)
      return file.isFile() ? [[path, readFileSync(path, 'utf8')]] : []
    }),
  )
}

const worker = (w: World) => ({ DISPATCH_ROOT: w.root, DISPATCH_TASK: 'one', DISPATCH_ATTEMPT: '001' })

test.skipIf(reason)(
  'start, tick, ask, answer, note: exit 75 with the reason, and nothing is changed',
  async () => {
    const { world: w, fill, free } = await smallDisk()
    const env = worker(w)
    await w.ok(['plan'], { env })
    writeFileSync(w.path('one', 'ipc/001.question'), 'Which one?\n')
    fill()
    const before = contents(w.root)
    const calls: [string[], { input?: string; env?: Record<string, string> }][] = [
      [['start', 'two', '--model', 'works'], { input: '- [ ] One\n' }],
      [['tick', '1', 'x'], { env }],
      [['ask', '--timeout', '1s', 'Why?'], { env }],
      [['answer', 'one', 'x'.repeat(10_000)], {}],
      [['note', 'one', 'x'], {}],
    ]
    for (const [words, options] of calls) {
      const { code, stderr } = await w.dispatch(words, options)
      expect({ words, code, stderr }).toMatchObject({
        code: 75,
        stderr: expect.stringContaining('the disk is full'),
      })
    }
    expect(contents(w.root)).toMatchObject(before)
    expect(readdirSync(w.path('one', 'ipc'))).toEqual(['001.question'])
    expect(await w.tasks()).toMatchObject([{ id: 'one', state: 'asking', items: { done: 0, total: 2 } }])
    free()
    for (const [words, options] of calls.filter(([[verb]]) => verb !== 'ask')) await w.ok(words, options)
    expect(readFileSync(w.path('one', 'ipc/001.answer'), 'utf8')).toBe('x'.repeat(10_000))
    expect(await w.tasks()).toMatchObject([
      { id: 'one', state: 'running', items: { done: 1 } },
      { id: 'two', state: 'running' },
    ])
  },
  240_000,
)

test.skipIf(reason)(
  'start --all, with room for one task but not for all: none',
  async () => {
    const { world: w, fill, free } = await smallDisk()
    fill(40)
    const plan = (id: string, size: number) =>
      `---\nid: ${id}\nmodel: works\n---\n- [ ] One\n\n${'x'.repeat(size)}\n`
    const input = `${plan('two', 10)}${plan('three', 100_000)}`
    const { code, stderr } = await w.dispatch(['start', '--all'], { input })
    expect({ code, stderr }).toMatchObject({ code: 75, stderr: expect.stringContaining('the disk is full') })
    expect((await w.tasks()).map(({ id }) => id)).toEqual(['one'])
    free()
    await w.ok(['start', '--all'], { input })
    expect((await w.tasks()).map(({ state }) => state)).toEqual(['running', 'running', 'running'])
  },
  240_000,
)

test.skipIf(reason)(
  'the end of a worker: known with its exit code when there is space again',
  async () => {
    const { world: w, fill, free } = await smallDisk()
    const pid = (await w.task('one')).pid ?? 0
    fill()
    w.write('go', '')
    await until(() => here.startOf(pid) === undefined)
    expect((await w.tasks()).map(({ id }) => id)).toEqual(['one'])
    free()
    expect(await w.ok(['wait', '--timeout', '20s'])).toMatch(
      /^one failed: crashed: It ended with exit code 7/,
    )
  },
  240_000,
)
