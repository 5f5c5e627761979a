/** A run that is killed, doubled, starved of space, edited and rebased: nothing is lost and nothing is done twice. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import type { Step } from '../../runtime/run/step.ts'
import { type Act, type Acts, implementer, nodeProject, Play, reviewer, tester } from '../support/play.ts'
import { type World, world } from '../support/world.ts'

const UNITS: Record<string, [string, number]> = { T001: ['one', 1], T002: ['two', 2], T003: ['three', 3] }

/** Everybody does right, but for one defect that is found once and mended. */
const acts =
  (found: { once: boolean }): Acts =>
  (attempt) => {
    if (attempt === 'T001-fix-1')
      return {
        files: { 'src/one.js': '/** One. */\nexport const one = () => 1\n' },
        report: {
          fix_report: { status: 'success', fixes_applied: [{ issue: 'B01-I01', fix: 'A comment.' }] },
        },
      }
    if (attempt === 'B01-review-claude-1' && found.once)
      return reviewer(1, [
        {
          severity: 'critical',
          location: 'src/one.js:1',
          description: 'One is not documented.',
          task: 'T001',
        },
      ])
    const [, key] = /^(?:B0?(\d+)|final)-review/.exec(attempt) ?? []
    if (attempt.includes('-review-')) return reviewer(key === undefined ? 'final' : Number(key))
    const [name, value] = UNITS[attempt.slice(0, 4)] ?? ['', 0]
    return attempt.includes('-red-') ? tester(name, value) : implementer(name, value)
  }
const HONEST = acts({ once: false })

const TASKS = [
  { id: 'T001', content: 'Add one', file: 'src/one.js' },
  { id: 'T002', content: 'Add two', file: 'src/two.js', depends_on: ['T001'] },
]

function project(tasks = TASKS, w: World = world()): Play {
  const play = new Play(w)
  nodeProject(play)
  play.spec(tasks)
  return play
}

/** Facts of the run, by their paths. */
function factsOf({ world: { root }, name }: Play): string[] {
  const folder = join(root, 'runs', name)
  for (;;)
    try {
      if (!existsSync(folder)) return []
      return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
        /\.(yaml|report|patch|md)$/.test(path),
      )
    } catch (error) {
      // A lock, which is a folder, went while it was looked into.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
}

const commits = ({ world }: Play) =>
  world
    .git('log', '--format=%s|%(trailers:key=Batch,valueonly,separator=%x2C)', 'main..feat/demo')
    .trim()
    .split('\n')
    .map((line) => line.split('|')[1])

function expectWhole(play: Play, step: Step, batches: string[]): void {
  expect(step, step.message).toMatchObject({ action: 'done' })
  expect(commits(play)).toEqual(batches)
  expect(play.world.git('status', '--porcelain').trim()).toBe('')
  expect(Object.values(play.yaml('review.yaml').readiness)).toEqual(Array(5).fill(true))
}

describe('killed', () => {
  /** Called again and again, and with all that it started killed as soon as it left one more fact behind. */
  async function harried(
    play: Play,
    words: string[],
    input = '',
  ): Promise<{ stdout: string; kills: number }> {
    const { world } = play
    const seen = new Set(factsOf(play))
    for (let kills = 0; ; kills++) {
      const call = world.spawn(words, { input })
      let over = false
      const ended = call.ended.then((end) => {
        over = true
        return end
      })
      while (!over && factsOf(play).every((fact) => seen.has(fact)))
        await new Promise((go) => setTimeout(go, 1))
      const fresh = factsOf(play).filter((fact) => !seen.has(fact))
      if (over && fresh.length === 0) {
        const { code, stdout, stderr } = await ended
        if (code !== 0) throw new Error(`dispatch ${words.join(' ')} exited with ${code}\n${stdout}${stderr}`)
        return { stdout, kills }
      }
      for (const fact of fresh) seen.add(fact)
      for (const { pid } of world.left()) {
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It ended by itself.
        }
      }
      const { code, stdout } = await ended
      if (code === 0) return { stdout, kills }
    }
  }

  test('after each fact of a batch, it goes on where it was', { timeout: 300_000 }, async () => {
    const play = project(TASKS.slice(0, 1))
    const does = acts({ once: true })
    let kills = 0
    const call = async (words: string[], input = '') => {
      const done = await harried(play, words, input)
      kills += done.kills
      return done.stdout
    }
    let step = JSON.parse(await call(['run', '--json'])) as Step
    while (step.action === 'spawn') {
      for (const { attempt } of step.agents) {
        const act: Act = does(attempt)
        await call(['brief', attempt])
        for (const [path, text] of Object.entries(act.files ?? {})) play.write(path, text)
        await call(['submit', attempt], stringify(act.report))
      }
      step = JSON.parse(await call(['next', '--json'])) as Step
    }
    expectWhole(play, step, ['final', '1/1'])
    expect(play.yaml('review.yaml').issues.critical).toMatchObject([{ id: 'B01-I01', status: 'resolved' }])
    expect(kills).toBeGreaterThan(15)
    // Nothing was done twice: one attempt for each piece of work.
    const attempts = factsOf(play)
      .filter((path) => path.endsWith('spawn.yaml'))
      .map((path) => path.split('/').at(-2))
    expect(attempts.sort()).toEqual(
      [
        'B01-review-claude-1',
        'B01-review-claude-2',
        'T001-fix-1',
        'T001-green-1',
        'T001-red-1',
        'final-review-claude-1',
      ].sort(),
    )
  })
})

