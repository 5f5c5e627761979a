/** The real Codex as a dispatch worker, launched by `dispatch start` against the scripted server. */
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { codex } from '../../runtime/backend/codex.ts'
import { here } from '../../runtime/io/processes.ts'
import { until } from '../support/until.ts'
import { kill } from '../support/world.ts'
import { CODEX, type CodexStage, codexStage } from './codex-stage.ts'
import { bash, call, fail, type Reply, type Script, say, sequence, type Turn, use } from './script.ts'
import { ask, deliver, item } from './worker.ts'

const it = test.skipIf(CODEX === undefined)
const ITEMS = ['Look', 'Write .dispatch/tasks/ID/output.md']
const start = (stage: CodexStage, id: string, ...flags: string[]) =>
  stage.start(
    id,
    'gpt',
    ITEMS.map((text) => text.replace('ID', id)),
    flags,
  )
const exitOf = (stage: CodexStage, id: string, attempt = '001') =>
  parse(readFileSync(stage.path(id, 'attempts', attempt, 'exit.yaml'), 'utf8'))

/** Goes on with a command that outlived its shell call, as the prompt says, until it has exited. */
const patiently =
  (...steps: Reply[]): Script =>
  (turn: Turn) => {
    const [, session] = /Process running with session ID (\d+)/.exec(turn.results) ?? []
    if (session !== undefined)
      return call(use('write_stdin', { session_id: Number(session), chars: '', yield_time_ms: 300_000 }))
    const polls = [...turn.all.matchAll(/^write_stdin /gm)].length
    return steps[turn.index - polls] ?? say('Finished.')
  }

describe.skipIf(CODEX === undefined)('a turn', () => {
  test('records its steps, asks, waits longer than its shell, and goes on with the answer', async () => {
    const stage = await codexStage({
      one: patiently(
        item(1),
        bash('dispatch ask "which way?"', { yield_time_ms: 1000 }),
        deliver('one', 2, 'It is left.'),
      ),
    })
    stage.hostile()
    await start(stage, 'one')
    // The answer comes when the shell call has long returned.
    await until(() => stage.asked('one').length > 2)
    expect((await stage.task('one')).state).toBe('asking')
    await stage.ok(['answer', 'one', 'left, of "course"'])
    const view = await stage.over('one')
    expect(view).toMatchObject({ state: 'done', summary: 'It is left.', denied: [] })
    expect(view.tokens?.input).toBe(100 * stage.asked('one').length)

    const [first, ...others] = stage.asked('one')
    expect(first?.turn.model).toBe('test-model')
    expect(first?.turn.all).toContain('wait for it with `write_stdin`')
    expect(first?.turn.all).toContain('Read AGENTS.md before you begin')
    expect(others.some(({ turn }) => turn.results.includes('left, of "course"'))).toBe(true)
    expect(exitOf(stage, 'one')).toMatchObject({
      class: null,
      code: 0,
      final_text: 'Finished.',
      session_id: first?.turn.session,
    })
    expect([existsSync(stage.marker), existsSync(stage.servers)]).toEqual([false, false])
    expect(stage.server.probes).toEqual([])
    expect(await stage.ok(['log', 'one'])).toMatch(/^> dispatch begin 1 && dispatch tick 1/m)
  })

  test('that could not wait is gone on with in the same thread, with the same rights', async () => {
    const stage = await codexStage({
      two: patiently(
        item(1),
        ask('which way?'),
        say('I stop here.'),
        bash('echo evil > .dispatch/stray; echo evil > src.txt'),
        deliver('two', 2, 'It is right.'),
      ),
    })
    stage.provide({ more: 'limits: { ask_timeout: 1s }\n' })
    await start(stage, 'two', '--profile', 'read-only')
    expect((await stage.over('two')).state).toBe('parked')
    expect(stage.asked('two')[2]?.turn.results).toContain('exited with code 75')
    await stage.ok(['answer', 'two', 'right'])
    expect(await stage.over('two')).toMatchObject({ state: 'done', attempt: 2 })
    const asked = stage.asked('two')
    expect(new Set(asked.map(({ turn }) => turn.session)).size).toBe(1)
    expect(asked[3]?.turn.last).toContain('The answer:\n\nright')
    expect(existsSync(join(stage.root, 'stray')) || existsSync(join(stage.repo, 'src.txt'))).toBe(false)
    // Of the whole thread, counted once.
    expect((await stage.task('two')).tokens?.input).toBe(100 * asked.length)
  })
})

const FAILURES: [name: string, reply: Reply, expected: string, message: RegExp][] = [
  ['key', fail(401, 'invalid_api_key', 'Incorrect API key provided: x.'), 'auth', /401.*Incorrect API key/],
  ['country', fail(403, 'unsupported_country', 'Country not supported'), 'auth', /403.*not supported/],
  [
    'model',
    fail(404, 'model_not_found', 'The model `test-model` does not exist or you do not have access to it.'),
    'model-unavailable',
    /`test-model` does not exist/,
  ],
  ['rate', fail(429, 'rate_limit_exceeded', 'Rate limit reached.'), 'rate-limited', /429/],
  ['quota', fail(429, 'insufficient_quota', 'You exceeded your quota.'), 'quota', /Quota exceeded/],
  ['paid', fail(402, 'billing_error', 'Pay first.'), 'quota', /402.*Pay first/],
  ['busy', fail(503, 'server_is_overloaded', 'Later.'), 'overloaded', /at capacity/],
  ['broken', fail(500, 'server_error', 'Oh.'), 'overloaded', /high demand/],
  ['dropped', fail(0, '', ''), 'network', /disconnected/],
  ['long', fail(200, 'context_length_exceeded', 'Too long.'), 'context-overflow', /context window/],
  ['odd', fail(400, 'invalid_request_error', 'Nobody knows this.'), 'crashed', /^Nobody knows this\.$/],
]

