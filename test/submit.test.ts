/** Handing in, with real processes: a verifier of its own, its verdict, and everything that can happen in between. */
import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runStage, type Stage, textOf } from './support/run-stage.ts'
import { until } from './support/until.ts'
import { killGroup, type World, world } from './support/world.ts'

const REVIEW = 'B01-review-claude-1'
const review = (more = '  issues: []\n') => `reviewer_report:\n  reviewer: claude\n${more}`
const GAP = 'tester_report:\n  status: gap\n  gap_reason: there is no clock\n'

const submit = (stage: Stage, id: string, input: string, env: Record<string, string> = {}) =>
  stage.world.dispatch(['submit', id], { input, env })

/** The verifier of a submission, once it is recorded. */
const verifierOf = (stage: Stage, id: string, n = 1) =>
  until(() => {
    const path = `${stage.attempt(id).verdict(n)}.by`
    return existsSync(path) ? Number(textOf(path).split(' ')[0]) : undefined
  })

describe('a report that is taken at its word', () => {
  test('is accepted, once, and again only as the same', async () => {
    const stage = await runStage(world())
    stage.spawn('T1-red-1', { taken: true })
    expect(await submit(stage, 'T1-red-1', GAP)).toMatchObject({
      code: 0,
      stdout: 'T1-red-1 accepted. End now, in at most three lines.\n',
    })
    expect(JSON.parse(textOf(stage.attempt('T1-red-1').accepted))).toMatchObject({
      kind: 'tester_report',
      report: { status: 'gap', gap_reason: 'there is no clock' },
      submission: 1,
    })
    expect(await submit(stage, 'T1-red-1', GAP)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('was accepted already'),
    })
    expect(await submit(stage, 'T1-red-1', GAP.replace('clock', 'time'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('accepted already, with another report'),
    })
    expect(stage.submissions('T1-red-1')).toEqual(['001.report', '001.verdict.yaml'])
  })

  test.each<[string, string, string[], number, RegExp]>([
    ['no report', '', ['T1-red-1'], 64, /the report is missing/],
    ['no attempt named', GAP, [], 64, /an attempt is missing/],
    ['an unknown attempt', GAP, ['T9-red-1'], 1, /no attempt "T9-red-1" in run cache\nfound .*T1-red-1/],
    ['a path for an attempt', GAP, ['../../etc'], 1, /no attempt/],
    ['one that nobody took', GAP, ['T2-red-1'], 1, /First: dispatch brief T2-red-1/],
    ['another kind', review(), ['T1-red-1'], 65, /one key, tester_report.*\n?.*Mend the report/],
    ['garbage', '\u0000\u0001\u0002{{{', ['T1-red-1'], 65, /Mend the report/],
    ['five megabytes', `${GAP}# ${'x'.repeat(5 << 20)}`, ['T1-red-1'], 65, /too long/],
    [
      'a path that leads out',
      'tester_report: { status: success, test_files: [{ path: ../x.test.js, tests: [a] }] }',
      ['T1-red-1'],
      65,
      /test_files\[1\]\.path\nexpected a path in the repository/,
    ],
  ])('%s is refused', async (_, input, words, code, message) => {
    const stage = await runStage(world())
    stage.spawn('T1-red-1', { taken: true })
    stage.spawn('T2-red-1')
    const ended = await stage.world.dispatch(['submit', ...words], { input })
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr.split('\n').length).toBeLessThan(7)
    expect(stage.submissions('T1-red-1')).toEqual([])
  })

  test('of another session, or for an attempt that is void, is refused', async () => {
    const stage = await runStage(world())
    stage.spawn('T1-red-1')
    const as = (session: string) => ({ env: { CLAUDE_CODE_SESSION_ID: session } })
    await stage.world.ok(['brief', 'T1-red-1'], as('one'))
    const other = await stage.world.dispatch(['submit', 'T1-red-1'], { input: GAP, ...as('two') })
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('taken by another session') })
    const { void: gone } = stage.attempt('T1-red-1')
    stage.file(gone.slice(stage.world.repo.length + 1), '{"why":"its session is gone"}\n')
    const late = await stage.world.dispatch(['submit', 'T1-red-1'], { input: GAP, ...as('one') })
    expect(late).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('counts no more: its session is gone'),
    })
    expect(stage.submissions('T1-red-1')).toEqual([])
  })
})

