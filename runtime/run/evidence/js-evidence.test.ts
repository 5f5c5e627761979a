/** RED, GREEN and the suite on real small projects with the real vitest, jest and node. */
import { existsSync, readdirSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { makeFolder } from '../../io/folders.ts'
import { type Scratch, scratch } from '../../worktree/scratch.ts'
import type { Frozen, PlannedTask, RedEvidence } from '../facts.ts'
import { detectRunner } from './detect.ts'
import { verifyGreen } from './green.ts'
import { verifyRed } from './red.ts'
import type { Runner } from './runner.ts'
import { snapshot } from './snapshot.ts'
import { type Baseline, runSuite } from './suite.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const clients = join(ROOT, '.clients')
const jest = existsSync(clients) ? readdirSync(clients).find((name) => name.startsWith('jest-30')) : undefined
const checks = {
  runner: undefined,
  test: undefined,
  junit: undefined,
  build: undefined,
  types: undefined,
  timeout: undefined,
}
const TIMEOUT = 60_000

let folder: Scratch | undefined
afterEach(() => folder?.remove())

interface Kind {
  name: string
  modules: string | undefined
  files: Record<string, string>
  unit: string
  test: string
  imports: (names: string) => string
  equal: (a: string, b: string) => string
  product: (body: string) => string
}

const KINDS: Kind[] = [
  {
    name: 'vitest',
    modules: join(ROOT, 'node_modules'),
    files: {
      'package.json': '{"type":"module","devDependencies":{"vitest":"^4"}}',
      'src/old.ts': 'export const old = () => 1\n',
      'test/old.test.ts':
        "import { expect, it } from 'vitest'\nimport { old } from '../src/old.js'\nit('is old', () => {\n  expect(old()).toBe(1)\n})\n",
    },
    unit: 'src/total.ts',
    test: 'test/total.test.ts',
    imports: (names) =>
      `import { describe, expect, it, vi } from 'vitest'\nimport { ${names} } from '../src/total.js'\n`,
    equal: (a, b) => `expect(${a}).toBe(${b})`,
    product: (body) => `export function total(numbers: number[]): number { ${body} }\n`,
  },
  {
    name: 'jest',
    modules: jest && join(clients, jest, 'node_modules'),
    files: {
      'package.json': '{"devDependencies":{"jest":"^30"}}',
      'src/old.js': 'exports.old = () => 1\n',
      'test/old.test.js':
        "const { old } = require('../src/old.js')\nit('is old', () => {\n  expect(old()).toBe(1)\n})\n",
    },
    unit: 'src/total.js',
    test: 'test/total.test.js',
    imports: (names) => `const { ${names} } = require('../src/total.js')\n`,
    equal: (a, b) => `expect(${a}).toBe(${b})`,
    product: (body) => `exports.total = function total(numbers) { ${body} }\n`,
  },
  {
    name: 'node:test',
    modules: undefined,
    files: {
      'package.json': '{"type":"module","scripts":{"test":"node --test test/"}}',
      'src/old.js': 'export const old = () => 1\n',
      'test/old.test.js':
        "import assert from 'node:assert'\nimport { it } from 'node:test'\nimport { old } from '../src/old.js'\nit('is old', () => {\n  assert.equal(old(), 1)\n})\n",
    },
    unit: 'src/total.js',
    test: 'test/total.test.js',
    imports: (names) =>
      `import assert from 'node:assert'\nimport { describe, it } from 'node:test'\nimport { ${names} } from '../src/total.js'\n`,
    equal: (a, b) => `assert.equal(${a}, ${b})`,
    product: (body) => `export function total(numbers) { ${body} }\n`,
  },
]

const RIGHT = 'return numbers.reduce((a, b) => a + b, 0)'

async function project(kind: Kind) {
  const made = scratch()
  folder = made
  for (const [path, text] of Object.entries(kind.files)) made.write(`p/${path}`, text)
  made.write('p/.gitignore', 'node_modules\n')
  if (kind.modules) symlinkSync(kind.modules, join(made.folder, 'p/node_modules'))
  await made.git('p', 'init', '--quiet')
  await made.git('p', 'add', '.')
  await made.git('p', 'commit', '--quiet', '-m', 'first')
  const top = join(made.folder, 'p')
  const commit = await made.git('p', 'rev-parse', 'HEAD')
  const base = { commit, tree: await snapshot(top) }
  const runner = await detectRunner({ top, commit, checks, env: process.env })
  const tasks: PlannedTask[] = [
    { id: 'T001', content: 'Add up', activeForm: 'Adding up', files: [kind.unit], testHints: [] },
  ]
  const write = (path: string, text: string) => made.write(`p/${path}`, text)
  const common = { top, runner, base, tasks, task: 'T001', timeout: TIMEOUT, env: process.env }
  const red = (tests: string[] = [], path = kind.test, frozen: Frozen[] = []) =>
    verifyRed({
      ...common,
      report: { status: 'success', test_files: [{ path, tests }], gap_reason: undefined },
      frozen,
    })
  const green = (evidence: RedEvidence) =>
    verifyGreen({
      ...common,
      report: {
        status: 'success',
        implementation_files: [kind.unit],
        clarifications: [],
        blocked_reason: undefined,
      },
      red: evidence,
      frozen: evidence.frozen,
    })
  const suite = (baseline: Baseline | undefined, frozen: Frozen[] = [], using: Runner = runner) =>
    runSuite({ top, runner: using, checks: {}, baseline, tasks, frozen, env: process.env })
  const equal = (expression: string, value: string) => kind.equal(expression, value)
  const file = (body: string, names = 'total') => write(kind.test, `${kind.imports(names)}${body}`)
  return { top, write, red, green, suite, equal, file, runner, git: made.git }
}

async function accepted(run: Awaited<ReturnType<typeof project>>) {
  run.file(
    `describe('total', () => {\n  it('adds', () => {\n    ${run.equal('total([1, 2])', '3')}\n  })\n  it('of nothing', () => {\n    ${run.equal('total([])', '0')}\n  })\n})\n`,
  )
  const verdict = await run.red(['adds', 'total > of nothing'])
  expect(verdict.reasons).toEqual([])
  if (verdict.evidence === undefined) throw new Error('no evidence')
  return verdict.evidence
}

for (const kind of KINDS)
  describe.skipIf(kind.name === 'jest' && jest === undefined)(kind.name, () => {
    it('takes honest work from RED to GREEN and through the suite', async () => {
      const run = await project(kind)
      expect(run.runner.name).toBe(kind.name)
      const before = await run.suite(undefined)
      expect(before).toMatchObject({ ok: true, failures: [], baseline: { failed: [] } })
      expect(before.baseline.files).toContainEqual({ path: Object.keys(kind.files)[2], ran: 1, skipped: 0 })
      const evidence = await accepted(run)
      expect(evidence.tests.map(({ name, kind }) => [name, kind])).toEqual([
        ['total > adds', 'missing-unit'],
        ['total > of nothing', 'missing-unit'],
      ])
      expect(evidence.frozen.map(({ path }) => path)).toEqual([kind.test])
      run.write(kind.unit, kind.product('return 3'))
      expect((await run.green(evidence)).reasons).toEqual([expect.stringContaining('total > of nothing')])
      run.write(kind.unit, kind.product(RIGHT))
      expect(await run.green(evidence)).toEqual({ accepted: true, reasons: [] })
      expect(await run.suite(before.baseline, evidence.frozen)).toMatchObject({ ok: true, failures: [] })
    })

    it('takes tests of a unit that is there and lacks something', async () => {
      const run = await project(kind)
      run.write(kind.unit, kind.product(RIGHT))
      await run.git('p', 'add', '.')
      await run.git('p', 'commit', '--quiet', '-m', 'second')
      const base = { commit: await run.git('p', 'rev-parse', 'HEAD'), tree: await snapshot(run.top) }
      run.file(`it('means', () => {\n  ${run.equal('mean([1, 3])', '2')}\n})\n`, 'total, mean')
      const {
        accepted: yes,
        evidence,
        reasons,
      } = await verifyRed({
        ...{
          top: run.top,
          runner: run.runner,
          base,
          task: 'T001',
          timeout: TIMEOUT,
          env: process.env,
          frozen: [],
        },
        tasks: [{ id: 'T001', content: 'Mean', activeForm: 'Mean', files: [kind.unit], testHints: [] }],
        report: {
          status: 'success',
          test_files: [{ path: kind.test, tests: ['means'] }],
          gap_reason: undefined,
        },
      })
      expect([yes, reasons]).toEqual([true, []])
      expect(evidence?.tests).toMatchObject([{ name: 'means', kind: 'missing-unit' }])
    })

    const bad: [string, (run: Awaited<ReturnType<typeof project>>) => string, RegExp][] = [
      ['a test without an assertion', () => "it('a', () => { total([1]) })", /no assertion/],
      ['an assertion on a constant', ({ equal }) => `it('a', () => { ${equal('1', '1')} })`, /no assertion/],
      [
        'a test that does not use the unit',
        ({ equal }) => `it('a', () => { const x = 1; ${equal('x', '1')} })`,
        /does not use the unit|passes already/,
      ],
      ['a skipped test', ({ equal }) => `it.skip('a', () => { ${equal('total([1])', '1')} })`, /`\.skip`/],
      ['an only test', ({ equal }) => `it.only('a', () => { ${equal('total([1])', '1')} })`, /`\.only`/],
      [
        'a test that depends on the environment',
        ({ equal }) => `it('a', () => { if (process.env.CI) return; ${equal('total([1])', '1')} })`,
        /process\.env/,
      ],
      ['a syntax error', () => "it('a', () => { ((", /syntax error/],
      [
        'another broken import',
        ({ equal }) => `import x from './nowhere.js'\nit('a', () => { ${equal('total([x])', '1')} })`,
        /import|syntax/,
      ],
      ['no test', () => 'export {}\n', /no new test|does not run|syntax/],
    ]
    it.each(bad)('refuses %s', async (_, text, reason) => {
      const run = await project(kind)
      run.file(text(run))
      const verdict = await run.red()
      expect(verdict.accepted).toBe(false)
      expect(verdict.reasons.join('\n')).toMatch(reason)
    })

    it('refuses product code, a file outside and a name that is not there', async () => {
      const run = await project(kind)
      run.write(kind.unit, kind.product(RIGHT))
      run.write('README.md', 'more\n')
      run.file(`it('adds', () => {\n  ${run.equal('total([1, 2])', '3')}\n})\n`)
      const said = (await run.red(['invented'])).reasons.join('\n')
      expect(said).toContain(`${kind.unit} is product code`)
      expect(said).toContain('README.md is outside the claims')
      unlinkSync(join(run.top, 'README.md'))
      expect((await run.red()).reasons).toEqual([expect.stringContaining('product code')])
      unlinkSync(join(run.top, kind.unit))
      expect((await run.red(['invented'])).reasons).toEqual([expect.stringContaining('"invented"')])
    })

    it('refuses at GREEN what was done to the frozen tests or around them', async () => {
      const run = await project(kind)
      const evidence = await accepted(run)
      run.write(kind.unit, kind.product(RIGHT))
      run.file("it('adds', () => {})\n")
      expect((await run.green(evidence)).reasons).toEqual([expect.stringMatching(/frozen test.*content/)])
      await accepted(run).catch(() => {})
      run.write('test/more.test.js', 'x\n')
      run.write(`${kind.name === 'jest' ? 'jest' : 'vitest'}.config.js`, 'x\n')
      makeFolder(join(run.top, 'lib'))
      run.write('lib/x.js', 'x\n')
      const said = (await run.green(evidence)).reasons.join('\n')
      expect(said).toMatch(/test\/more\.test\.js is a test file that no tester handed in/)
      expect(said).toMatch(/lib\/x\.js is outside the claims/)
      expect(said).toMatch(/config\.js/)
    })

    it('does not take an early end for a pass', async () => {
      const run = await project(kind)
      const evidence = await accepted(run)
      run.write(kind.unit, `process.exit(0)\n${kind.product(RIGHT)}`)
      expect((await run.green(evidence)).accepted).toBe(false)
      run.write(kind.unit, kind.product(`process.exit(0); ${RIGHT}`))
      expect((await run.green(evidence)).accepted).toBe(false)
    })

    it('tells in the suite what is new, and whose it is', async () => {
      const run = await project(kind)
      const before = await run.suite(undefined)
      const evidence = await accepted(run)
      run.write(kind.unit, kind.product('return 3'))
      const { ok, failures } = await run.suite(before.baseline, evidence.frozen)
      expect(ok).toBe(false)
      expect(failures).toMatchObject([
        { check: 'suite', file: kind.test, name: 'total > of nothing', task: 'T001' },
      ])
      expect(failures[0]?.lines.length).toBeLessThanOrEqual(20)
    })
  })
