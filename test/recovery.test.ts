/** What happens when a worker fails: by itself where it may, told where it must be, with a way on that works. */
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { callsOf, fakeClaude } from './support/fake-claude.ts'
import { until } from './support/until.ts'
import { type World, world } from './support/world.ts'

const OVERLOADED = 'fails 529 "Repeated 529 Overloaded"'
const REFUSED = 'fails 401 "Invalid API key"'
/** Resets in three hours; on the wall clock of nobody in particular. */
const LIMITED = `limited $(($(date +%s) + 10800))\nfails null "You've hit your session limit"`

const full = ['--profile', 'full']
const start = (w: World, id: string, model = 'opus', items = ['One']) => w.start(id, model, items, full)
const told = async (w: World) => (await w.ok(['wait', '--timeout', '20s'])).trimEnd().split('\n')
const nothingTold = async (w: World) =>
  expect((await w.dispatch(['wait', '--timeout', '100ms'])).code).toBe(75)
const parked = (w: World, id: string) => until(async () => (await w.task(id)).state === 'parked')
const config = (w: World) => readFileSync(join(w.state, 'config.yaml'), 'utf8')

/** A world with the fake client, in which pauses are these. */
function stage(plays: string[], more = 'limits: { backoff: [0s] }\n'): World {
  const w = world()
  w.config(more)
  fakeClaude(w, ...plays)
  return w
}

describe('overloaded', { timeout: 60_000 }, () => {
  it('is tried again in the same conversation, and nobody is woken for it', async () => {
    const w = stage([OVERLOADED, OVERLOADED, 'ends "Well done."'])
    await start(w, 'one')
    expect(await told(w)).toEqual(['one done: Well done. — dispatch output one'])
    const [first = '', ...again] = callsOf(w, 'one')
    const session = /--session-id (\S+)/.exec(first)?.[1]
    expect(again).toEqual([
      expect.stringContaining(`--resume ${session}`),
      expect.stringContaining(`--resume ${session}`),
    ])
    expect(await w.task('one')).toMatchObject({
      state: 'done',
      attempt: 3,
      cost_usd: 0.75,
      tokens: { input: 30, output: 6 },
    })
  })

  it('is given up after so many tries, told once with what was tried and what can be done', async () => {
    const w = stage([OVERLOADED], 'limits: { retries: 2, backoff: [0s] }\n')
    await start(w, 'one')
    expect(await told(w)).toEqual([
      'one failed: overloaded: Repeated 529 Overloaded It was tried again 2 times by itself. — dispatch status one',
    ])
    expect(callsOf(w, 'one')).toHaveLength(3)
    expect((await w.task('one')).failure?.alternatives.slice(0, 2)).toEqual([
      'dispatch resume one',
      'dispatch retry one',
    ])
    await nothingTold(w)
  })

  it('is told at once where nothing is to be tried again', async () => {
    const w = stage([OVERLOADED], 'limits: { retries: 0 }\n')
    await start(w, 'one')
    expect(await told(w)).toEqual([expect.stringMatching(/^one failed: overloaded/)])
    expect(callsOf(w, 'one')).toHaveLength(1)
  })

  it('wakes nobody for a short pause', async () => {
    const w = stage([OVERLOADED], 'limits: { backoff: [2m] }\n')
    await start(w, 'one')
    await parked(w, 'one')
    await nothingTold(w)
    expect(await w.ok(['status'])).toMatch(
      /parked {2}claude is overloaded, pausing until .*; resumes by itself/,
    )
  })

  it('with progress in between is no row of failures', async () => {
    const w = stage(
      [
        `dispatch tick 1 >/dev/null; ${OVERLOADED}`,
        `dispatch tick 2 >/dev/null; ${OVERLOADED}`,
        'dispatch tick 3 >/dev/null; ends',
      ],
      'limits: { retries: 1, backoff: [0s] }\n',
    )
    await start(w, 'one', 'opus', ['One', 'Two', 'Three'])
    expect(await told(w)).toEqual([expect.stringMatching(/^one done/)])
  })

  it('spares others the same wall until somebody wants it now', async () => {
    const w = stage([OVERLOADED], 'limits: { backoff: [1h] }\n')
    await start(w, 'one')
    await parked(w, 'one')
    await start(w, 'two')
    expect(await w.task('two')).toMatchObject({
      state: 'parked',
      waiting: { class: 'overloaded', text: expect.stringMatching(/starts by itself$/) },
    })
    expect(callsOf(w, 'two')).toEqual([])
    fakeClaude(w, 'ends')
    await w.ok(['retry', 'two', ...full])
    await until(async () => (await w.task('two')).state === 'done', 'the retry was not what it waited for')
    await start(w, 'three')
    await until(async () => (await w.task('three')).state === 'done', 'the model did not warm up again')
  })
})

