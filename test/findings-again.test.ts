/** What reviews found, broken once each: who is brought back, with what, how often, and where. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from './support/until.ts'
import { PLUGIN, type World, world } from './support/world.ts'

const text = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const attempts = (w: World, id: string) => readdirSync(w.path(id, 'attempts')).length
const prompt = (w: World, id: string, attempt: string) => text(w.path(id, 'attempts', attempt, 'prompt.md'))
const state = async (w: World, id: string) => (await w.task(id)).state
const reaches = (w: World, id: string, wanted: string) => until(async () => (await state(w, id)) === wanted)

/** Verbs of a plugin like ours, whose supervisors get nowhere: no processes are left, say. */
function withoutSupervisor(w: World): (words: string[], input?: string) => ReturnType<World['dispatch']> {
  const plugin = join(w.folder, 'plugin')
  for (const name of ['bin', 'dist', '.claude-plugin'])
    cpSync(join(PLUGIN, name), join(plugin, name), { recursive: true })
  writeFileSync(join(plugin, 'dist/supervise.sh'), 'exit 75\n')
  return (words, input = '') => w.process([join(plugin, 'bin/dispatch'), ...words], { input }).ended
}

describe('answers', () => {
  const ASKS = `case $(cat) in *"The answer:"*) dispatch tick 1 ;; *) dispatch ask --timeout 1ms "Which one?" ;; esac; exit 0`

  test('resume --answer after a stop answers the open question', async () => {
    const w = world()
    const plan = '- [ ] One\n\n## Context\n\ndemo: pace 1\ndemo: item 1 asks Which one?\n'
    await w.ok(['start', 'one', '--model', 'demo'], { input: plan })
    await reaches(w, 'one', 'asking')
    await w.ok(['stop', 'one'])
    await w.ok(['resume', 'one', '--answer', 'use A'])
    expect(text(w.path('one', 'ipc/001.answer'))).toBe('use A')
    expect(prompt(w, 'one', '002')).toMatch(/Which one\?\n\nThe answer:\n\nuse A/)
    await reaches(w, 'one', 'done')
  })

  test('are not lost with a launch that failed', async () => {
    const w = world()
    w.worker('asks', ASKS)
    await w.start('one', 'asks')
    await reaches(w, 'one', 'parked')
    writeFileSync(w.path('one', 'ipc/001.answer'), 'use B')
    const { code, stderr } = await withoutSupervisor(w)(['retry', 'one'])
    expect({ code, stderr }).toEqual({ code: 75, stderr: expect.stringContaining('stays queued') })
    expect(await state(w, 'one')).toBe('queued')
    expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(/^one done/)
    expect(prompt(w, 'one', '002')).toMatch(/Which one\?\n\nThe answer:\n\nuse B/)
    expect(attempts(w, 'one')).toBe(2)
  })

  const SELF = `cd .dispatch/tasks/one/ipc; for n in 001 002 003 004 005 006 007 008; do
  [ -e $n.question ] || { echo "Me?" >$n.question; echo me >$n.answer; exit 0; }
done`

  test('that a worker gives itself bring it back three times in a row, no more', async () => {
    const w = world()
    w.worker('self', SELF)
    await w.start('one', 'self')
    await until(() => existsSync(w.path('one', 'attempts/004/exit.yaml')))
    // Whoever comes by would bring it back.
    await w.dispatch(['wait', '--timeout', '300ms'])
    expect(attempts(w, 'one')).toBe(4)
    expect(await state(w, 'one')).toBe('parked')
  })

  test('that a person gives bring it back however often it was resumed', async () => {
    const w = world()
    w.worker('asks', 'exit 3')
    await w.start('one', 'asks')
    for (const attempt of [1, 2, 3]) {
      await reaches(w, 'one', 'failed')
      if (attempt === 3) w.worker('asks', ASKS)
      await w.ok(['resume', 'one'])
    }
    await reaches(w, 'one', 'parked')
    expect(attempts(w, 'one')).toBe(4)
    expect(await w.ok(['answer', 'one', 'use C'])).toContain('resumed')
    await reaches(w, 'one', 'done')
  })

  test('with ask_timeout 0s nobody waits for them', async () => {
    const w = world()
    w.worker('asks', 'dispatch ask "Which one?"; echo $? >"$WORLD/code"')
    w.config('limits: { ask_timeout: 0s }\n')
    await w.start('one', 'asks')
    await until(() => text(join(w.folder, 'code')).endsWith('\n'), 'ask still waits', 3000)
    expect(text(join(w.folder, 'code'))).toBe('75\n')
  })
})

describe('worktrees', () => {
  test('a task may be called worktree', async () => {
    const w = world()
    const began = Date.now()
    await w.start('worktree', 'demo', ['One'], ['--worktree'])
    await reaches(w, 'worktree', 'done')
    expect(await w.task('worktree')).toMatchObject({ branch: 'dispatch/worktree' })
    expect(Date.now() - began).toBeLessThan(8000)
  })

  test('launches that fail again and again leave one', async () => {
    const w = world()
    w.worker('ghost', 'exit 0')
    rmSync(join(w.folder, 'bin/ghost'))
    const start = ['start', 'a', '--worktree', '--model', 'ghost']
    const branches = () => w.git('branch', '--list', '--format=%(refname:short)', 'dispatch/a*').trim()
    expect((await w.dispatch(start, { input: '- [ ] One\n' })).code).toBe(69)
    for (const _ of [1, 2]) expect((await w.dispatch(['retry', 'a'])).code).toBe(69)
    expect(branches()).toBe('')
    const broken = await withoutSupervisor(w)(['retry', 'a', '--model', 'demo'])
    expect(broken.code).toBe(75)
    expect(await w.ok(['wait', '--timeout', '10s'])).toMatch(/^a done/)
    expect(branches()).toBe('dispatch/a')
    expect(w.git('worktree', 'list').match(/\[dispatch\/a.*\]/g)).toEqual(['[dispatch/a]'])
  })
})
