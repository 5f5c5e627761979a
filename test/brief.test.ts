/** Taking a brief, with real processes: one session has it, and nobody else. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runStage, type Stage, textOf } from './support/run-stage.ts'
import { world } from './support/world.ts'

const brief = (stage: Stage, id: string, session?: string, words: string[] = []) =>
  stage.world.dispatch(['brief', id, ...words], {
    env: session === undefined ? {} : { CLAUDE_CODE_SESSION_ID: session },
  })

test('of many sessions at once exactly one gets it, and gets the same again', async () => {
  const stage = await runStage(world())
  stage.spawn('T1-red-1')
  const sessions = Array.from({ length: 8 }, (_, n) => `session-${n}`)
  const ended = await Promise.all(sessions.map((session) => brief(stage, 'T1-red-1', session)))
  const won = ended.findIndex(({ code }) => code === 0)
  expect(ended.filter(({ code }) => code === 0)).toHaveLength(1)
  for (const { code, stdout, stderr } of ended.filter((_, n) => n !== won)) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      new RegExp(`T1-red-1 is taken\\nfound session ${sessions[won]}, since 20.*\\nTwo must not`),
    )
  }
  const again = await brief(stage, 'T1-red-1', sessions[won])
  expect(again).toMatchObject({ code: 0, stdout: ended[won]?.stdout, stderr: '' })
  expect(textOf(stage.attempt('T1-red-1').brief)).toBe(again.stdout)
  expect(JSON.parse(textOf(stage.attempt('T1-red-1').claim))).toMatchObject({ session: sessions[won] })
})

test('the text stays what it was, whatever happens to the run', async () => {
  const stage = await runStage(world())
  stage.spawn('T1-red-1')
  const first = await brief(stage, 'T1-red-1', 'one')
  stage.spawn('T1-red-1', { why: ['something else'] })
  expect((await brief(stage, 'T1-red-1', 'one')).stdout).toBe(first.stdout)
})

test('a kill between claim and text leaves nothing half done', async () => {
  const stage = await runStage(world())
  stage.spawn('T1-red-1', { taken: true })
  expect(await brief(stage, 'T1-red-1')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('# Brief of'),
  })
})

test('a run that has to be named is named in what is to be called', async () => {
  const stage = await runStage(world())
  stage.spawn('T1-red-1')
  stage.world.git('checkout', '-q', 'main')
  const { stdout } = await brief(stage, 'T1-red-1', undefined, ['--run', 'cache'])
  expect(stdout).toContain("dispatch submit T1-red-1 --run cache <<'REPORT'")
})

test.each<[string, (stage: Stage) => void, string, number, RegExp]>([
  ['no attempt', () => {}, 'T7-red-1', 1, /there is no attempt "T7-red-1"/],
  ['a path', () => {}, '../../../x', 1, /there is no attempt/],
  [
    'one that is void',
    (stage) => stage.file(inRepo(stage, stage.attempt('T1-red-1').void), '{"why":"its session is gone"}'),
    'T1-red-1',
    1,
    /counts no more: its session is gone/,
  ],
  [
    'one that was accepted',
    (stage) =>
      stage.spawn('T1-red-1', {
        accepted: {
          kind: 'tester_report',
          report: { status: 'gap', test_files: [], gap_reason: 'no' },
          evidence: undefined,
        },
      }),
    'T1-red-1',
    1,
    /accepted already/,
  ],
  [
    "another vendor's review",
    (stage) => stage.spawn('B01-review-codex-1'),
    'B01-review-codex-1',
    1,
    /another vendor's reviewer, which the runtime runs itself/,
  ],
  [
    'a damaged claim',
    (stage) => stage.file(inRepo(stage, stage.attempt('T1-red-1').claim), '{"session": [1]}'),
    'T1-red-1',
    65,
    /claim\.yaml/,
  ],
  [
    'a state that was not made here',
    ({ file }) => file('.dispatch/secret', 'another\n'),
    'T1-red-1',
    1,
    /this state was not created here/,
  ],
])('%s is refused, and nothing is claimed', async (_, before, id, code, message) => {
  const stage = await runStage(world())
  stage.spawn('T1-red-1')
  before(stage)
  const ended = await brief(stage, id)
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' })
  expect(ended.stderr).toMatch(message)
  expect(existsSync(stage.attempt('T1-red-1').brief)).toBe(false)
})

const inRepo = ({ world: w }: Stage, path: string) => path.slice(w.repo.length + 1)
