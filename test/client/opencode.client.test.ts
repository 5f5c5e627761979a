/** The real opencode as a dispatch worker, launched by `dispatch start` against the scripted server. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { opencode } from '../../runtime/backend/opencode.ts'
import { until } from '../support/until.ts'
import { killGroup } from '../support/world.ts'
import { cliBinary, onPath } from './install.ts'
import { type OpencodeStage, opencodeStage, PATIENCE } from './opencode-stage.ts'
import { bash, call, fail, type Reply, say, sequence, use } from './script.ts'
import { ask, deliver, item } from './worker.ts'

const it = test.skipIf(cliBinary('opencode') === undefined || !onPath('bwrap'))
vi.setConfig({ testTimeout: 3 * PATIENCE })
const ITEMS = ['Work', 'Report']
const ANSWER = `The "second"; it's 100% & <sure> | \`naïve\` $HOME\n\n🚩`

describe('a worker', () => {
  it('ticks and commits in a worktree, writes its report, and leaves nothing in the user’s own folders', async () => {
    const stage = await opencodeStage(
      sequence(
        item(1),
        bash('echo new > a.txt && git add a.txt && git commit -qm Work'),
        () =>
          call(
            use('write', { filePath: join(stage.root, 'tasks/probe/output.md'), content: 'All is well.\n' }),
          ),
        bash('dispatch tick 2 && dispatch done'),
        say('Finished.'),
      ),
    )
    stage.file('repo/AGENTS.md', 'The word of this project is periwinkle.\n')
    stage.git('add', '-A')
    stage.git('commit', '-qm', 'Files')
    const said = await stage.start('probe', 'opencode', ITEMS, ['--worktree'])
    expect(said).not.toContain('ontained')
    const view = await stage.over('probe')
    expect(view).toMatchObject({
      state: 'done',
      denied: [],
      summary: 'All is well.',
      tokens: { input: 500, output: 50 },
      cost_usd: 0.5,
    })
    expect(view.commits).toHaveLength(1)
    expect(stage.said(view.worktree ?? '', 'log', '-1', '--format=%s by %an')).toBe('Work by Worker')
    expect(stage.launched('probe')).toMatchObject({ containment: 'sandbox' })
    const [first] = stage.server.exchanges
    expect(JSON.stringify(first?.body.system)).toContain('periwinkle')
    expect(first?.body.tools?.map(({ name }) => name)).not.toContain('webfetch')
    expect(readdirSync(join(stage.home, '.config/opencode'))).toEqual(['opencode.json'])
    for (const folder of ['.local/share', '.local/state', '.cache'])
      expect(readdirSync(join(stage.home, folder, 'opencode'))).toEqual([])
    const log = await stage.ok(['log', 'probe'])
    expect(log).toContain('> bash dispatch begin 1')
    expect(log).toContain('Finished.')
  })

  it('gets its answer in time, or goes on in the same conversation', async () => {
    const stage = await opencodeStage(
      sequence(
        item(1),
        ask('Which one?'),
        ask('And then?'),
        bash('echo "Read it all." > .dispatch/tasks/probe/context.md'),
        say('I stop here.'),
        deliver('probe', 2, 'Asked.'),
        say('Finished.'),
      ),
    )
    stage.limits('ask_timeout: 10s, retries: 0')
    await stage.start('probe', 'opencode', ITEMS)
    await until(async () => (await stage.task('probe')).state === 'asking', 'no question', PATIENCE)
    await stage.ok(['answer', 'probe', ANSWER])
    expect((await stage.over('probe')).state).toBe('parked')
    expect(stage.server.exchanges[2]?.turn.results).toContain(ANSWER)
    expect(stage.server.exchanges[3]?.turn.results).toContain('dispatch')
    await stage.ok(['answer', 'probe', 'Then the third.'])
    expect(await stage.over('probe')).toMatchObject({ state: 'done', attempt: 2 })
    expect((await stage.exit('probe', '002')).session_id).toBe((await stage.exit('probe')).session_id)
    expect(new Set(stage.server.exchanges.map(({ turn }) => turn.session)).size).toBe(1)
    expect(stage.server.exchanges[5]?.turn.last).toContain('The answer:\n\nThen the third.')
    expect(stage.server.exchanges[5]?.turn.all).toContain('I stop here.')
  })
})

describe('how it fails', () => {
  /** It repeats five times, each after a pause that the provider may name. */
  const SOON = { 'retry-after-ms': '5' }
  const cases: Record<string, [Reply, string]> = {
    key: [fail(401, 'invalid_api_key', 'Incorrect API key provided.'), 'auth'],
    forbidden: [fail(403, 'permission_denied', 'Not for you.'), 'auth'],
    unpaid: [fail(402, 'insufficient_balance', 'Insufficient Balance'), 'quota'],
    model: [fail(404, 'model_not_found', 'The model `x` does not exist.'), 'model-unavailable'],
    limit: [fail(429, 'rate_limit_exceeded', 'Slow down.', SOON), 'rate-limited'],
    overloaded: [fail(503, 'overloaded', 'The engine is overloaded.', SOON), 'overloaded'],
    internal: [fail(500, 'server_error', 'The server had an error.', SOON), 'overloaded'],
    context: [
      fail(400, 'context_length_exceeded', 'The maximum context length is 8 tokens; you sent 9.'),
      'context-overflow',
    ],
    odd: [fail(418, 'teapot', 'Nobody has seen this before.'), 'crashed'],
  }

  it('is told by the error’s status and name', async () => {
    const all = Object.entries(cases)
    const left = [...all]
    const ends = new Map<string, Awaited<ReturnType<OpencodeStage['exit']>>>()
    const lane = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [name, [reply]] = next
        const stage = await opencodeStage(() => reply)
        await stage.start('probe', 'opencode')
        ends.set(name, await stage.exit('probe'))
      }
    }
    await Promise.all([lane(), lane(), lane()])
    expect(all.map(([name]) => [name, ends.get(name)?.class])).toEqual(
      all.map(([name, [, expected]]) => [name, expected]),
    )
    expect(ends.get('odd')?.reason).toContain('Nobody has seen this before.')
    expect(ends.get('limit')).toMatchObject({ until: expect.any(String) })
  })

  it('is told in seconds where it would repeat for a minute', async () => {
    const stage = await opencodeStage(() =>
      fail(429, 'insufficient_quota', 'You exceeded your current quota.', { 'retry-after': '3600' }),
    )
    await stage.start('probe', 'opencode')
    // Whoever waits for a worker looks at what it says.
    await stage.dispatch(['wait', 'probe'])
    expect(await stage.exit('probe')).toMatchObject({ class: 'quota' })
    expect(stage.server.exchanges).toHaveLength(1)
  })

  it('when it has no such model, or is not there at all', async () => {
    const stage = await opencodeStage(sequence())
    await stage.start('probe', 'mock/nope', ['One'])
    expect(await stage.exit('probe')).toMatchObject({ class: 'model-unavailable' })
    expect((await stage.exit('probe')).reason).toContain('mock/nope')
    rmSync(join(stage.folder, 'bin/opencode'))
    const { code, stderr } = await stage.dispatch(['start', 'other', '--model', 'opencode'], {
      input: '# Other\n\n- [ ] One\n',
    })
    expect(code).toBe(69)
    expect(stderr).toContain('npm install -g opencode-ai')
  })
})

