/**
 * Every vendor's worker at places that are full, damaged, oddly named or crowded, and one that is up to no good: the
 * second half of the faults, see faults-backends.client.test.ts. What each profile allows is in the vendors' own tests.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { until } from '../support/until.ts'
import { kill } from '../support/world.ts'
import { type FaultStage, faultStage, PATIENCE, steps, VENDORS } from './faults-stage.ts'
import { bash, type Script, say } from './script.ts'
import { item } from './worker.ts'

vi.setConfig({ testTimeout: 4 * PATIENCE })

const noDisk = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status !== 0
if (noDisk && process.env.CI) throw new Error('the tests with a full disk cannot be left out in CI')

/** A model that answers when it is told to. */
function gated(reply: ReturnType<typeof say>): { script: Script; go: () => void } {
  let go = (): void => {}
  const gate = new Promise<void>((resolve) => {
    go = resolve
  })
  return { script: () => gate.then(() => reply), go: () => go() }
}

/** Ends of other vendors' runs, as they stand in their logs. */
const FOREIGN = [
  '{"type":"result","subtype":"success","is_error":false,"result":"Not mine.","session_id":"x"}',
  '{"type":"turn.completed","usage":{"input_tokens":9,"output_tokens":9}}',
  '{"type":"result","status":"success","stats":{"input_tokens":9,"output_tokens":9}}',
  '{"type":"step_finish","sessionID":"x","part":{"reason":"stop","tokens":{"input":9,"output":9}}}',
  '{"type":"turn.completed","usage":"\\u0000\\ud800"',
  '\u0000\u0000[[[{"type":',
]