async function reviewing(): Promise<Stage> {
  const stage = await runStage(world())
  stage.file('src/cache.js', 'export const cache = 1\n')
  stage.world.git('add', '-A')
  const tree = stage.world.git('write-tree').trim()
  const { folder } = stage.batch
  stage.file(
    `${folder.slice(stage.world.repo.length + 1)}/diff-1.yaml`,
    `${JSON.stringify({ n: 1, from: stage.base.tree, to: tree, files: ['src/cache.js'], after: [] })}\n`,
  )
  stage.spawn(REVIEW, { taken: true })
  return stage
}

const SOON = { DISPATCH_SUBMIT_PATIENCE: '300' }

describe('a report that is verified', () => {
  test('by a process of its own, which leaves a verdict and is gone', async () => {
    const stage = await reviewing()
    expect(await submit(stage, REVIEW, review())).toMatchObject({ code: 0 })
    expect(stage.submissions(REVIEW)).toEqual(['001.report', '001.verdict.yaml', '001.verdict.yaml.by'])
    expect(JSON.parse(textOf(stage.attempt(REVIEW).accepted))).toMatchObject({ kind: 'reviewer_report' })
    await until(() => stage.world.left().length === 0)
  })

  test('a reviewer that changed what it reviews is refused once', async () => {
    const stage = await reviewing()
    stage.file('src/cache.js', 'export const cache = 2\n')
    const refused = await submit(stage, REVIEW, review())
    expect(refused).toMatchObject({ code: 1, stderr: '' })
    expect(refused.stdout).toMatch(/refused \(1\):\n- src\/cache\.js is not as it is in the diff/)
    stage.file('src/cache.js', 'export const cache = 1\n')
    expect(await submit(stage, REVIEW, review())).toMatchObject({ code: 0 })
    expect(stage.submissions(REVIEW).filter((name) => name.endsWith('.report'))).toHaveLength(2)
  })

  test('75 while it lasts; submitting again joins, also after SIGKILL to who verifies', async () => {
    const stage = await reviewing()
    stage.world.hold('_verify')
    expect(await submit(stage, REVIEW, review(), SOON)).toMatchObject({
      code: 75,
      stdout: '',
      stderr: expect.stringMatching(
        /still being verified.*\n?.*Hand the same report in again: dispatch submit/,
      ),
    })
    const first = await verifierOf(stage, REVIEW)
    expect(await submit(stage, REVIEW, review(), SOON)).toMatchObject({ code: 75 })
    expect(await verifierOf(stage, REVIEW)).toBe(first)
    killGroup(first, 'SIGKILL')
    stage.world.release()
    expect(await submit(stage, REVIEW, review())).toMatchObject({ code: 0 })
    expect(await verifierOf(stage, REVIEW)).not.toBe(first)
    expect(stage.submissions(REVIEW).filter((name) => name.endsWith('.report'))).toEqual(['001.report'])
  })

  test('who waits starts it again where it is killed', async () => {
    const stage = await reviewing()
    stage.world.hold('_verify')
    const waiting = stage.world.spawn(['submit', REVIEW], { input: review() })
    const first = await verifierOf(stage, REVIEW)
    stage.world.release()
    killGroup(first, 'SIGKILL')
    expect(await waiting.ended).toMatchObject({ code: 0 })
  })

  test('killed again and again it is given up for now, and nothing is lost', async () => {
    const stage = await reviewing()
    stage.world.hold('_verify')
    const waiting = stage.world.spawn(['submit', REVIEW], { input: review() })
    const killed: number[] = []
    while (killed.length < 3) {
      const pid = await until(async () => {
        const now = await verifierOf(stage, REVIEW)
        return killed.includes(now) ? undefined : now
      })
      killed.push(pid)
      killGroup(pid, 'SIGKILL')
    }
    expect(await waiting.ended).toMatchObject({
      code: 75,
      stderr: expect.stringContaining('again and again'),
    })
    stage.world.release()
    expect(await submit(stage, REVIEW, review())).toMatchObject({ code: 0 })
  })

  test('another report waits for the verdict on the one before', async () => {
    const stage = await reviewing()
    stage.world.hold('_verify')
    const one = stage.world.spawn(['submit', REVIEW], { input: review() })
    const first = await verifierOf(stage, REVIEW)
    expect(await submit(stage, REVIEW, review('  strengths: [clear]\n'), SOON)).toMatchObject({ code: 75 })
    expect(stage.submissions(REVIEW).filter((name) => name.endsWith('.report'))).toEqual(['001.report'])
    stage.world.release()
    killGroup(first, 'SIGKILL')
    expect(await one.ended).toMatchObject({ code: 0 })
    expect(await submit(stage, REVIEW, review('  strengths: [clear]\n'))).toMatchObject({ code: 1 })
  })

  test.each([
    ['accepted', 32, 1],
    ['refused', 12, 2],
  ])(
    'many of the same at once are one: %s',
    async (_, many, content) => {
      const stage = await reviewing()
      stage.file('src/cache.js', `export const cache = ${content}\n`)
      stage.world.hold('_verify')
      const all = Array.from({ length: many }, () =>
        stage.world.spawn(['submit', REVIEW], { input: review() }),
      )
      const first = await verifierOf(stage, REVIEW)
      stage.world.release()
      killGroup(first, 'SIGKILL')
      const ended = await Promise.all(all.map((each) => each.ended))
      expect(ended.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(
        Array(many).fill(`${content - 1} `),
      )
      expect(stage.submissions(REVIEW).filter((name) => name.endsWith('.report'))).toEqual(['001.report'])
    },
    90_000,
  )
})

const CACHE_TEST = `import { test } from 'node:test'
import assert from 'node:assert'
import { cache } from '../src/cache.js'
test('keeps', () => assert.equal(cache().get('a'), undefined))
test('forgets', () => assert.equal(cache(0).set('a', 1).get('a'), undefined))
`
const CACHE = `export const cache = (time = 1) => {
  const kept = new Map()
  const self = { get: (key) => kept.get(key), set: (key, value) => (time > 0 && kept.set(key, value), self) }
  return self
}
`
const TESTER = `tester_report:
  status: success
  test_files:
    - path: test/cache.test.js
      tests: [keeps, forgets]
`
const IMPLEMENTER = 'implementer_report:\n  status: success\n  implementation_files: [src/cache.js]\n'

describe('RED and GREEN', () => {
  test('from a brief to an accepted implementation', async () => {
    const stage = await runStage(world())
    const { world: w } = stage
    stage.spawn('T1-red-1')
    expect(await w.ok(['brief', 'T1-red-1'])).toContain('node:test: `node --test <file>`')
    stage.file('test/cache.test.js', `${CACHE_TEST}test('idle', () => {})\n`)
    const idle = await submit(stage, 'T1-red-1', TESTER.replace('forgets]', 'forgets, idle]'))
    expect(idle).toMatchObject({ code: 1, stderr: '' })
    expect(idle.stdout).toMatch(/^T1-red-1 refused \(1\):\n- .*idle/)
    expect(await w.ok(['brief', 'T1-red-1'])).toMatch(/## Refused so far\n\n> .*idle/)
    stage.file('test/cache.test.js', CACHE_TEST)
    expect(await submit(stage, 'T1-red-1', TESTER)).toMatchObject({ code: 0 })
    const { evidence } = JSON.parse(textOf(stage.attempt('T1-red-1').accepted))
    expect(evidence.tests.map(({ name }: { name: string }) => name)).toEqual(['keeps', 'forgets'])
    // What is due next was begun on the way.
    expect(existsSync(stage.attempt('T2-red-1').spawn)).toBe(true)

    stage.spawn('T1-green-1')
    const brief = await w.ok(['brief', 'T1-green-1'])
    expect(brief).toContain('## Frozen until the batch is committed\n\n- `test/cache.test.js`')
    expect(brief).toContain('`forgets`: missing-unit')
    stage.file('src/cache.js', CACHE.replace('time > 0 && ', ''))
    const wrong = await submit(stage, 'T1-green-1', IMPLEMENTER)
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('forgets') })
    stage.file('src/cache.js', CACHE)
    stage.file('test/cache.test.js', CACHE_TEST.replace('undefined', '1'))
    expect(await submit(stage, 'T1-green-1', IMPLEMENTER)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('test/cache.test.js is a frozen test'),
    })
    stage.file('test/cache.test.js', CACHE_TEST)
    expect(await submit(stage, 'T1-green-1', IMPLEMENTER)).toMatchObject({ code: 0 })
    expect(stage.submissions('T1-green-1').filter((name) => name.endsWith('.told'))).toHaveLength(2)
  }, 60_000)
})

