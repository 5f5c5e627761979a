/** Reviewers as real processes: scripts that read their prompt and hand in a report, or do not. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { occupy, REPORT, reviews, writing } from '../../../test/support/reviews.ts'
import { until } from '../../../test/support/until.ts'
import { world } from '../../../test/support/world.ts'

const attemptsOf = (root: string, id: string) =>
  readdirSync(join(root, 'tasks', id, 'attempts')).filter((name) => /^\d+$/.test(name))

describe('a reviewer', () => {
  test('is told its job with a patch that it can read, and its report is accepted under its configured name', async () => {
    const w = world()
    w.worker(
      'good',
      `cat > "$WORLD/prompt"\ncat "$DISPATCH_ROOT/tasks/$DISPATCH_TASK/data/diff-1.patch" > "$WORLD/patch"\n${writing(REPORT)}`,
    )
    const r = await reviews(w, [{ id: 'codex', type: 'good' }])
    await r.start('codex')
    const accepted = await r.settled('codex')
    expect(accepted).toMatchObject({
      kind: 'reviewer_report',
      report: { reviewer: 'codex', issues: [{ location: 'src/a.ts:12', severity: 'critical' }] },
    })
    expect(readFileSync(join(w.folder, 'patch'), 'utf8')).toContain('THE PATCH')
    const prompt = readFileSync(join(w.folder, 'prompt'), 'utf8')
    for (const said of [
      `${w.path('cache-b02-codex-1', 'data', 'diff-1.patch')}`,
      '> Add a cache.',
      'reviewer: codex',
    ])
      expect(prompt).toContain(said)
    expect(r.read('codex', 'raw')).toBe(`${REPORT}\n`)
    const task = await w.task('cache-b02-codex-1')
    expect(task).toMatchObject({ title: 'Review of batch 2 of cache by codex', profile: 'read-only' })
  })

  test('that only prints its report is heard as well', async () => {
    const w = world()
    w.worker(
      'printer',
      `cat > /dev/null\necho Looking.\ncat <<'EOF'\n${REPORT.replace('  issues:', '\n  issues:')}\nEOF`,
    )
    const r = await reviews(w, [{ id: 'codex', type: 'printer' }])
    await r.start('codex')
    expect(await r.settled('codex')).toMatchObject({ kind: 'reviewer_report', report: { reviewer: 'codex' } })
  })

  test('started twice, or after a kill before that was recorded, is one task with one attempt', async () => {
    const w = world()
    w.worker('good', `cat > /dev/null\necho x >> "$WORLD/runs"\n${writing(REPORT)}`)
    const r = await reviews(w, [{ id: 'codex', type: 'good' }])
    await Promise.all([r.start('codex'), r.start('codex')])
    rmSync(r.path('codex', 'claim.yaml'))
    await r.start('codex')
    expect(await r.settled('codex')).toMatchObject({ kind: 'reviewer_report' })
    expect(attemptsOf(w.root, 'cache-b02-codex-1')).toEqual(['001'])
    expect(readFileSync(join(w.folder, 'runs'), 'utf8')).toBe('x\n')
  })

  test('whose start was killed at any moment is started by who comes next', async () => {
    const w = world()
    w.worker('good', `cat > /dev/null\necho x >> "$WORLD/runs"\n${writing(REPORT)}`)
    const r = await reviews(w, [{ id: 'codex', type: 'good' }])
    const script = join(w.folder, 'start.mts')
    const here = (name: string) => JSON.stringify(new URL(name, import.meta.url).href)
    w.write(
      'start.mts',
      `import { startReview } from ${here('external.ts')}
import { loadConfig } from ${here('../../config/load.ts')}
const [ground, facts, attempt] = ${JSON.stringify([r.at.ground, r.facts(), r.attempt('codex')])} as never
const at = { ground: { ...ground, config: loadConfig(ground.home) }, top: ${JSON.stringify(w.repo)} }
await startReview(at, facts, attempt)
`,
    )
    const tsx = new URL('../../../node_modules/tsx/dist/esm/index.mjs', import.meta.url).href
    const starting = w.process([process.execPath, '--import', tsx, script])
    await until(() => existsSync(w.path('cache-b02-codex-1')), 'it did not begin', 25_000)
    starting.kill('SIGKILL')
    await starting.ended
    await r.start('codex')
    expect(await r.settled('codex')).toMatchObject({ kind: 'reviewer_report' })
    expect(readFileSync(join(w.folder, 'runs'), 'utf8')).toBe('x\n')
  })
})

describe('a reviewer that cannot be started is settled as failed, and says why', () => {
  test.each<[string, { id: string; type: string; model?: string }, RegExp]>([
    ['its backend is not there', { id: 'x', type: 'nobody' }, /nobody/],
    ['its model is not known', { id: 'x', type: 'codex', model: 'no such model' }, /no such model/],
    [
      'its model is run by another CLI',
      { id: 'x', type: 'codex', model: 'openai/gpt-5.2' },
      /type: opencode/,
    ],
  ])('%s', async (_, reviewer, why) => {
    const w = world()
    const r = await reviews(w, [reviewer])
    const notices = await r.start('x')
    expect(r.attempt('x').accepted).toMatchObject({
      kind: 'none',
      status: 'failed',
      message: expect.stringMatching(why),
    })
    expect(r.attempt('x').claim).toBeDefined()
    expect(notices.join()).toMatch(why)
  })

  test('its CLI is not installed', async () => {
    const w = world()
    w.env.PATH = `${w.folder}/path:/usr/bin:/bin`
    const r = await reviews(w, [{ id: 'gemini', type: 'gemini' }])
    await r.start('gemini')
    expect(await r.settled('gemini')).toMatchObject({
      kind: 'none',
      status: 'failed',
      message: expect.stringContaining('gemini'),
    })
  })

  test('a task of that id is somebody else’s', async () => {
    const w = world()
    w.worker('good', writing(REPORT))
    const r = await reviews(w, [{ id: 'codex', type: 'good' }])
    occupy(w, 'cache-b02-codex-1')
    await r.start('codex')
    expect(r.attempt('codex').accepted).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('no part of this run'),
    })
  })

  test('the effort is no word', async () => {
    const w = world()
    w.worker('good', writing(REPORT))
    const r = await reviews(w, [{ id: 'codex', type: 'good' }], { effort: 'high" --yolo' })
    await r.start('codex')
    expect(r.attempt('codex').accepted).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('effort'),
    })
  })
})