describe.each(VENDORS)('$name', (vendor) => {
  const it = test.skipIf(!vendor.isThere)

  test.skipIf(noDisk || !vendor.isThere)(
    'a disk that is full while it works: never done by mistake, and gone on with',
    async () => {
      const { script, go } = gated(item(2))
      // How often it asks in vain is its own affair.
      const [full, freed] = [steps(item(1), script), steps(item(2), say('Finished.'))]
      let isFree = false
      const s = await faultStage(vendor, { one: (turn) => (isFree ? freed : full)(turn) })
      rmSync(s.repo, { recursive: true })
      mkdirSync(s.repo)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', s.repo])
      const ballast = join(s.repo, 'ballast')
      onTestFinished(async () => {
        rmSync(ballast, { force: true })
        await s.dispatch(['stop', '--all'])
        execFileSync('umount', ['-l', s.repo])
      })
      s.git('init', '-q')
      s.git('commit', '-q', '--allow-empty', '-m', 'Begin')
      await s.begin('one', ['First', 'Second'])
      await until(() => s.asked('one').length === 2, 'it did not ask', PATIENCE)
      fill(ballast)
      go()
      // It ends in its own way, or goes on in vain; then somebody ends it. Meanwhile everything can be read.
      await until(
        () => s.asked('one').length > 2 || s.processes().length === 0,
        'nothing came of it',
        PATIENCE,
      )
      expect(await s.task('one')).toMatchObject({ items: { done: 1, total: 2 } })
      for (const { pid } of s.processes()) kill(pid)
      rmSync(ballast)
      isFree = true
      // Its CLI says how it ended, or that all is well; what it could not tick is open whatever it says.
      await s.comesTo('one', 'failed', 'lost', 'incomplete')
      await s.ok(['resume', 'one'])
      expect(await s.comesTo('one', 'done', 'failed', 'incomplete')).toMatchObject({
        state: 'done',
        items: { done: 2 },
      })
    },
  )

  it('a log that is emptied, or gets lines of others, in the middle of the work', async () => {
    const gates = { emptied: gated(say('Mine.')), strange: gated(say('Mine.')), killed: gated(say('Mine.')) }
    const s = await faultStage(
      vendor,
      Object.fromEntries(Object.entries(gates).map(([id, { script }]) => [id, steps(item(1), script)])),
    )
    for (const id of Object.keys(gates)) await s.begin(id)
    const log = (id: string) => s.path(id, 'attempts/001/log')
    for (const id of Object.keys(gates))
      await until(() => s.asked(id).length === 2, `${id} did not ask`, PATIENCE)
    truncateSync(log('emptied'))
    for (const id of ['strange', 'killed']) appendFileSync(log(id), `${strangeTo(vendor.name).join('\n')}\n`)
    for (const { pid } of s.processes().filter(({ pid }) => pid === s.pidIn('killed', 'attempt'))) kill(pid)
    for (const { go } of Object.values(gates)) go()
    for (const id of ['emptied', 'strange'])
      expect([id, await s.comesTo(id, 'done', 'failed')]).toMatchObject([
        id,
        { state: 'done', summary: 'Mine.' },
      ])
    expect(await s.comesTo('killed', 'done', 'failed')).toMatchObject({
      state: 'failed',
      failure: { class: 'killed' },
    })
    for (const id of Object.keys(gates)) expect((await s.dispatch(['log', id])).code).toBe(0)
  })

  it('a log that is gone when its end is settled: no success, and how to go on', async () => {
    const s = await faultStage(vendor, { one: steps(item(1), say('Finished.'), item(1), say('Again.')) })
    s.hold('_settle')
    await s.begin('one')
    await until(() => existsSync(s.path('one', 'attempts/001/ended.yaml')), 'it did not end', PATIENCE)
    kill(s.pidIn('one', 'supervisor'))
    s.release()
    writeFileSync(s.path('one', 'attempts/001/log'), '')
    const view = await s.task('one')
    expect(view).toMatchObject({ state: 'failed', failure: { class: 'crashed' } })
    expect(view.failure?.message).toMatch(/without saying that it was finished/)
    // Nobody knows its conversation any more: a new one, with what is on record.
    await s.ok(['resume', 'one'])
    expect(await s.comesTo('one', 'done', 'failed', 'incomplete')).toMatchObject({
      state: 'done',
      attempt: 2,
    })
  })

  it('names that a shell, a glob or a parser would take for something else', async () => {
    const ids = { [`x${'-long'.repeat(12)}-id`]: [], linked: ['--worktree'] }
    const works = (id: string) =>
      steps(
        item(1),
        bash('echo new > made.txt && git add made.txt && git commit -qm Work'),
        bash(`echo "It is there." > .dispatch/tasks/${id}/output.md`),
        say('Finished.'),
      )
    const s = await faultStage(vendor, Object.fromEntries(Object.keys(ids).map((id) => [id, works(id)])))
    // Codex takes three of them for patterns, and is held by its older rules then: codex-rights.test.ts. Gemini's shell
    // tool runs nothing in a folder with double quotes in its name.
    const own = { codex: '"', gemini: '[a]*?', opencode: '"[a]*?', cursor: '"[a]*?' }[vendor.name]
    const cwd = join(s.folder, `o'dd ${own} $(touch ran) {b}; é #&`)
    mkdirSync(cwd)
    execFileSync('git', ['clone', '-q', s.repo, '.'], { cwd, env: s.env })
    const task = async (id: string) => JSON.parse(await s.ok(['status', id, '--json'], { cwd })).tasks[0]
    for (const [id, flags] of Object.entries(ids)) {
      await s.ok(['start', id, '--model', vendor.name, ...flags], { cwd, input: '# T\n\n- [ ] One\n' })
      const isOver = async () => !['running', 'queued'].includes((await task(id)).state)
      await until(isOver, 'it did not end', PATIENCE)
      const view = await task(id)
      expect(view, said(s, id)).toMatchObject({
        state: 'done',
        failure: null,
        summary: 'It is there.',
        denied: [],
      })
      expect(readFileSync(join(view.worktree ?? cwd, 'made.txt'), 'utf8')).toBe('new\n')
    }
    expect(existsSync(join(s.repo, 'ran')) || existsSync(join(cwd, 'ran'))).toBe(false)
  })

  it('eight at once, beside each other in one folder: each ticks its own', async () => {
    const ids = Array.from({ length: 8 }, (_, i) => `t${i}`)
    const s = await faultStage(
      vendor,
      Object.fromEntries(
        ids.map((id) => [
          id,
          steps(item(1, `by ${id}`), item(2, `by ${id}`), item(3, `by ${id}`), say(`I am ${id}.`)),
        ]),
      ),
    )
    const items = '- [ ] One\n- [ ] Two\n- [ ] Three\n'
    const documents = ids.map((id) => `---\nid: ${id}\nmodel: ${vendor.name}\n---\n${items}`)
    await s.ok(['start', '--all'], { input: documents.join('') })
    for (const id of ids) {
      const view = await s.comesTo(id, 'done', 'failed', 'incomplete', 'lost')
      expect(view, said(s, id)).toMatchObject({
        id,
        state: 'done',
        failure: null,
        summary: `I am ${id}.`,
        attempt: 1,
      })
      expect(
        readFileSync(s.path(id, 'plan.md'), 'utf8').match(new RegExp(`\\[x\\].*by ${id}`, 'g')),
      ).toHaveLength(3)
    }
    expect(existsSync(join(s.repo, '.git/config.worktree'))).toBe(false)
    expect(s.processes()).toEqual([])
  })

  it('one that takes itself for the lead, and lays traps', async () => {
    const other = gated(say('Finished.'))
    const trap = `echo evil > "$1"`
    const tries = [
      'dispatch stop other; dispatch start x; dispatch answer other 001 Yes; dispatch note other x; dispatch config',
      'env -u DISPATCH_TASK -u DISPATCH_ATTEMPT dispatch stop other; env -u DISPATCH_TASK dispatch note other evil',
      'DISPATCH_TASK=other DISPATCH_ATTEMPT=001 dispatch tick 1 evil',
      'echo evil > .dispatch/tasks/other/plan.md; echo evil > .dispatch/tasks/other/ipc/001.answer',
      'echo evil > .dispatch/tasks/one/attempts/001/log; rm -rf .dispatch/locks .dispatch/tasks/other; touch .dispatch/x',
      'git config core.fsmonitor evil; git config --worktree core.pager evil; git config --global core.pager evil',
      `printf '#!/bin/sh\\n${trap}\\n' > .git/hooks/post-commit; mkdir -p .git/modules/x; echo x > .git/info/attributes`,
      'echo "default: evil" > ~/.dispatch/config.yaml; mkdir -p ~/.dispatch/bin; echo x > ~/.profile',
    ]
    const s = await faultStage(vendor, {
      one: steps(...tries.map((command) => bash(command)), item(1), say('Tried.')),
      other: steps(item(1), other.script),
    })
    const config = join(s.state, 'config.yaml')
    await s.begin('other')
    await until(() => s.asked('other').length === 2, 'the other one did not begin', PATIENCE)
    const kept = [config, join(s.home, '.gitconfig'), join(s.repo, '.git/config'), s.path('other', 'plan.md')]
    const before = kept.map((path) => readFileSync(path, 'utf8'))
    await s.begin('one')
    expect(await s.comesTo('one', 'done', 'failed', 'incomplete')).toMatchObject({ state: 'done' })
    expect(kept.map((path) => readFileSync(path, 'utf8'))).toEqual(before)
    expect(await s.task('other')).toMatchObject({ state: 'running', attempt: 1, items: { done: 1 } })
    const planted = [
      'repo/.git/hooks/post-commit',
      'repo/.git/info/attributes',
      'repo/.git/modules/x',
      'home/.profile',
    ]
    const inState = ['x', 'tasks/x', 'tasks/other/ipc/001.answer', 'tasks/other/notes/001.note'].map(
      (name) => `repo/.dispatch/${name}`,
    )
    expect([...planted, ...inState].filter((name) => existsSync(join(s.folder, name)))).toEqual([])
    other.go()
    expect((await s.comesTo('other', 'done', 'failed')).state).toBe('done')
  })
})

/** What its commands printed, to be seen when it is not done. */
const said = (s: FaultStage, id: string) =>
  s
    .asked(id)
    .map(({ turn }) => turn.results)
    .join('\n')

/** Lines that are nothing to this vendor's reader. Cursor's last event has the shape of Claude Code's. */
const strangeTo = (name: string): string[] => {
  const own: Record<string, number[]> = { codex: [1], gemini: [2], opencode: [3], cursor: [0, 2] }
  return FOREIGN.filter((_, at) => !own[name]?.includes(at))
}

function fill(ballast: string): void {
  try {
    for (const block = Buffer.alloc(4096); ; ) writeFileSync(ballast, block, { flag: 'a' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}