/** Says that it began, and goes on when the world's file `go` is there. */
const waits = (w: World) => `import { test } from 'node:test'
import assert from 'node:assert'
import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { cache } from '../src/cache.js'
appendFileSync('${w.folder}/began', 'x')
test('keeps', async () => {
  while (!existsSync('${w.folder}/go')) await setTimeout(20)
  assert.equal(cache().get('a'), 1)
})
`

/** T1's tests were accepted, its implementation is claimed, and verifying it takes until `go`. */
async function implementing(): Promise<Stage> {
  const w = world()
  const stage = await runStage(w)
  const source = waits(w)
  stage.file('test/cache.test.js', source)
  stage.file('src/cache.js', 'export const cache = () => new Map([["a", 1]])\n')
  stage.spawn('T1-red-1', {
    accepted: {
      kind: 'tester_report',
      report: {
        status: 'success',
        test_files: [{ path: 'test/cache.test.js', tests: ['keeps'] }],
        gap_reason: undefined,
      },
      evidence: {
        tests: [{ file: 'test/cache.test.js', name: 'keeps', kind: 'missing-unit', message: '' }],
        frozen: [
          {
            path: 'test/cache.test.js',
            hash: createHash('sha256').update(source).digest('hex'),
            mode: '100644',
          },
        ],
      },
    },
  })
  stage.spawn('T1-green-1', { taken: true })
  return stage
}