describe('a plan that is used up', { timeout: 60_000 }, () => {
  it('parks the task, told once, and costs next to nothing; resume goes on at once', async () => {
    const w = stage([LIMITED, 'ends'])
    await start(w, 'one')
    const [line] = await told(w)
    expect(line).toMatch(
      /^one parked: the plan at claude is used up until (\d{4}-\d\d-\d\d )?\d\d:\d\d; resumes by itself — dispatch status one$/,
    )
    await nothingTold(w)
    const left = w.left().map(({ pid }) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim())
    expect(left.sort()).toEqual(['sh', 'sleep'])
    expect(await w.ok(['status'])).toContain('parked  the plan at claude is used up until')
    expect(await w.ok(['status', 'one'])).toContain('At once: dispatch resume one.')
    await w.ok(['resume', 'one'])
    expect(await told(w)).toEqual([expect.stringMatching(/^one done/)])
    expect(callsOf(w, 'one')[1]).toContain('--resume')
    await until(() => w.left().length === 0, 'somebody still sleeps for it')
  })

  it('is stopped with who sleeps for it', async () => {
    const w = stage([LIMITED])
    await start(w, 'one')
    await parked(w, 'one')
    await w.ok(['stop', 'one'])
    expect(await w.task('one')).toMatchObject({ state: 'stopped', waiting: null })
    await until(() => w.left().length === 0, 'somebody still sleeps for it')
  })

  it('goes to the user where no time is told', async () => {
    const w = stage(['fails 402 "Credit balance is too low"'])
    await start(w, 'one')
    expect(await told(w)).toEqual(['one failed: quota: Credit balance is too low — dispatch status one'])
  })
})

describe('a fallback', { timeout: 60_000 }, () => {
  const MODELS = `models:
  deep: { backend: claude, id: opus, fallback: [absent, second, third] }
  absent: { backend: codex, id: x }
limits: { backoff: [0s] }
`
  const withFallbacks = (plays: string[]) => {
    const w = stage(plays, MODELS)
    for (const name of ['second', 'third'])
      w.worker(
        name,
        `cat >"$WORLD/prompt.${name}"; until [ -e "$WORLD/go" ]; do sleep 0.02; done\ndispatch tick 1 >/dev/null`,
      )
    w.config(MODELS)
    return w
  }

  it('goes on where the login is refused: said, in the order of the list, with the configuration as it was', async () => {
    const w = withFallbacks([REFUSED])
    const before = config(w)
    await start(w, 'one', 'deep')
    expect(await told(w)).toEqual([
      'one running: deep refused the login for deep; goes on with second (fallback) — dispatch status one',
    ])
    w.write('go', '')
    expect(await told(w)).toEqual([expect.stringMatching(/^one done/)])
    const task = await w.task('one')
    expect(task).toMatchObject({ model: 'second', attempt: 2 })
    expect(task.remarks.join()).toContain('second went on in its place (fallback)')
    expect(config(w)).toBe(before)
    expect(readFileSync(`${w.folder}/prompt.second`, 'utf8')).toContain('Your task is `one`')
  })

  it('goes on where the CLI is not there, as start says', async () => {
    const w = withFallbacks([])
    w.write('go', '')
    w.config(MODELS.replace('backend: claude, id: opus', 'backend: codex'))
    const { stdout, stderr, code } = await w.dispatch(['start', 'one', '--model', 'deep'], {
      input: '- [ ] One\n',
    })
    expect({ stdout, stderr, code }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^one: second \(command\)/),
      stderr: expect.stringContaining('codex is not installed; goes on with second (fallback)'),
    })
    await until(async () => (await w.task('one')).state === 'done')
  })

  it('takes over at once from a model that another task found busy for long', async () => {
    const w = withFallbacks([OVERLOADED])
    w.write('go', '')
    w.config(MODELS.replace('0s', '1h'))
    await start(w, 'one', 'deep')
    await until(async () => (await w.task('one')).state === 'done')
    const { stderr } = await w.dispatch(['start', 'two', '--model', 'deep'], { input: '- [ ] One\n' })
    expect(stderr).toContain('claude is overloaded, pausing; goes on with second (fallback)')
    await until(async () => (await w.task('two')).state === 'done')
    expect([callsOf(w, 'one').length, callsOf(w, 'two').length]).toEqual([1, 0])
  })

  it('is not taken while it cools down itself', async () => {
    const w = withFallbacks([OVERLOADED])
    w.write('go', '')
    w.config(`models:
  deep: { backend: claude, id: opus, fallback: [also, third] }
  also: { backend: claude, id: sonnet }
limits: { backoff: [1h] }
`)
    await start(w, 'zero', 'also')
    await parked(w, 'zero')
    await start(w, 'one', 'deep')
    await until(async () => (await w.task('one')).state === 'done')
    expect(await w.task('one')).toMatchObject({ model: 'third', attempt: 2 })
  })

  it('waits for a first short pause of an overloaded model', async () => {
    const w = withFallbacks([OVERLOADED])
    w.write('go', '')
    await start(w, 'one', 'deep')
    await until(async () => (await w.task('one')).state === 'done')
    expect(callsOf(w, 'one')).toHaveLength(2)
    expect(await w.task('one')).toMatchObject({ model: 'second', attempt: 3 })
  })
})

