/** The pure parts of the evidence: what text says of tests, why they failed, whose a path is, what a suite's result is worth. */
import { describe, expect, it } from 'vitest'
import { claimsOf } from './claims.ts'
import { framesIn } from './frames.ts'
import { globPattern } from './glob.ts'
import { jsFailure } from './js-failure.ts'
import { maskJs } from './js-mask.ts'
import { readJs } from './js-text.ts'
import { isCaseOf, isNamed } from './names.ts'
import { readNodeEvents } from './node-events.ts'
import type { Outcome } from './runner.ts'
import type { Baseline } from './suite.ts'
import { blame, complaints, newFailures } from './suite-failures.ts'

const HEAD = "import { expect, it, describe } from 'vitest'\nimport { sum } from '../src/sum.js'\n"
const only = (body: string, units: string[] | undefined = ['src/sum.ts']) =>
  readJs('test/sum.test.ts', `${HEAD}${body}`, '/top', units)

describe('tests by their text', () => {
  it.each([
    ["describe('a', () => { it('b', () => { expect(sum()).toBe(1) }) })", 'a > b'],
    ['it("it\'s", () => { expect(sum()).toBe(1) })', "it's"],
    ["it.each([[1], [2]])('adds %i to $x', (n) => { expect(sum(n)).toBe(1) })", 'adds * to *'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that is read
    ['it(`n ${x}`, () => { expect(sum()).toBe(1) })', 'n *'],
    ["it('a' + b, () => { expect(sum()).toBe(1) })", 'a*'],
    ["test('p', async (t) => { await t.test('q', () => { expect(sum()).toBe(1) }) })", 'p > q'],
    ["describe(Sum, () => { it('b', () => { expect(sum()).toBe(1) }) })", '* > b'],
  ])('names %s', (text, name) => expect(only(text).map((each) => each.name)).toEqual([name]))

  it('sees no test in comments, strings and calls of other things', () =>
    expect(
      only("// it('a', () => {})\nconst s = `it('b')`\n/x'/.test(s)\npattern.test('s')\n/* it('c') */"),
    ).toEqual([]))

  it.each([
    ["it.skip('a', () => { expect(sum()).toBe(1) })", '.skip'],
    ["describe.only('a', () => { it('b', () => { expect(sum()).toBe(1) }) })", '.only'],
    ["xit('a', () => { expect(sum()).toBe(1) })", 'xit'],
    ["it('a', { todo: true }, () => { expect(sum()).toBe(1) })", '{ todo }'],
    ["it('a', (t) => { t.skip(); expect(sum()).toBe(1) })", 't.skip('],
    ["it.runIf(process.env.X)('a', () => { expect(sum()).toBe(1) })", '.runIf'],
    ["it('a', () => { if (process.env.X) expect(sum()).toBe(1) })", 'if (process.env'],
    ["vi.mock('../src/sum.js')\nit('a', () => { expect(sum()).toBe(1) })", 'vi.mock the unit under test'],
    ["it('skip: true is a word', () => { expect(sum({ only: 1 })).toBe(1) })", undefined],
  ])('what leaves out %s', (text, excludes) => expect(only(text)[0]?.excludes).toBe(excludes))

  it.each([
    ['expect(sum(1)).toBe(1)', true],
    ['sum(1)', false],
    ['expect(true).toBe(true)', false],
    ['expect.assertions(1); sum(1)', false],
    ['return\nexpect(sum()).toBe(1)', false],
    ['return expect(sum()).resolves.toBe(1)', true],
    ['if (sum()) { return }\nexpect(sum()).toBe(1)', true],
    ['try { expect(sum()).toBe(1) } catch {}', false],
    ['try { sum() } catch (e) { expect(e.message).toBe("x") }', true],
    ['const x = sum(); x.should.equal(3)', true],
    ['expectSum(sum())', true],
  ])('whether %s asserts', (body, yes) =>
    expect(only(`function expectSum(x) { expect(x).toBe(1) }\nit('a', () => { ${body} })`)[0]?.asserts).toBe(
      yes,
    ),
  )

  it.each([
    ['expect(sum()).toBe(1)', true],
    ['expect(made.x).toBe(1)', true],
    ['const x = 1; expect(x).toBe(1)', false],
  ])('whether %s uses the unit', (body, yes) =>
    expect(only(`let made\nbeforeEach(() => { made = sum() })\nit('a', () => { ${body} })`)[0]?.uses).toBe(
      yes,
    ),
  )

  it('masks what is no code, and keeps lengths', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that is read
    const source = "a('x', `y${b + `z`}w`) // c\nd = e / f / g; h(/[/'\"]/.source)"
    const masked = maskJs(source)
    expect(masked).toHaveLength(source.length)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that is read
    expect(masked).toBe("a(' ', ` ${b + ` `} `)     \nd = e / f / g; h(/     /.source)")
  })
})