describe('what it is asked', () => {
  it('are its models, and whether somebody is logged in', async () => {
    const stage = await opencodeStage(sequence())
    const argv = [cliBinary('opencode') ?? '']
    expect(await opencode.ask?.models?.(argv, stage.env)).toContain('mock/test-model')
    expect(await opencode.ask?.loggedIn?.(argv, stage.env)).toBe(true)
    rmSync(join(stage.home, '.config'), { recursive: true })
    expect(await opencode.ask?.loggedIn?.(argv, stage.env)).toBe(false)
    expect(await opencode.ask?.loggedIn?.(argv, { ...stage.env, ANTHROPIC_API_KEY: 'x' })).toBe(true)
  })
})

describe('ended in the middle of a command', () => {
  const RUNNING = bash('setsid tail -f /dev/null & nohup tail -f /dev/null & tail -f /dev/null')
  async function busy(): Promise<OpencodeStage> {
    const stage = await opencodeStage(sequence(item(1), RUNNING))
    await stage.start('probe', 'opencode')
    const tails = () => stage.commands().filter((command) => command.includes('tail -f /dev/null')).length
    await until(() => tails() >= 3, 'no command was started', PATIENCE)
    return stage
  }

  it('it leaves nothing, and is no success', async () => {
    const [stopped, terminated, killed] = await Promise.all([busy(), busy(), busy()])
    await stopped.ok(['stop', 'probe'])
    expect(stopped.commands()).toEqual([])
    expect((await stopped.task('probe')).state).toBe('stopped')
    for (const [stage, signal] of [
      [terminated, 'SIGTERM'],
      [killed, 'SIGKILL'],
    ] as const) {
      const { pid } = await stage.task('probe')
      killGroup(pid, signal)
      expect(await stage.exit('probe')).toMatchObject({ class: 'killed', signal })
      await until(
        () => stage.commands().length === 0,
        () => stage.commands().join('\n'),
      )
    }
  })
})