describe('a login that is refused', { timeout: 60_000 }, () => {
  it('is known at the first retry, for as long as somebody listens', async () => {
    const w = stage(['retries 401 authentication_failed\nexec sleep 600'])
    await start(w, 'one')
    expect(await told(w)).toEqual([
      'one failed: auth: The provider refuses the login of Claude Code (401, authentication failed). — dispatch status one',
    ])
    expect(w.left()).toEqual([])
  })

  it('offers other accounts first, and what mends the configuration', async () => {
    const w = stage([REFUSED])
    w.worker('mine', 'true')
    w.config('default: deep\nmodels: { deep: { backend: claude, id: opus } }\n')
    await w.ok(['start', 'one', ...full], { input: '- [ ] One\n' })
    await told(w)
    const { failure } = await w.task('one')
    expect(failure?.alternatives).not.toContain('dispatch retry one --model sonnet')
    w.config('default: deep\nmodels: { deep: { backend: claude, id: opus }, own: { backend: mine } }\n')
    expect((await w.task('one')).failure?.alternatives).toEqual([
      'dispatch retry one --model own',
      'dispatch config default own',
      'dispatch config remove deep',
    ])
  })

  it('keeps to the account where only the model is not included', async () => {
    const w = stage(['fails 403 "Claude Opus requires an upgraded subscription"'])
    w.worker('mine', 'true')
    await start(w, 'one')
    await told(w)
    expect((await w.task('one')).failure).toMatchObject({
      class: 'auth',
      alternatives: expect.arrayContaining(['dispatch retry one --model sonnet']),
    })
  })
})

describe('a CLI that is not there any more', { timeout: 60_000 }, () => {
  it('is said as a person needs it, and each alternative works', async () => {
    const w = world()
    w.worker('mine', 'dispatch tick 1 >/dev/null')
    const models = 'models:\n  gpt: { backend: codex }\n  own: { backend: mine }\n'
    w.config(`default: gpt\n${models}`)
    const env = { PATH: `${w.folder}/path:/usr/bin:/bin` }
    const path = join(w.folder, 'path', 'node')
    w.write('path/node', `#!/bin/sh\nexec '${process.execPath}' "$@"\n`)
    chmodSync(path, 0o755)
    const started = await w.dispatch(['start', 'one'], { input: '- [ ] One\n', env })
    expect(started.code).toBe(69)
    const { failure } = JSON.parse(await w.ok(['status', 'one', '--json'], { env })).tasks[0]
    expect(failure).toEqual({
      class: 'cli-missing',
      message: expect.stringMatching(
        /^The codex CLI is not available: codex: command not found\. Install it/,
      ),
      alternatives: [
        'dispatch retry one --model own',
        'dispatch config default own',
        'dispatch config remove gpt',
      ],
    })
    for (const line of [1, 2, 0].map((i) => failure.alternatives[i]))
      await w.ok(line.split(' ').slice(1), { env })
    await until(async () => (await w.task('one')).state === 'done')
    expect(config(w)).toContain('default: own')
    expect(config(w)).not.toContain('gpt')
  })
})

it('several failures at once are each told by itself, and what succeeded as such', async () => {
  const w = world()
  w.worker('reviews', 'dispatch tick 1 >/dev/null\ndispatch fail 2 "auth/ directory not found" >/dev/null')
  w.worker('writes', 'dispatch tick 1 >/dev/null\ndispatch tick 2 >/dev/null\necho "All items checked."')
  w.config('models: { gpt: { backend: codex, id: gpt-5.3-codex } }\n')
  const task = (id: string, model: string) =>
    `---\nid: ${id}\nmodel: ${model}\n---\n- [ ] Look\n- [ ] Review authentication logic\n`
  const input =
    task('security-review', 'reviews') + task('api-tests', 'gpt') + task('update-readme', 'writes')
  const env = {
    PATH: (w.env.PATH ?? '')
      .split(':')
      .filter((folder) => !existsSync(join(folder, 'codex')))
      .join(':'),
  }
  await w.dispatch(['start', '--all'], { input, env })
  const lines: string[] = []
  while (lines.length < 3) lines.push(...(await told(w)).filter((line) => !line.startsWith('Then run')))
  expect(lines.sort()).toEqual([
    expect.stringMatching(/^api-tests failed: cli-missing: The codex CLI is not available/),
    expect.stringMatching(
      /^security-review failed: crashed: Item 2, Review authentication logic: auth\/ directory not found/,
    ),
    'update-readme done: All items checked. — dispatch output update-readme',
  ])
}, 60_000)

