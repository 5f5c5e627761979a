/** What reviews found, broken once each: what one task, a limit or a sandbox does to the rest. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from './support/until.ts'
import { DISPATCH, type World, world } from './support/world.ts'

const state = async (w: World, id: string) => (await w.task(id)).state
const reaches = (w: World, id: string, wanted: string) => until(async () => (await state(w, id)) === wanted)
const release = (w: World, name: string) => writeFileSync(join(w.folder, name), '')

/** Goes on when the test lets it. */
const HELD = 'until [ -e "$WORLD/go.$DISPATCH_TASK" ]; do sleep 0.02; done; dispatch tick 1'

const SANDBOX = ['bwrap', '--dev-bind', '/', '/', '--unshare-pid', '--proc', '/proc', '--']
const noSandbox = (() => {
  const { error, status, stderr } = spawnSync(SANDBOX[0] ?? '', [...SANDBOX.slice(1), 'true'])
  return status === 0 ? undefined : (error?.message ?? String(stderr))
})()
const reason = noSandbox === undefined ? '' : ` (skipped, bwrap does not work here: ${noSandbox.trim()})`

test.skipIf(noSandbox)(
  `a look from another process namespace takes no worker for dead${reason}`,
  async () => {
    const w = world()
    w.worker('sleeps', 'sleep 600')
    await w.start('one', 'sleeps')
    const inside = (words: string[], input = '') =>
      w.process([...SANDBOX, DISPATCH, ...words], { input }).ended
    const seen = await inside(['status', '--json'])
    expect(JSON.parse(seen.stdout).tasks).toMatchObject([
      { id: 'one', state: 'running', remarks: [expect.stringContaining('cannot be told from here')] },
    ])
    for (const words of [
      ['stop', 'one'],
      ['stop', '--all'],
      ['resume', 'one'],
      ['start', 'two', '--model', 'sleeps'],
    ]) {
      const { code } = await inside(words, '- [ ] One\n')
      expect({ words, code }).toEqual({ words, code: 75 })
    }
    expect((await inside(['wait', '--timeout', '300ms'])).code).toBe(75)
    expect(existsSync(w.path('one', 'attempts/001/exit.yaml'))).toBe(false)
    expect(existsSync(w.path('one', 'attempts/001/ending'))).toBe(false)
    expect(await w.tasks()).toMatchObject([{ id: 'one', state: 'running', attempt: 1, remarks: [] }])
    expect(await w.ok(['stop', 'one'])).toContain('Stopped one')
    expect(await state(w, 'one')).toBe('stopped')
  },
)

describe('what a worker does to its own folders is its own affair', () => {
  const ASK = 'dispatch ask --timeout 1ms "Which one?"'
  const VERBS = [
    ['status'],
    ['output'],
    ['log'],
    ['note', 'x'],
    ['answer', 'x'],
    ['resume'],
    ['stop'],
  ] as const
  const asRoot = process.getuid?.() === 0
  test.each([
    ['data/ is a file', `rm -rf data; echo x >data; ${ASK}`, 'parked', /^hurt asks 001: Which one\?/],
    ['ipc/ is a file', 'rm -rf ipc; echo x >ipc', 'incomplete', /^hurt incomplete/],
    ['ipc/ is closed to us', 'chmod 000 ipc', 'incomplete', /^hurt incomplete/],
  ])('%s', async (name, script, ends, told) => {
    if (asRoot && script.includes('chmod'))
      return void console.log(`skipped: to root nothing is closed: ${name}`)
    const w = world()
    w.worker('hurts', `cd .dispatch/tasks/hurt; ${script}; exit 0`)
    w.worker('sleeps', 'sleep 600')
    await w.start('fine', 'sleeps')
    await w.start('hurt', 'hurts', ['Write .dispatch/tasks/hurt/data/found.md'])
    await reaches(w, 'hurt', ends)
    expect(await w.tasks()).toMatchObject([{ id: 'fine', state: 'running' }, { id: 'hurt' }])
    expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(told)
    for (const [verb, ...words] of VERBS) {
      const { code, stderr } = await w.dispatch([verb, 'hurt', ...words])
      expect({ verb, code, stderr }).not.toMatchObject({ code: 70 })
    }
    expect(await state(w, 'fine')).toBe('running')
    if (existsSync(w.path('hurt', 'ipc'))) chmodSync(w.path('hurt', 'ipc'), 0o755)
  })
})

