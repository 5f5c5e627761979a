/** What comes back from reviewers that do not do as they were told. Real processes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REPORT, reviews, writing } from '../../../test/support/reviews.ts'
import { until } from '../../../test/support/until.ts'
import { world } from '../../../test/support/world.ts'

const OUTPUT = '"$DISPATCH_ROOT/tasks/$DISPATCH_TASK/output.md"'
const ID = 'cache-b02-codex-1'
const CODEX = [{ id: 'codex', type: 'bad' }]

test('a report that cannot be read goes back once, with what is wrong', async () => {
  const w = world()
  w.worker(
    'bad',
    `cat > "$WORLD/prompt-$DISPATCH_ATTEMPT"
if [ "$DISPATCH_ATTEMPT" = 001 ]; then printf 'reviewer_report:\\n  reviewer: me\\n  verdict: fine\\n' > ${OUTPUT}; else ${writing(REPORT)}
fi`,
  )
  const r = await reviews(w, CODEX)
  await r.start('codex')
  expect(await r.settled('codex')).toMatchObject({ kind: 'reviewer_report' })
  const prompt = readFileSync(join(w.folder, 'prompt-002'), 'utf8')
  for (const said of ['cannot be used yet', 'verdict', ID]) expect(prompt).toContain(said)
})

test('killed between saying that it goes back and sending it back, it goes back once', async () => {
  const w = world()
  w.worker(
    'bad',
    `cat > "$WORLD/prompt-$DISPATCH_ATTEMPT"\n[ "$DISPATCH_ATTEMPT" = 001 ] || ${writing(REPORT)}`,
  )
  const r = await reviews(w, CODEX)
  await r.start('codex')
  await until(async () => (await w.task(ID)).ended_at)
  writeFileSync(r.path('codex', 'mended.yaml'), 'after: 1\nwhy: said before the kill\n')
  expect(await r.settled('codex')).toMatchObject({ kind: 'reviewer_report' })
  expect(readFileSync(join(w.folder, 'prompt-002'), 'utf8')).toContain('said before the kill')
})

describe('without a report in the end', () => {
  test('what it wrote is kept as it is, and it is failed after the second try', async () => {
    const w = world()
    w.worker('bad', `cat > /dev/null\necho 'Looks good to me!' > ${OUTPUT}`)
    const r = await reviews(w, CODEX)
    await r.start('codex')
    expect(await r.settled('codex')).toMatchObject({
      ...{ kind: 'none', status: 'failed' },
      message: expect.stringContaining('cannot be read'),
    })
    expect(r.read('codex', 'raw')).toBe('Looks good to me!\n')
    expect(readdirSync(w.path(ID, 'attempts')).filter((name) => /^\d+$/.test(name))).toEqual(['001', '002'])
  })

  test('that crashed is failed at once', async () => {
    const w = world()
    w.worker('bad', 'cat > /dev/null\necho boom >&2\nexit 3')
    const r = await reviews(w, CODEX)
    await r.start('codex')
    expect(await r.settled('codex')).toMatchObject({ kind: 'none', status: 'failed' })
    expect(existsSync(r.path('codex', 'mended.yaml'))).toBe(false)
  })

  test('one that takes too long is ended, and what it had written does not count', async () => {
    const w = world()
    w.worker('bad', `cat > /dev/null\n${writing(REPORT)}\nsleep 600`)
    const r = await reviews(w, CODEX, { timeout: 1000 })
    await r.start('codex')
    expect(await r.settled('codex')).toEqual({
      ...{ kind: 'none', status: 'timeout', message: 'It took longer than 1s.' },
    })
    expect(r.read('codex', 'raw')).toBe(`${REPORT}\n`)
  })

  test('one that a person stopped is failed', async () => {
    const w = world()
    w.worker('bad', 'cat > /dev/null\nsleep 600')
    const r = await reviews(w, CODEX)
    await r.start('codex')
    await w.ok(['stop', ID])
    expect(await r.settled('codex')).toMatchObject({ status: 'failed', message: 'It was stopped.' })
  })

  test('the demo worker plays a review, and its play is none', async () => {
    const w = world()
    const r = await reviews(w, [{ id: 'codex', type: 'demo' }])
    w.env.DISPATCH_DEMO_PACE = '1'
    await r.start('codex')
    expect(await r.settled('codex')).toMatchObject({ kind: 'none', status: 'failed' })
    expect(r.read('codex', 'raw')).toContain('demo worker')
  })
})

test('a question is answered by the run: nobody else would', async () => {
  const w = world()
  w.worker('bad', `cat > /dev/null\ndispatch ask 'Which one?' > "$WORLD/heard"\n${writing(REPORT)}`)
  const r = await reviews(w, CODEX)
  await r.start('codex')
  expect(await r.settled('codex')).toMatchObject({ kind: 'reviewer_report' })
  expect(readFileSync(join(w.folder, 'heard'), 'utf8')).toContain('Nobody answers here')
})

test('a finding outside of the repository or of the tasks is sent back', async () => {
  const w = world()
  w.worker('bad', `cat > "$WORLD/prompt-$DISPATCH_ATTEMPT"\n${writing(REPORT.replace('T001', 'T999'))}`)
  const r = await reviews(w, CODEX)
  await r.start('codex')
  expect(await r.settled('codex')).toMatchObject({
    status: 'failed',
    message: expect.stringContaining('T999'),
  })
})

test('two callers at once settle it once, and send it back once', async () => {
  const w = world()
  w.worker('bad', `cat > /dev/null\necho x >> "$WORLD/runs"\necho no > ${OUTPUT}`)
  const r = await reviews(w, CODEX)
  await r.start('codex')
  await until(async () => {
    await Promise.all([r.collect(), r.collect()])
    return r.attempt('codex').accepted
  }, 'it did not settle')
  expect(readFileSync(join(w.folder, 'runs'), 'utf8')).toBe('x\nx\n')
})

test('what was removed before it was collected is started again', async () => {
  const w = world()
  w.worker('bad', `cat > /dev/null\n${writing(REPORT)}`)
  const r = await reviews(w, CODEX)
  await r.start('codex')
  await until(async () => (await w.task(ID)).ended_at)
  await w.ok(['clean', ID, '--yes'])
  expect(existsSync(w.path(ID))).toBe(false)
  expect(await r.settled('codex')).toMatchObject({ kind: 'reviewer_report' })
})

test('one that would wait for its provider longer than a review may take is given up', async () => {
  const w = world()
  w.worker('bad', 'cat > /dev/null\nexit 3')
  const r = await reviews(w, CODEX)
  await r.start('codex')
  await until(async () => (await w.task(ID)).ended_at)
  const at = (name: string) => w.path(ID, 'attempts', '001', name)
  w.leave(ID, 'attempts/001/exit.yaml', readFileSync(at('exit.yaml'), 'utf8').replace('crashed', 'quota'))
  const [began, until_] = [Date.now(), Date.now() + 5 * 3_600_000].map((ms) => new Date(ms).toISOString())
  const from = '{ model: bad, backend: command }'
  w.leave(
    ID,
    'attempts/001/wait.yaml',
    `until: ${until_}\nclass: quota\nkind: resume\nmodel: null\nfrom: ${from}\ncount: 1\nbegan: ${began}\norigin: bad\ntried: []\nanew: false\ncreated: ${began}\n`,
  )
  expect((await w.task(ID)).state).toBe('parked')
  expect(await w.ok(['wait'])).toContain('dispatch next --run cache')
  expect(await r.settled('codex')).toMatchObject({ kind: 'none', status: 'timeout' })
  expect((await w.task(ID)).state).toBe('stopped')
})

test('one that asks without end is stopped', async () => {
  const w = world()
  w.worker('bad', "cat > /dev/null\nwhile dispatch ask 'And now?' > /dev/null; do :; done")
  const r = await reviews(w, CODEX)
  await r.start('codex')
  expect(await r.settled('codex')).toMatchObject({
    status: 'failed',
    message: expect.stringContaining('again and again'),
  })
  expect((await w.task(ID)).state).toBe('stopped')
})

describe('what wakes the lead', () => {
  test('is one line when the last reviewer of the batch is in, and none of theirs', async () => {
    const w = world()
    w.worker('bad', `cat > /dev/null\n${writing(REPORT)}`)
    w.worker('slow', `cat > /dev/null\nuntil [ -e "$WORLD/go" ]; do sleep 0.05; done\n${writing(REPORT)}`)
    const r = await reviews(w, [...CODEX, { id: 'gemini', type: 'slow' }])
    await r.start('codex')
    await r.start('gemini')
    const waiting = w.spawn(['wait'])
    await until(async () => (await w.task(ID)).ended_at)
    await until(() => existsSync(join(w.root, 'sessions', 'terminal', 'wait')))
    expect(waiting.printed()).toBe('')
    w.write('go', '')
    const { stdout } = await waiting.ended
    expect(stdout).toBe('cache: the reviewers of batch 2 are done — dispatch next --run cache\n')
    expect(await w.ok(['wait', '--timeout', '1s']).catch((error: Error) => error.message)).toContain('75')
  })

  test('is nothing once the run has taken notice', async () => {
    const w = world()
    w.worker('bad', `cat > /dev/null\n${writing(REPORT)}`)
    const r = await reviews(w, CODEX)
    await r.start('codex')
    await r.settled('codex')
    const { code, stdout } = await w.dispatch(['wait', '--timeout', '1s'])
    expect([code, stdout]).toEqual([75, ''])
  })

  test('a reviewer that waits for an answer wakes the run, too', async () => {
    const w = world()
    w.worker('bad', `cat > /dev/null\ndispatch ask 'Which?' > /dev/null\n${writing(REPORT)}`)
    const r = await reviews(w, CODEX)
    await r.start('codex')
    expect(await w.ok(['wait'])).toContain('dispatch next --run cache')
    expect(await r.settled('codex')).toMatchObject({ kind: 'reviewer_report' })
  })
})