const executions = (stage: Stage) => {
  const path = `${stage.world.folder}/began`
  return existsSync(path) ? textOf(path).length : 0
}

describe('a fix', () => {
  const FIX = (...issues: string[]) =>
    `fix_report:\n  status: success\n  fixes_applied: [${issues.map((issue) => `{ issue: ${issue}, fix: done }`).join(', ')}]\n`

  test('is for every grave issue of its task, and leaves the tests green', async () => {
    const stage = await implementing()
    stage.world.write('go', '')
    const issue = (id: string, severity: string) => ({
      ...{ id, severity, task: 'T1', gate: 'correctness', location: 'src/cache.js:1', description: 'd' },
      ...{ foundBy: ['claude'], status: 'open' },
    })
    const issues = [issue('B01-I01', 'critical'), issue('B01-I02', 'high'), issue('B01-I03', 'medium')]
    const path = stage.batch.round(1).slice(stage.world.repo.length + 1)
    stage.file(path, JSON.stringify({ n: 1, reviewers: [], gates: {}, issues }))
    stage.spawn('T1-fix-1')
    expect(await stage.world.ok(['brief', 'T1-fix-1'])).toContain('### B01-I02: high')
    expect(await submit(stage, 'T1-fix-1', FIX('B01-I01', 'B01-I03'))).toMatchObject({ code: 65 })
    expect(await submit(stage, 'T1-fix-1', FIX('B01-I01'))).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('B01-I02 has no entry'),
    })
    stage.file('src/cache.js', 'export const cache = () => new Map()\n')
    expect(await submit(stage, 'T1-fix-1', FIX('B01-I01', 'B01-I02'))).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('keeps'),
    })
    stage.file('src/cache.js', 'export const cache = () => new Map([["a", 1]])\n')
    stage.file('src/main.js', 'export const main = 1 // by the way\n')
    expect(await submit(stage, 'T1-fix-1', FIX('B01-I01', 'B01-I02'))).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('src/main.js is outside the claims'),
    })
    stage.world.git('checkout', '-q', '--', 'src/main.js')
    expect(await submit(stage, 'T1-fix-1', FIX('B01-I01', 'B01-I02'))).toMatchObject({ code: 0 })
  }, 60_000)
})