describe('why a test failed', () => {
  const top = '/tmp/a b'
  const why = (
    message: string,
    loading: boolean,
    units: string[] | undefined = ['src/sum.ts', 'lib/x/index.ts'],
  ) => jsFailure({ message, file: 'test/sum.test.ts', top, units, loading }).kind
  it.each([
    ['AssertionError: expected 1 to be 2', false, 'assertion'],
    ['Error: expect(received).toBe(expected)', false, 'assertion'],
    ['AssertionError [ERR_ASSERTION]: 1 == 2', false, 'assertion'],
    ["Cannot find module '../src/sum.js' imported from /tmp/a b/test/sum.test.ts", true, 'missing-unit'],
    [`Cannot find module '${top}/src/sum.js' imported from ${top}/test/sum.test.ts`, true, 'missing-unit'],
    ["Cannot find module '@/x' imported from '/tmp/a b/test/sum.test.ts'", true, 'missing-unit'],
    ["Cannot find module '../lib/x' from 'test/sum.test.ts'", true, 'missing-unit'],
    ["Cannot find module '../src/other.js' from 'test/sum.test.ts'", true, 'import'],
    ["Cannot find package 'sum' imported from /tmp/a b/test/sum.test.ts", true, 'import'],
    [
      "SyntaxError: The requested module '../src/sum.js' does not provide an export named 'x'",
      true,
      'missing-unit',
    ],
    ['SyntaxError: Unexpected token', true, 'syntax'],
    ['TypeError: (0 , __vite_ssr_import_1__.sum) is not a function', false, 'missing-unit'],
    ["TypeError: Cannot read properties of undefined (reading 'x')", false, 'missing-unit'],
    ['ReferenceError: exepct is not defined', false, 'other'],
    ['Error: STACK_TRACE_ERROR', false, 'timeout'],
    ['Error: no', false, 'other'],
  ])('%s', (message, loading, kind) => expect(why(message, loading)).toBe(kind))
})

it('names of tests in reports and texts', () => {
  expect(isNamed('adds', ['total > adds'])).toBe(true)
  expect(isNamed('total adds', ['total > adds'])).toBe(true)
  expect(isNamed('adds more', ['total > adds'])).toBe(false)
  const test = { name: 'a *', dynamic: true, line: 1, asserts: true, excludes: undefined }
  expect(['a 1', 'x > a 2', 'b 1'].map((name) => isCaseOf(test, name))).toEqual([true, true, false])
})

it('paths in messages', () => {
  const text =
    'at f (file:///top/src/a.ts:1:2)\n at /top/node_modules/x/y.js:1\nsrc/b.ts(3,4): error TS1\n at node:x:1'
  expect(framesIn(text, '/top')).toEqual(['src/a.ts', 'src/b.ts'])
})

it.each([
  ['test/**/*.test.{js,ts}', 'test/a/b.test.ts', true],
  ['test/*.js', 'test/a/b.js', false],
  ['./test/*.js', 'test/b.js', true],
])('pattern %s and %s', (glob, path, yes) => expect(globPattern(glob).test(path)).toBe(yes))

it('claims: product by name, tests beside it or where tests are kept', () => {
  const task = (id: string, ...files: string[]) => ({ id, content: '', activeForm: '', files, testHints: [] })
  const isTest = (path: string) => /\.test\.ts$/.test(path)
  const claims = claimsOf([task('A', 'src/a.ts'), task('B', 'src/b.ts', 'lib')], { isTest })
  expect(claims.product('src/a.ts')).toEqual(['A'])
  expect(claims.product('lib/x/y.ts')).toEqual(['B'])
  expect(claims.product('src/c.ts')).toEqual([])
  expect(claims.test('src/a.test.ts')).toEqual(['A', 'B'])
  expect(claims.owners('src/a.test.ts')).toEqual(['A'])
  expect(claims.test('tests/helpers/make.ts')).toEqual(['A', 'B'])
  expect(claims.test('other/a.test.ts')).toEqual([])
  expect(claims.test('specs/active/x/tasks.yaml')).toEqual([])
  expect(claimsOf([task('C')], { isTest }).product('any/where.ts')).toEqual(['C'])
})