test('forty megabytes in one line are no last message, and keep nobody waiting', async () => {
  const w = world()
  w.worker('talks', "head -c 40000000 /dev/zero | tr '\\0' x; printf '\\nThe end.\\n'; dispatch tick 1 >&2")
  await w.start('one', 'talks')
  await reaches(w, 'one', 'done')
  const began = Date.now()
  expect(await w.task('one')).toMatchObject({ summary: 'The end.' })
  expect(Date.now() - began).toBeLessThan(2000)
})

describe('what waits', () => {
  const FAILS = 'read -r first; [ -e "$WORLD/mended" ] || exit 3; dispatch tick 1'

  test('for one that failed: told once, keeps no wait from its end, starts when that one is done', async () => {
    const w = world()
    w.worker('fails', `until [ -e "$WORLD/go" ]; do sleep 0.02; done; ${FAILS}`)
    w.worker('asks', 'dispatch ask --timeout 1ms "Which one?"; exit 0')
    await w.start('a', 'fails')
    await w.start('b', 'demo', ['One'], ['--after', 'a'])
    await w.start('c', 'asks')
    expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(/^c asks/)
    release(w, 'go')
    let heard = ''
    while (!/^b /m.test(heard)) heard += await w.ok(['wait', '--timeout', '10s'])
    expect(
      heard
        .split('\n')
        .filter((line) => /^[ab] /.test(line))
        .sort(),
    ).toEqual([
      expect.stringMatching(/^a failed: /),
      expect.stringMatching(/^b queued: It comes after a, which is failed\. /),
    ])
    expect(await w.ok(['status', 'b'])).toContain('It comes after a, which is failed.')

    // Only for c somebody can wait; when it is gone, nothing goes on.
    const waiting = w.spawn(['wait'])
    const quiet = await w.dispatch(['wait', '--timeout', '300ms'])
    expect({ code: quiet.code, stdout: quiet.stdout }).toEqual({ code: 75, stdout: '' })
    renameSync(w.path('c'), join(w.folder, 'c'))
    expect(await waiting.ended).toMatchObject({ code: 0, stdout: 'Nothing is running any more.\n' })

    release(w, 'mended')
    await w.ok(['retry', 'a'])
    await reaches(w, 'b', 'done')
    expect(await state(w, 'a')).toBe('done')
  })

  /** A world in which one works at a time. */
  function narrow(): World {
    const w = world()
    w.worker('held', HELD)
    w.worker('fails', FAILS)
    w.worker(
      'asks',
      `case $(cat) in *"The answer:"*) ${HELD} ;; *) dispatch ask --timeout 1ms "Which?" ;; esac; exit 0`,
    )
    w.config('limits: { parallel: 1 }\n')
    return w
  }

  test('for room: a retry, as much as a start', async () => {
    const w = narrow()
    await w.start('a', 'fails')
    await reaches(w, 'a', 'failed')
    release(w, 'mended')
    await w.start('b', 'held')
    expect(await w.ok(['retry', 'a'])).toContain('attempt 2, queued')
    expect(await state(w, 'a')).toBe('queued')
    release(w, 'go.b')
    await reaches(w, 'a', 'done')
    expect(await state(w, 'b')).toBe('done')
  })

  test('for room: those whose answers come', async () => {
    const w = narrow()
    for (const id of ['a', 'b']) {
      await w.start(id, 'asks')
      await reaches(w, id, 'parked')
    }
    expect(await w.ok(['answer', 'a', 'A'])).toContain('it is running')
    expect(await w.ok(['answer', 'b', 'B'])).toContain('it is queued')
    expect((await w.tasks()).map((task) => task.state)).toEqual(['running', 'queued'])
    release(w, 'go.b')
    release(w, 'go.a')
    await reaches(w, 'b', 'done')
    expect(await state(w, 'a')).toBe('done')
  })
})