describe('what a repository brings', () => {
  /** Under each of these names opencode alone would run it. */
  const plugin = (marker: string) =>
    `import { writeFileSync } from 'node:fs'\ntry { writeFileSync('${marker}', '') } catch {}\nexport const Theirs = async () => ({})\n`

  it('widens no rights and starts no server; a plugin of its own meets the mounts, or is not begun', async () => {
    const stage = await opencodeStage(sequence(item(1), deliver('probe', 2, 'Done.'), say('Finished.')))
    const marker = (name: string) => join(stage.folder, `ran-${name}`)
    const server = { type: 'local', command: ['touch', join(stage.repo, 'ran-server')], enabled: true }
    stage.file('repo/opencode.json', JSON.stringify({ mcp: { server }, permission: { bash: 'deny' } }))
    stage.file('repo/.env', `OPENCODE_CONFIG_DIR=${stage.repo}/theirs\n`)
    stage.file('repo/bunfig.toml', 'preload = ["./theirs/preload.ts"]\n')
    stage.file('repo/theirs/preload.ts', plugin(join(stage.repo, 'ran-preload')))
    stage.file('repo/theirs/plugin/theirs.js', plugin(join(stage.repo, 'ran-theirs')))
    stage.git('add', '-A')
    stage.git('commit', '-qm', 'Files')
    await stage.start('probe', 'opencode', ITEMS)
    expect(await stage.over('probe')).toMatchObject({ state: 'done' })
    expect(readdirSync(stage.repo).filter((name) => name.startsWith('ran-'))).toEqual([])

    stage.file('repo/.opencode/plugin/theirs.js', plugin(marker('plugin')))
    const other = { input: '# Other\n\n- [ ] One\n' }
    const { code, stderr } = await stage.dispatch(
      ['start', 'other', '--model', 'opencode', '--profile', 'full'],
      other,
    )
    expect(code).toBe(1)
    expect(stderr).toContain('.opencode/plugin/theirs.js')
    stage.server.script(() => say('Finished.'))
    await stage.start('third', 'opencode', ITEMS)
    await stage.exit('third')
    expect(existsSync(marker('plugin'))).toBe(false)
  })
})