describe('the suite', () => {
  const outcome = (more: Partial<Outcome>): Outcome => ({
    ...{ cases: [], files: [], exit: 0, timedOut: false, output: '', command: [] },
    ...more,
  })
  const before: Baseline = {
    files: [{ path: 'a.test.ts', ran: 2, skipped: 0 }],
    failed: [{ file: 'a.test.ts', name: 'old' }],
    checks: { types: ['src/a.ts(1,2): error TS1: no'] },
  }
  const at = (file: string, name: string, status: 'passed' | 'failed' | 'skipped') => ({ file, name, status })
  const names = (more: Partial<Outcome>) =>
    newFailures(outcome(more), before, () => true, new Set(['b.test.ts']), 1000).map(({ name }) => name)
  const b = { path: 'b.test.ts', loaded: true }
  it('knows what was red, and misses what is left out', () => {
    const cases = [at('a.test.ts', 'old', 'failed'), at('a.test.ts', 'new', 'failed')]
    expect(names({ cases, files: [b], exit: 1 })).toEqual(['new'])
    expect(names({ cases: [at('a.test.ts', 'x', 'passed')], files: [b] })).toEqual([
      'fewer of its tests are run than before',
    ])
    expect(names({ files: [b] })).toEqual(['this file is not run any more'])
    expect(names({ cases })).toContain('this file is not part of the suite')
    expect(names({ timedOut: true })).toEqual(['the suite did not end within 1 seconds'])
    const fine = [at('a.test.ts', 'old', 'passed'), at('a.test.ts', 'new', 'passed')]
    expect(names({ cases: fine, files: [b], exit: 1 })).toEqual([
      'the runner failed although no test did: an error outside of tests',
    ])
    expect(names({ cases: fine, files: [b] })).toEqual([])
  })

  it('tells of a compiler what it did not say before, wherever it stands now', () => {
    const now = ['src/a.ts(7,8): error TS1: no', 'src/b.ts(1,2): error TS2: new', '  more']
    expect(complaints('types', now, before.checks.types, '/top')).toEqual([
      { check: 'types', name: 'src/b.ts(1,2): error TS2: new', file: 'src/b.ts', lines: now.slice(1) },
    ])
    expect(complaints('types', now.slice(0, 1), before.checks.types, '/top')).toEqual([])
  })

  it('says whose it is: product before tests', () => {
    const task = (id: string, file: string) => ({
      id,
      content: '',
      activeForm: '',
      files: [file],
      testHints: [],
    })
    const claims = claimsOf([task('A', 'src/a.ts'), task('B', 'src/b.ts')], {
      isTest: (path) => /test/.test(path),
    })
    const found = { check: 'suite', name: 'x', file: 'src/a.test.ts', lines: ['at /top/src/b.ts:1:1'] }
    expect(blame(found, claims, '/top')).toBe('B')
    expect(blame({ ...found, lines: [] }, claims, '/top')).toBe('A')
    expect(blame({ ...found, file: 'z.ts', lines: [] }, claims, '/top')).toBeUndefined()
  })
})

it('node:test: describes and parents are no cases, and a file that ends without a word is missing', () => {
  const event = (type: string, name: string, nesting: number, more = {}) =>
    JSON.stringify({
      type,
      file: '/top/a.js',
      name,
      nesting,
      skip: false,
      todo: false,
      group: false,
      ...more,
    })
  const told = [
    event('fail', 'x', 1, { text: 'AssertionError: no' }),
    event('pass', 'y', 1, { skip: true }),
    event('fail', 'd', 0, { group: true, failure: 'subtestsFailed' }),
    event('pass', '/top/b.js', 0).replace('a.js', 'b.js'),
    '{"type":"end"}',
    '{"type":"pa',
  ].join('\n')
  const { cases, files, ended } = readNodeEvents(told, { top: '/top' })
  expect(cases.map(({ name, status }) => [name, status])).toEqual([
    ['d > x', 'failed'],
    ['d > y', 'skipped'],
  ])
  expect(files).toEqual([{ path: 'a.js', loaded: true }])
  expect(ended).toBe(true)
})