it('a conversation that grew too long is begun anew once, from what is open', async () => {
  const w = stage([
    'dispatch tick 1 >/dev/null; echo "Half of it is done." >.dispatch/tasks/one/context.md; fails 400 "Prompt is too long"',
    'fails 400 "Prompt is too long"',
  ])
  await start(w, 'one', 'opus', ['One', 'Two'])
  expect(await told(w)).toEqual([expect.stringMatching(/^one failed: context-overflow/)])
  const [first = '', second = '', ...more] = callsOf(w, 'one')
  expect(more).toEqual([])
  expect(second).toContain('--session-id')
  expect(second).not.toContain(/--session-id (\S+)/.exec(first)?.[1])
  expect(readFileSync(`${w.folder}/prompt.one.2`, 'utf8')).toContain('Half of it is done.')
}, 60_000)

it('a time limit ends a worker cleanly, and the same conversation can go on', async () => {
  const w = stage(['says "On my way."\nexec sleep 600', 'ends'])
  await w.start('one', 'opus', ['One'], [...full, '--timeout', '1s'])
  expect(await told(w)).toEqual([
    expect.stringMatching(
      /^one failed: timeout: It ran longer than its time limit and was ended; it can be resumed\./,
    ),
  ])
  expect(w.left()).toEqual([])
  await w.ok(['resume', 'one'])
  expect(await told(w)).toEqual([expect.stringMatching(/^one done/)])
  const [first = '', second = ''] = callsOf(w, 'one')
  expect(second).toContain(`--resume ${/--session-id (\S+)/.exec(first)?.[1]}`)
}, 60_000)

it('a budget that nobody can hold is said at the start, and one that is held is for all that goes on by itself', async () => {
  const w = stage([OVERLOADED, 'ends'])
  w.worker('mine', 'dispatch tick 1 >/dev/null')
  w.config('limits: { backoff: [0s] }\n')
  const { stderr } = await w.dispatch(['start', 'own', '--model', 'mine', '--budget', '1'], {
    input: '- [ ] One\n',
  })
  expect(stderr).toContain('command does not tell what it costs: the budget cannot be held')
  await w.start('one', 'opus', ['One'], [...full, '--budget', '1'])
  await until(async () => (await w.task('one')).state === 'done')
  expect(callsOf(w, 'one').map((call) => /--max-budget-usd (\S+)/.exec(call)?.[1])).toEqual(['1', '0.75'])
}, 60_000)

it('a budget that the CLI only tells of is held for as long as somebody listens', async () => {
  const w = world()
  const step = (cost: number) =>
    JSON.stringify({
      type: 'step_finish',
      timestamp: 1,
      sessionID: 'ses_1',
      part: {
        type: 'step-finish',
        reason: 'tool-calls',
        cost,
        tokens: { input: 1, output: 1, reasoning: 0, cache: { read: 0, write: 0 } },
      },
    })
  w.write(
    'path/opencode',
    `#!/bin/sh
case $1 in run) ;; *) echo 1.18.33; exit ;; esac
cat >/dev/null
echo '${step(0.6)}'
until [ -e ${w.folder}/go ]; do sleep 0.02; done
echo '${step(0.6)}'
exec sleep 600
`,
  )
  chmodSync(join(w.folder, 'path', 'opencode'), 0o755)
  w.config('models: { o: { backend: opencode, id: mock/m } }\n')
  await w.start('one', 'o', ['One'], [...full, '--budget', '1'])
  await nothingTold(w)
  w.write('go', '')
  expect(await told(w)).toEqual([expect.stringMatching(/^one failed: budget: It reached its budget/)])
  expect(await w.task('one')).toMatchObject({ cost_usd: 1.2, failure: { class: 'budget' } })
  expect(w.left()).toEqual([])
}, 60_000)

it('a worker that answers its own questions is left alone, and that is told', async () => {
  const w = world()
  w.worker(
    'busy',
    `n=$(ls .dispatch/tasks/one/ipc | grep -c question); n=$(printf %03d $((n + 1)))
cd .dispatch/tasks/one/ipc && echo Why >$n.tmp && mv $n.tmp $n.question && echo So >$n.tmp && mv $n.tmp $n.answer`,
  )
  await w.start('one', 'busy')
  const lines: string[] = []
  await until(async () => {
    lines.push(...(await w.dispatch(['wait', '--timeout', '500ms'])).stdout.split('\n'))
    return lines.some((line) => line.startsWith('one parked: It was brought back three times'))
  })
  await nothingTold(w)
}, 60_000)
