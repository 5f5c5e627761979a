/** The real Gemini CLI as a dispatch worker, launched by `dispatch start` against the scripted server. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { killGroup } from '../support/world.ts'
import { type GeminiStage, geminiStage } from './gemini-stage.ts'
import { cliBinary, onPath } from './install.ts'
import { bash, call, say, sequence, use } from './script.ts'
import { ask, deliver, item } from './worker.ts'

const it = test.skipIf(cliBinary('gemini') === undefined || !onPath('bwrap'))
const ITEMS = ['Work', 'Report']

describe('a worker', () => {
  it('ticks, commits as the user, and leaves nothing but its conversation in ~/.gemini', async () => {
    const stage = await geminiStage(
      sequence(
        item(1),
        bash('echo new > a.txt && git add a.txt && git commit -qm Work'),
        deliver('probe', 2, 'All is well.'),
        say('Finished.'),
      ),
    )
    const said = await stage.start('probe', 'gemini', ITEMS)
    expect(said).not.toContain('ontained')
    expect(await stage.over('probe')).toMatchObject({
      state: 'done',
      denied: [],
      summary: 'All is well.',
      // Four turns, and the question which model to take.
      tokens: { input: 500, output: 50 },
      cost_usd: null,
    })
    expect(stage.said(stage.repo, 'log', '-1', '--format=%s by %an <%ae>')).toBe(
      'Work by Wörker <worker@example.com>',
    )
    // Our settings were read: by itself it offers this tool.
    const tools = stage.server.exchanges[0]?.body.tools?.map(({ name }) => name)
    expect(tools).toContain('run_shell_command')
    expect(tools).not.toContain('web_fetch')
    expect(readdirSync(join(stage.home, '.gemini'))).toEqual(['history', 'settings.json', 'tmp'])
    const log = await stage.ok(['log', 'probe'])
    expect(log).toContain('> run_shell_command dispatch begin 1')
    expect(log).toContain('Finished.')
  })

  it('in a worktree writes its report with its own tool', async () => {
    const stage = await geminiStage(
      sequence(
        item(1),
        bash('echo new > a.txt && git add a.txt && git commit -qm Work'),
        (turn) =>
          call(
            use('write_file', {
              file_path: join(stage.root, 'tasks/probe/output.md'),
              content: `By hand, after ${turn.index}.\n`,
            }),
          ),
        bash('dispatch tick 2'),
        say('Finished.'),
      ),
    )
    await stage.start('probe', 'gemini', ITEMS, ['--worktree'])
    const view = await stage.over('probe')
    expect(view).toMatchObject({ state: 'done', summary: 'By hand, after 2.' })
    expect(view.commits).toHaveLength(1)
  })

  it('gets its answer in time', async () => {
    const stage = await geminiStage(
      sequence(item(1), ask('Which one?'), deliver('probe', 2, 'Asked.'), say('Finished.')),
    )
    await stage.start('probe', 'gemini', ITEMS)
    await until(async () => (await stage.task('probe')).state === 'asking', 'no question', 30_000)
    await stage.ok(['answer', 'probe', ANSWER])
    expect(await stage.over('probe')).toMatchObject({ state: 'done', attempt: 1 })
    expect(stage.server.exchanges[2]?.turn.results).toContain(ANSWER)
  })

  it('that could not wait goes on in the same conversation', async () => {
    const stage = await geminiStage(
      sequence(
        item(1),
        ask('Which one?'),
        bash('echo "Read it all." > .dispatch/tasks/probe/context.md'),
        say('I stop here.'),
        deliver('probe', 2, 'Asked.'),
        say('Finished.'),
      ),
    )
    stage.config('default: gemini\nlimits: { ask_timeout: 1s }\n')
    await stage.start('probe', 'gemini', ITEMS)
    expect((await stage.over('probe')).state).toBe('parked')
    await stage.ok(['answer', 'probe', ANSWER])
    expect(await stage.over('probe')).toMatchObject({ state: 'done', attempt: 2 })
    expect((await stage.ended('002')).session_id).toBe((await stage.ended()).session_id)
    expect(new Set(stage.server.exchanges.map(({ turn }) => turn.session)).size).toBe(1)
    expect(stage.server.exchanges[4]?.turn.last).toContain(`The answer:\n\n${ANSWER}`)
    expect(stage.server.exchanges[4]?.turn.all).toContain('I stop here.')
  })
})

const ANSWER = `The "second"; it's 100% & <sure> | \`naïve\` $HOME\n\n🚩`

describe('ended in the middle of a command', () => {
  const RUNNING = bash('setsid tail -f /dev/null & nohup tail -f /dev/null & tail -f /dev/null')
  async function busy(): Promise<GeminiStage> {
    const stage = await geminiStage(sequence(item(1), RUNNING))
    await stage.start('probe', 'gemini')
    const tails = () => stage.commands().filter((command) => command.includes('tail -f /dev/null')).length
    await until(() => tails() >= 3, 'no command was started', 30_000)
    return stage
  }
  const nothingLeft = (stage: GeminiStage) =>
    until(
      () => stage.commands().length === 0,
      () => stage.commands().join('\n'),
    )

  it('by dispatch stop, it leaves nothing', async () => {
    const stage = await busy()
    await stage.ok(['stop', 'probe'])
    expect(stage.commands()).toEqual([])
    expect((await stage.task('probe')).state).toBe('stopped')
  })

  it.each([
    ['SIGTERM', { class: 'killed' }],
    ['SIGKILL', { class: 'killed', signal: 'SIGKILL' }],
  ] as const)('by %s from outside, it leaves nothing and is no success', async (signal, expected) => {
    const stage = await busy()
    const { pid } = await stage.task('probe')
    killGroup(pid, signal)
    expect(await stage.ended()).toMatchObject(expected)
    await nothingLeft(stage)
  })
})