describe('profiles', () => {
  /** What the worker tried, and whether the file is there (or another) afterwards. */
  async function tries(
    flags: string[],
    commands: (stage: OpencodeStage) => Record<string, string | Reply>,
    bwrap = true,
  ) {
    const stage: OpencodeStage = await opencodeStage(
      (turn) => steps()[turn.index] ?? say('Tried everything.'),
    )
    const list = commands(stage)
    const steps = () => [
      item(1),
      ...Object.values(list).map((each) => (typeof each === 'string' ? bash(each) : each)),
    ]
    if (!bwrap) stage.without('bwrap')
    const { stdout, stderr } = await stage.dispatch(['start', 'probe', '--model', 'opencode', ...flags], {
      input: '# Probe\n\n- [ ] One\n',
    })
    const view = await stage.over('probe')
    expect(view.items).toEqual({ done: 1, total: 1 })
    return {
      stage,
      view,
      said: stdout + stderr,
      changed: Object.keys(list).filter((path) => existsSync(join(stage.folder, path))),
    }
  }
  const write = (stage: OpencodeStage, path: string) =>
    call(use('write', { filePath: join(stage.folder, path), content: 'x\n' }))
  const everywhere = (stage: OpencodeStage) => ({
    'repo/new.txt': 'echo x > new.txt',
    'repo/by-tool.txt': write(stage, 'repo/by-tool.txt'),
    'repo/.dispatch/tasks/probe/output.md': write(stage, 'repo/.dispatch/tasks/probe/output.md'),
    'repo/.dispatch/tasks/probe/stray/x': `mkdir '${stage.root}/tasks/probe/stray'; echo x > '${stage.root}/tasks/probe/stray/x'`,
    'repo/.dispatch/tasks/probe/attempts/001/x': `echo x > '${stage.root}/tasks/probe/attempts/001/x'`,
    'repo/.dispatch/tasks/other/plan.md': write(stage, 'repo/.dispatch/tasks/other/plan.md'),
    'repo/.git/hooks/pre-commit': 'echo x > .git/hooks/pre-commit',
    'repo/.git/hooks/post-commit': write(stage, 'repo/.git/hooks/post-commit'),
    'repo/.git/set': 'git config core.pager evil && touch .git/set',
    'home/x': 'echo x > ~/x',
    'home/.config/opencode/plugin/x.js': write(stage, 'home/.config/opencode/plugin/x.js'),
    'home/.local/share/opencode/auth.json': 'echo {} > ~/.local/share/opencode/auth.json',
    outside: write(stage, 'outside'),
  })
  const OWN = ['repo/.dispatch/tasks/probe/output.md', 'repo/.dispatch/tasks/probe/stray/x']

  it('edit is the working directory and the task, read-only the task, full everything', async () => {
    const [edit, readOnly, full] = await Promise.all([
      tries([], everywhere),
      tries(['--profile', 'read-only'], everywhere),
      tries(['--profile', 'full'], everywhere),
    ])
    expect(edit.changed).toEqual(['repo/new.txt', 'repo/by-tool.txt', ...OWN])
    expect(edit.said).not.toContain('ontained')
    expect(edit.view.denied).toContain('bash(echo x > .git/hooks/pre-commit)')
    expect(readOnly.changed).toEqual(OWN)
    expect(full.changed).toEqual(Object.keys(everywhere(full.stage)))
    expect(full.view.denied).toEqual([])
  })

  it('without bubblewrap they are lists', async () => {
    const listed = (stage: OpencodeStage) => ({
      ...everywhere(stage),
      'a-chained': `dispatch plan; touch '${stage.folder}/a-chained'`,
      'an-output': `git diff --output='${stage.folder}/an-output'`,
      'a-nested': `git commit -m "$(touch '${stage.folder}/a-nested')"`,
      'repo/way/../.git/hooks/x': write(stage, 'repo/way/../.git/hooks/x'),
      'repo/committed': 'git add -A && git commit -qm Work',
    })
    const [edit, readOnly] = await Promise.all([
      tries([], listed, false),
      tries(['--profile', 'read-only'], listed, false),
    ])
    expect(edit.said).toContain('Not contained by the operating system: bubblewrap is missing')
    expect(edit.changed).toEqual(['repo/by-tool.txt', 'repo/.dispatch/tasks/probe/output.md'])
    expect(edit.view.denied).toContain('bash(echo x > new.txt)')
    expect(edit.stage.said(edit.stage.repo, 'log', '-1', '--format=%s')).toBe('Work')
    expect(readOnly.changed).toEqual(['repo/.dispatch/tasks/probe/output.md'])
    expect(readOnly.stage.said(readOnly.stage.repo, 'log', '-1', '--format=%s')).toBe('Begin')
  })
})