describe('while the tests run', () => {
  test('75, and many join: they run once', async () => {
    const stage = await implementing()
    expect(await submit(stage, 'T1-green-1', IMPLEMENTER, SOON)).toMatchObject({ code: 75 })
    await until(() => executions(stage) === 1)
    const all = Array.from({ length: 8 }, () =>
      stage.world.spawn(['submit', 'T1-green-1'], { input: IMPLEMENTER }),
    )
    stage.world.write('go', '')
    for (const { ended } of all) expect(await ended).toMatchObject({ code: 0, stderr: '' })
    expect(executions(stage)).toBe(1)
  }, 60_000)

  test('SIGKILL to the verifier: what it started is ended, and they run again from the beginning', async () => {
    const stage = await implementing()
    const one = stage.world.spawn(['submit', 'T1-green-1'], { input: IMPLEMENTER })
    await until(() => executions(stage) === 1)
    const before = stage.world.left().length
    killGroup(await verifierOf(stage, 'T1-green-1'), 'SIGKILL')
    await until(() => executions(stage) === 2)
    expect(stage.world.left().length).toBeLessThanOrEqual(before)
    stage.world.write('go', '')
    expect(await one.ended).toMatchObject({ code: 0, stderr: '' })
    expect(stage.submissions('T1-green-1').filter((name) => name.endsWith('.report'))).toEqual(['001.report'])
    expect(executions(stage)).toBe(2)
  }, 60_000)

  test('SIGKILL to who waits changes nothing', async () => {
    const stage = await implementing()
    const one = stage.world.spawn(['submit', 'T1-green-1'], { input: IMPLEMENTER })
    await until(() => executions(stage) === 1)
    one.kill()
    await one.ended
    stage.world.write('go', '')
    await until(() => existsSync(stage.attempt('T1-green-1').accepted))
    expect(await submit(stage, 'T1-green-1', IMPLEMENTER)).toMatchObject({ code: 0 })
    expect(executions(stage)).toBe(1)
  }, 60_000)

  test('what the tests leave running is ended', async () => {
    const stage = await implementing()
    const { world: w } = stage
    const path = 'src/cache.js'
    stage.file(
      path,
      "import { spawn } from 'node:child_process'\nspawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref()\nexport const cache = () => new Map([['a', 1]])\n",
    )
    w.write('go', '')
    expect(await submit(stage, 'T1-green-1', IMPLEMENTER)).toMatchObject({ code: 0 })
    await until(() => w.left().length === 0)
  }, 60_000)

  test.each(['accepted', 'verdict'])(
    'a kill before the %s was written is no second acceptance',
    async (kind) => {
      const stage = await implementing()
      stage.world.write('go', '')
      expect(await submit(stage, 'T1-green-1', IMPLEMENTER)).toMatchObject({ code: 0 })
      const own = stage.attempt('T1-green-1')
      rmSync(own.verdict(1))
      if (kind === 'accepted') rmSync(own.accepted)
      expect(await submit(stage, 'T1-green-1', IMPLEMENTER)).toMatchObject({ code: 0 })
      expect(executions(stage)).toBe(kind === 'accepted' ? 2 : 1)
      expect(JSON.parse(textOf(own.verdict(1)))).toMatchObject({ accepted: true })
    },
    60_000,
  )
})