describe('two leads', () => {
  test('eight that ask at once hear the same, and nothing is done twice', { timeout: 200_000 }, async () => {
    const play = project(TASKS.slice(0, 1))
    const ask = async () => {
      const said = await Promise.all(Array.from({ length: 8 }, () => play.step(['next'])))
      for (const step of said) expect(step).toEqual(said[0])
      return said[0] as Step
    }
    await play.step(['run'])
    let step = await ask()
    while (step.action === 'spawn') {
      for (const { attempt } of step.agents) await play.act(attempt, HONEST(attempt))
      step = await ask()
    }
    expectWhole(play, step, ['final', '1/1'])
  })

  test('a second session is refused while the first lives', async () => {
    const play = project(TASKS.slice(0, 1))
    const { world } = play
    const client = world.process(['sleep', '600'])
    const first = { CLAUDE_CODE_SESSION_ID: 'session-one', CLAUDE_PID: String(client.pid) }
    const other = world.process(['sleep', '600'])
    const second = { CLAUDE_CODE_SESSION_ID: 'session-two', CLAUDE_PID: String(other.pid) }
    await play.step(['run'], first)
    await world.ok(['brief', 'T001-red-1'], { env: first })
    const refused = await world.dispatch(['run', '--json'], { env: second })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('another session')
    await client.kill('SIGKILL')
    const taken = await play.step(['run'], second)
    expect(taken.agents.map(({ attempt }) => attempt)).toEqual(['T001-red-2'])
    await other.kill('SIGKILL')
  })
})

describe('a session that is killed', () => {
  /** An attempt that was taken in a session whose client is killed then. */
  async function taken() {
    const play = project(TASKS.slice(0, 1))
    const client = play.world.process(['sleep', '600'])
    const env = { CLAUDE_CODE_SESSION_ID: 'session-one', CLAUDE_PID: String(client.pid) }
    await play.step(['run'], env)
    await play.world.ok(['brief', 'T001-red-1'], { env })
    return { play, client }
  }

  test('what its agent was at is begun anew, without being asked for', async () => {
    const { play, client } = await taken()
    expect(await play.step(['next'])).toMatchObject({ action: 'wait' })
    await client.kill('SIGKILL')
    expect((await play.step(['next'])).agents.map(({ attempt }) => attempt)).toEqual(['T001-red-2'])
  })

  test('what its agent had handed in is verified all the same', { timeout: 60_000 }, async () => {
    const { play, client } = await taken()
    const { files = {}, report } = tester('one', 1)
    for (const [path, text] of Object.entries(files)) play.write(path, text)
    const folder = join(play.world.root, 'runs/demo/batch-01/T001-red-1/submissions')
    mkdirSync(folder)
    writeFileSync(join(folder, '001.report'), stringify(report))
    await client.kill('SIGKILL')
    expect((await play.step(['next'])).agents.map(({ attempt }) => attempt)).toEqual(['T001-green-1'])
  })
})

describe('documents that somebody edits in between', () => {
  test('tasks.yaml that is no YAML any more is named with its line, and nothing is lost', {
    timeout: 120_000,
  }, async () => {
    const play = project(TASKS.slice(0, 1))
    await play.step(['run'])
    const path = `${play.folder}/tasks.yaml`
    await play.until(HONEST, ({ phase }) => phase === 'review')
    const before = play.read(path)
    await play.act('B01-review-claude-1', reviewer(1)).catch(() => undefined)
    play.write(path, `${before}\n  - [broken\n`)
    const { code, stderr } = await play.world.dispatch(['next'])
    expect(code === 65 || code === 0).toBe(true)
    if (code === 65) expect(stderr).toMatch(/tasks\.yaml:\d+/)
    play.write(path, before)
    expectWhole(play, await play.until(HONEST), ['final', '1/1'])
  })

  test('review.yaml and checkpoint.yaml are computed: damaged ones are kept aside', {
    timeout: 120_000,
  }, async () => {
    const play = project(TASKS)
    await play.step(['run'])
    await play.until(HONEST, (step) => step.batch?.number === 2)
    play.write(`${play.folder}/review.yaml`, 'a: [')
    play.write(`${play.folder}/checkpoint.yaml`, '{{')
    expectWhole(play, await play.until(HONEST), ['final', '2/2', '1/2'])
    const aside = readdirSync(join(play.world.root, 'runs/demo/set-aside'))
    expect(aside.some((name) => name.endsWith('review.yaml'))).toBe(true)
    expect(aside.some((name) => name.endsWith('checkpoint.yaml'))).toBe(true)
  })

  test('a new task is planned when the run is taken up, and not before', { timeout: 120_000 }, async () => {
    const play = project(TASKS.slice(0, 1))
    await play.step(['run'])
    const path = `${play.folder}/tasks.yaml`
    play.write(
      path,
      `${play.read(path)}  - id: T003\n    content: Add three\n    status: pending\n    file: src/three.js\n`,
    )
    expect((await play.step(['next'])).batch).toEqual({ number: 1, total: 1 })
    const { stderr } = await play.world.dispatch(['run', '--json'])
    expect(stderr).toContain('T003')
    expectWhole(play, await play.until(HONEST), ['final', '2/2', '1/2'])
  })
})