/** What is refused for good is not repeated to the end. */
const AT_ONCE = ['key', 'country', 'paid']

it('every failure has its class and says why', async () => {
  const stage = await codexStage(Object.fromEntries(FAILURES.map(([name, reply]) => [name, () => reply])))
  stage.file(
    'stub',
    '#!/bin/sh\necho "Error: Missing optional dependency @openai/codex-linux-x64." >&2\nexit 1\n',
  )
  chmodSync(join(stage.folder, 'stub'), 0o755)
  const more = 'limits: { parallel: 6, retries: 0 }\n'
  const launches: [
    name: string,
    given: Parameters<CodexStage['provide']>[0],
    expected: string,
    message: RegExp,
  ][] = [
    ['refused', { url: 'http://127.0.0.1:9', retries: 1 }, 'network', /Connection failed/],
    ['unset', { key: '' }, 'auth', /Missing environment variable: `MOCK_KEY`/],
    ['stub', { program: join(stage.folder, 'stub') }, 'cli-missing', /without its binary/],
    ...FAILURES.map(
      ([name, , expected, message]) =>
        // What is refused for good is not repeated to the end, however often it might be.
        [name, { retries: AT_ONCE.includes(name) ? 5 : 1 }, expected, message] as (typeof launches)[number],
    ),
  ]
  const watching = stage.spawn(['watch'])
  for (const [name, given, expected, message] of launches) {
    // Each is launched with the configuration of its moment.
    stage.provide({ ...given, more })
    await start(stage, name, '--profile', 'full')
    const view = await stage.over(name)
    expect([name, view.state, view.failure?.class]).toEqual([name, 'failed', expected])
    expect(view.failure?.message).toMatch(message)
  }
  for (const name of AT_ONCE) expect([name, stage.asked(name).length < 4]).toEqual([name, true])
  watching.kill()

  stage.provide({ program: '/nowhere/codex', more })
  const absent = await stage.dispatch(['start', 'absent', '--model', 'gpt'], { input: '# a\n\n- [ ] One\n' })
  expect(absent.stderr).toContain('npm install -g @openai/codex')
})

describe.skipIf(CODEX === undefined)('what a worker started', () => {
  const busy = bash('sleep 300 & setsid sleep 301 & nohup tail -f /dev/null', { yield_time_ms: 30_000 })

  test.each(['full', 'edit'])('is gone after a stop, with the profile %s', async (profile) => {
    const stage = await codexStage({ stopped: sequence(busy) })
    await start(stage, 'stopped', '--profile', profile)
    await until(() => stage.processes('tail -f').length > 0)
    await stage.ok(['stop', 'stopped'])
    expect(stage.processes('')).toEqual([])
    expect(['.agents', '.aws', '.codex'].filter((name) => existsSync(join(stage.repo, name)))).toEqual([])
    expect(await stage.task('stopped')).toMatchObject({ state: 'stopped', failure: null })
    // It was on record, so that it can be gone on with.
    await stage.ok(['resume', 'stopped'])
    expect((await stage.over('stopped')).attempt).toBe(2)
    expect(new Set(stage.asked('stopped').map(({ turn }) => turn.session)).size).toBe(1)
  })

  test('is gone when it ends its turn first, with what the sandbox laid into the folder', async () => {
    const stage = await codexStage({
      left: sequence(bash('tail -f /dev/null', { yield_time_ms: 500 }), say('I go.')),
    })
    await start(stage, 'left')
    expect((await stage.over('left')).state).toBe('incomplete')
    expect(stage.processes('')).toEqual([])
    expect(['.agents', '.aws', '.codex'].filter((name) => existsSync(join(stage.repo, name)))).toEqual([])
  })

  test.each([
    ['the launcher in Node', /^\S*node .*bin\/codex/],
    ['the program', /^(?!\S*node ).*\/vendor\//],
  ])('is gone when somebody kills %s', async (_, which) => {
    const stage = await codexStage({ killed: sequence(busy) })
    await start(stage, 'killed', '--profile', 'full')
    await until(() => stage.processes('tail -f').length > 0)
    const victim = stage.processes(' --json ').find(({ pid }) => which.test(here.commandOf(pid) ?? ''))
    if (victim === undefined) throw new Error(`no such process: ${stage.processes(' --json ').length}`)
    kill(victim.pid)
    const view = await stage.over('killed')
    expect(view).toMatchObject({ state: 'failed', failure: { class: 'killed' } })
    expect(stage.processes('')).toEqual([])
  })
})

describe.skipIf(CODEX === undefined)('without a model it tells', () => {
  const argv = [CODEX ?? '']

  test('its models', async () => {
    const { env } = await codexStage({})
    const models = await codex.ask?.models?.(argv, env)
    expect(models).toContain('gpt-5.5')
    expect(models).not.toContain('codex-auto-review')
  })

  test('whether somebody is logged in', async () => {
    const { env, home, ...stage } = await codexStage({})
    const loggedIn = (more = {}, words = argv) => codex.ask?.loggedIn?.(words, { ...env, ...more })
    expect(await loggedIn()).toBe(true)
    const elsewhere = { CODEX_HOME: join(home, 'none') }
    mkdirSync(elsewhere.CODEX_HOME)
    expect(await loggedIn(elsewhere)).toBe(false)
    // A provider of one's own needs none.
    expect(await loggedIn(elsewhere, [...argv, '-c', 'model_provider=mock'])).toBeUndefined()
    expect(await loggedIn({ ...elsewhere, CODEX_API_KEY: 'x' })).toBe(true)
    expect(await loggedIn({}, [join(stage.folder, 'nothing')])).toBeUndefined()
  })
})
