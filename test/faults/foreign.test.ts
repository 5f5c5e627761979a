/** State that came from elsewhere, or from a later dispatch: shown, never run. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type World, world } from '../support/world.ts'

/** Every verb that could run something, each called as a person or a session would. */
async function everyVerb(w: World): Promise<void> {
  const calls = [
    ['status'],
    ['status', 'one'],
    ['status', '--json'],
    ['wait', '--timeout', '1ms'],
    ['retry', 'one'],
    ['resume', 'one'],
    ['answer', 'one', 'x'],
    ['stop', 'one'],
    ['note', 'one', 'x'],
    ['output', 'one'],
    ['log', 'one'],
  ]
  for (const words of calls) expect((await w.dispatch(words)).code).not.toBe(70)
  const session = JSON.stringify({ session_id: 's', cwd: w.repo, hook_event_name: 'SessionStart' })
  await w.dispatch(['hook', 'session-start'], { input: session })
  await w.dispatch(['start', 'two', '--model', 'runs'], { input: '- [ ] One\n' })
  const watching = w.spawn(['watch'])
  // It refuses and ends, or listens; either way it had its chance when another verb came to an end.
  await Promise.race([watching.ended, w.dispatch(['models'])])
  watching.kill()
}

/** A state folder with a queued task, as an attacker makes one; its config would run something. */
function plant(w: World): void {
  mkdirSync(w.root, { recursive: true })
  const task = w.path('one')
  mkdirSync(join(task, 'attempts/001'), { recursive: true })
  for (const name of ['sessions', 'locks', 'active-runs']) mkdirSync(join(w.root, name))
  writeFileSync(join(w.root, 'format'), '1\n')
  writeFileSync(join(w.root, 'secret'), '00000000-0000-0000-0000-000000000000\n')
  writeFileSync(
    join(w.root, 'config.yaml'),
    `default: evil\nbackends: { evil: { command: ['touch', '${w.folder}/ran'] } }\n`,
  )
  writeFileSync(join(task, 'plan.md'), '- [ ] One\n')
  writeFileSync(
    join(task, 'task.yaml'),
    `id: one\ntitle: one\nmodel: runs\nbackend: command\nprofile: full\nworktree: false\nbase: null\nafter: []\npriority: high\ntimeout: null\nbudget_usd: null\ncreated: 2026-01-01T00:00:00.000Z\nsession: null\ncwd: ${w.repo}\n`,
  )
  writeFileSync(
    join(task, 'attempts/001/queued.yaml'),
    'kind: start\nmark: m\nconversation: c\nmessage: null\ncreated: 2026-01-01T00:00:00.000Z\n',
  )
  symlinkSync('/etc', join(w.root, 'tasks/linked'))
  symlinkSync(join(w.folder, 'outside'), join(task, 'ipc'))
}

function runner(): World {
  const w = world()
  w.worker('runs', 'echo ran >>"$WORLD/ran"')
  mkdirSync(join(w.folder, 'outside'))
  return w
}

describe('a repository that brings a state folder', () => {
  test.each(['untracked', 'tracked'])('%s: listed, and nothing in it runs', async (kind) => {
    const w = runner()
    plant(w)
    if (kind === 'tracked') w.git('add', '-f', '.dispatch')
    expect(await w.tasks()).toMatchObject([{ id: 'one', state: 'queued' }])
    expect((await w.dispatch(['status'])).stderr).toContain('was not created here')
    await everyVerb(w)
    expect((await w.dispatch(['start', 'two', '--model', 'runs'], { input: '- [ ] x\n' })).code).toBe(1)
    expect(existsSync(join(w.folder, 'ran'))).toBe(false)
    expect(readdirSync(join(w.folder, 'outside'))).toEqual([])
    expect(readdirSync(w.path('.')).sort()).toEqual(['linked', 'one'])
  })

  test('tracked ones cannot be adopted; others can, and then run', async () => {
    const w = runner()
    plant(w)
    w.git('add', '-f', '.dispatch')
    expect(await w.dispatch(['doctor', '--adopt'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('git rm'),
    })
    w.git('rm', '-r', '-q', '--cached', '.dispatch')
    rmSync(w.path('one', 'ipc'))
    await w.ok(['doctor', '--adopt'])
    expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(/^one incomplete/)
    expect(readFileSync(join(w.folder, 'ran'), 'utf8')).toBe('ran\n')
  })

  test('laid where ours was before: it is not taken for ours', async () => {
    const w = runner()
    await w.start('mine', 'runs')
    await w.ok(['wait', '--timeout', '10s'])
    rmSync(join(w.folder, 'ran'))
    // The very same folder, with other things in it.
    for (const name of readdirSync(w.root)) rmSync(join(w.root, name), { recursive: true })
    plant(w)
    await everyVerb(w)
    expect(existsSync(join(w.folder, 'ran'))).toBe(false)
  })

  test('a copy of a repository with our own state: shown, not run; in its old place again it is ours', async () => {
    const w = runner()
    w.config('limits: { parallel: 1 }\n')
    await w.start('mine', 'runs')
    await w.ok(['wait', '--timeout', '10s'])
    const copy = join(w.folder, 'copy')
    cpSync(w.repo, copy, { recursive: true })
    expect((await w.dispatch(['retry', 'mine'], { cwd: copy })).code).toBe(1)
    renameSync(w.repo, join(w.folder, 'away'))
    renameSync(join(w.folder, 'away'), w.repo)
    await w.ok(['retry', 'mine'])
  })
})

test('a newer format: refused with how to upgrade, and nothing is changed', async () => {
  const w = runner()
  await w.start('one', 'runs')
  await w.ok(['wait', '--timeout', '10s'])
  writeFileSync(join(w.root, 'format'), '2\n')
  const before = readdirSync(w.root, { recursive: true }).sort()
  for (const words of [
    ['status'],
    ['start', 'two', '--model', 'runs'],
    ['retry', 'one'],
    ['wait'],
    ['watch'],
    ['stop', 'one'],
    ['doctor', '--adopt'],
  ])
    expect(await w.dispatch(words, { input: '- [ ] One\n' })).toMatchObject({
      code: 65,
      stderr: expect.stringMatching(
        /newer dispatch.*format\nexpected format 1, found format 2\n.*claude plugin update/s,
      ),
    })
  expect(readdirSync(w.root, { recursive: true }).sort()).toEqual(before)
})