describe('git, in the meantime', () => {
  test('a branch that was rebased is asked about, and then followed', { timeout: 200_000 }, async () => {
    const play = project(TASKS)
    const { world } = play
    await play.step(['run'])
    await play.until(HONEST, (step) => step.batch?.number === 2)
    world.git('stash', '-q', '--include-untracked')
    world.git('switch', '-q', 'main')
    play.write('README.md', 'Somebody else.\n')
    play.commit('A commit of somebody else')
    world.git('switch', '-q', 'feat/demo')
    world.git('rebase', '-q', 'main')
    world.git('stash', 'pop', '-q')
    const asked = await play.step(['next'])
    expect(asked).toMatchObject({ action: 'ask' })
    expect(asked.message).toMatch(/rewritten/)
    await play.step(['decide', 'go on'])
    expectWhole(play, await play.until(HONEST), ['final', '2/2', '1/2'])
    expect(world.git('show', '--format=', '--name-only', 'HEAD~1')).not.toContain('README.md')
  })

  test('a commit of somebody else on the branch is none of the batch', { timeout: 200_000 }, async () => {
    const play = project(TASKS.slice(0, 1))
    const { world } = play
    const first = await play.step(['run'])
    for (const { attempt } of first.agents) await play.act(attempt, HONEST(attempt))
    play.write('README.md', 'Mine.\n')
    world.git('add', 'README.md')
    world.git('commit', '-q', '-m', 'Mine', '--', 'README.md')
    expect(await play.step(['next'])).toMatchObject({ action: 'ask' })
    await play.step(['decide', 'go on'])
    expectWhole(play, await play.until(HONEST), ['final', '1/1', ''])
  })

  test('what the user has changed besides stays as it is, staged or not', { timeout: 120_000 }, async () => {
    const play = project(TASKS.slice(0, 1))
    const { world } = play
    play.write('notes.txt', 'one\n')
    play.write('todo.txt', 'one\n')
    play.commit('Notes')
    play.write('notes.txt', 'two\n')
    world.git('add', 'notes.txt')
    play.write('todo.txt', 'two\n')
    play.write('own.txt', 'untracked\n')
    await play.step(['run'])
    const step = await play.until(HONEST)
    expect(step, step.message).toMatchObject({ action: 'done' })
    expect(world.git('status', '--porcelain')).toBe('M  notes.txt\n M todo.txt\n?? own.txt\n')
  })
})

describe('a disk without space', () => {
  const { status, stderr } = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
    encoding: 'utf8',
  })
  if (status !== 0 && process.env.CI)
    throw new Error(`the tests with a full disk cannot be left out in CI: ${stderr}`)

  test.skipIf(status !== 0)(
    'is said clearly at the commit, and it goes on when there is space',
    { timeout: 120_000 },
    async () => {
      const w = world()
      rmSync(w.repo, { recursive: true })
      mkdirSync(w.repo)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', w.repo])
      onTestFinished(() => void execFileSync('umount', ['-l', w.repo]))
      w.git('init', '-q', '-b', 'main')
      const play = project(TASKS.slice(0, 1), w)
      play.write('.gitignore', 'ballast\n')
      play.commit('Ignore')
      await play.step(['run'])
      await play.until(HONEST, ({ phase }) => phase === 'review')
      await w.ok(['brief', 'B01-review-claude-1'])
      await play.submit('B01-review-claude-1', reviewer(1).report)
      const ballast = join(w.repo, 'ballast')
      const block = Buffer.alloc(4096)
      try {
        for (;;) writeFileSync(ballast, block, { flag: 'a' })
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
      const before = readFileSync(join(w.repo, play.folder, 'tasks.yaml'), 'utf8')
      const full = await w.dispatch(['next'])
      expect(full.code).not.toBe(0)
      expect(full.stderr).toMatch(/space|full/i)
      expect(full.stderr).not.toContain('bug')
      expect(readFileSync(join(w.repo, play.folder, 'tasks.yaml'), 'utf8').length).toBeGreaterThanOrEqual(
        before.length,
      )
      rmSync(ballast)
      expectWhole(play, await play.until(HONEST), ['final', '1/1'])
    },
  )
})
