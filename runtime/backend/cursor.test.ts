/** Cursor's agent as a dispatch worker, by a stand-in (fixtures/cursor-agent.mjs): the real one needs its own server. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { until } from '../../test/support/until.ts'
import { kill, type World, world } from '../../test/support/world.ts'
import { here, withEnvironment } from '../io/processes.ts'
import { findProgram } from '../io/which.ts'
import type { TaskView } from '../verbs/status-view.ts'
import { cursor } from './cursor.ts'

const STANDIN = fileURLToPath(new URL('fixtures/cursor-agent.mjs', import.meta.url))
const contained = test.skipIf(findProgram('bwrap', process.env) === undefined)

function stage(config = ''): World {
  const made = world()
  symlinkSync(STANDIN, join(made.folder, 'path', 'agent'))
  made.config(`default: cursor\n${config}`)
  return made
}

const start = (at: World, scene: string, flags: string[] = [], model = 'cursor') =>
  at.start('probe', model, [`Scene: ${scene}`], flags)

async function over(at: World): Promise<TaskView> {
  let view: TaskView | undefined
  await until(
    async () => {
      view = await at.task('probe')
      return !['running', 'asking', 'queued'].includes(view.state)
    },
    () => JSON.stringify(view),
  )
  return view as TaskView
}

const exitOf = (at: World, attempt = '001') =>
  parse(readFileSync(at.path('probe', 'attempts', attempt, 'exit.yaml'), 'utf8'))

/** Of this world alone: others run workers of the same name at the same time. */
const workersOf = (at: World) => withEnvironment(`DISPATCH_ROOT=${at.root}`)

async function endOf(at: World) {
  await until(() => existsSync(at.path('probe', 'attempts/001/exit.yaml')), 'it did not end')
  return exitOf(at)
}

describe('a worker', () => {
  contained('ticks, and leaves nothing but its chat in ~/.cursor', async () => {
    const at = stage()
    await start(at, 'success')
    expect(await over(at)).toMatchObject({
      state: 'done',
      summary: 'All is well.',
      tokens: { input: 100, output: 7 },
      cost_usd: null,
      denied: [],
    })
    expect(existsSync(join(at.repo, 'made.txt'))).toBe(true)
    expect(readdirSync(join(at.home, '.cursor')).sort()).toEqual(['chats', 'projects'])
    const log = await at.ok(['log', 'probe'])
    expect(log).toContain('> shell(dispatch begin 1 && echo new')
    expect(log).toContain('— success, 5 s')
  })

  contained('is read-only when it is to be', async () => {
    const at = stage()
    await start(at, 'success', ['--profile', 'read-only'])
    expect((await over(at)).state).toBe('incomplete')
    expect(existsSync(join(at.repo, 'made.txt'))).toBe(false)
  })

  contained('asks, stops, and goes on in the same chat with the answer', async () => {
    const at = stage('limits: { ask_timeout: 1s }\n')
    await start(at, 'question')
    expect(await over(at)).toMatchObject({ state: 'parked', question: { text: 'Which one?' } })
    await at.ok(['answer', 'probe', 'the-second'])
    expect(await over(at)).toMatchObject({ state: 'done', attempt: 2, summary: 'Answered: the-second' })
    expect(exitOf(at, '002').session_id).toBe(exitOf(at).session_id)
  })

  contained('asks and gets its answer in time', async () => {
    const at = stage()
    await start(at, 'question')
    await until(async () => (await at.task('probe')).state === 'asking')
    await at.ok(['answer', 'probe', 'the-first'])
    expect(await over(at)).toMatchObject({ state: 'done', attempt: 1, summary: 'Answered: the-first' })
  })

  contained('says what was refused to it', async () => {
    const at = stage()
    await start(at, 'refused')
    expect((await over(at)).denied).toEqual(['shell(git push)'])
  })

  contained('that hangs can be stopped, with all it started', async () => {
    const at = stage()
    await start(at, 'hang')
    const commands = () => workersOf(at).map(({ pid }) => here.commandOf(pid))
    await until(() => commands().includes('tail -f /dev/null'))
    await at.ok(['stop', 'probe'])
    expect(commands()).toEqual([])
    expect((await at.task('probe')).state).toBe('stopped')
  })
})

describe('how it fails', () => {
  test.each([
    ['limit', 'rate-limited', /resource_exhausted/],
    ['plan', 'quota', /hit your usage limit/],
    ['odd', 'crashed', /Nobody has seen this before/],
    ['silent', 'crashed', /without saying that it was finished/],
  ])('%s is %s', async (scene, expected, reason) => {
    const at = stage()
    await start(at, scene, ['--profile', 'full'])
    const exit = await endOf(at)
    expect(exit).toMatchObject({ class: expected, reason: expect.stringMatching(reason) })
    if (scene === 'plan') expect(exit.until).toBe('2099-11-17T00:00:00.000Z')
  })

  test('without a login', async () => {
    const at = stage('backends: { cursor: { env: { STANDIN_LOGIN: "no" } } }\n')
    await start(at, 'success', ['--profile', 'full'])
    expect(await endOf(at)).toMatchObject({ class: 'auth', reason: expect.stringMatching(/agent login/) })
  })

  test('with a model that it does not have', async () => {
    const at = stage('models: { odd: { backend: cursor, id: nonsense } }\n')
    await start(at, 'success', ['--profile', 'full'], 'odd')
    expect(await endOf(at)).toMatchObject({ class: 'model-unavailable' })
  })

  test('in a folder that it does not trust, although it exits 0', () => {
    const reader = cursor.reader()
    reader.lines(['⚠ Workspace Trust Required', '  Pass --trust, --yolo, or -f if you trust this directory'])
    expect(cursor.classify({ code: 0, signal: null, stderr: '', log: reader.facts() })).toMatchObject({
      class: 'denied',
    })
  })

  test('killed', async () => {
    const at = stage()
    await start(at, 'hang', ['--profile', 'full'])
    await until(() => workersOf(at).length > 1)
    for (const { pid } of workersOf(at)) kill(pid)
    expect(await endOf(at)).toMatchObject({ class: 'killed', signal: 'SIGKILL' })
  })
})

test('commands that a repository brings keep it from starting', async () => {
  const at = stage()
  mkdirSync(join(at.repo, '.cursor'))
  writeFileSync(join(at.repo, '.cursor/hooks.json'), '{}')
  const { code, stderr } = await at.dispatch(['start', 'probe', '--model', 'cursor'], {
    input: '# Probe\n\n- [ ] One\n',
  })
  expect(code).toBe(1)
  expect(stderr).toMatch(/commands that Cursor would run[\s\S]*\.cursor\/hooks\.json/)
})

test('it is asked for its models and its login', async () => {
  const env = { PATH: process.env.PATH ?? '', HOME: '/' }
  const argv = [process.execPath, STANDIN]
  expect(await cursor.ask?.models?.(argv, env)).toEqual(['auto', 'composer-2.5'])
  expect(await cursor.ask?.loggedIn?.(argv, env)).toBe(true)
  expect(await cursor.ask?.loggedIn?.(argv, { ...env, STANDIN_LOGIN: 'no' })).toBe(false)
  expect(await cursor.ask?.loggedIn?.(argv, { ...env, STANDIN_LOGIN: 'no', CURSOR_API_KEY: 'k' })).toBe(true)
})
