import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandRunner } from './command.ts'

let top: string
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'command-')))
  mkdirSync(join(top, 'tests'))
  for (const [name, code] of Object.entries({ good: 0, bad: 1 }))
    writeFileSync(join(top, 'tests', `${name}_test.sh`), `echo "assert ${name}"\nexit ${code}\n`)
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

const runner = (test: string[], junit?: string) =>
  commandRunner({
    top,
    commit: 'HEAD',
    env: process.env,
    checks: { runner: undefined, test, junit, build: undefined, types: undefined, timeout: undefined },
  })
const files = ['tests/good_test.sh', 'tests/bad_test.sh']
const request = (more = {}) => ({ top, files, timeout: 20_000, env: process.env, ...more })
/** A script that runs with node, and gets the files. */
const script = (text: string) => [process.execPath, '-e', text, '--']

describe('a command without a report', () => {
  it('is run once a file, whose exit code is its case', async () => {
    const { cases, exit } = await runner(['sh', '{files}']).run(request())
    expect(cases.map(({ file, status, failure }) => [file, status, failure?.kind])).toEqual([
      ['tests/good_test.sh', 'passed', undefined],
      ['tests/bad_test.sh', 'failed', 'assertion'],
    ])
    expect(exit).toBe(1)
  })

  it('is ended with all that it started when its time is up', async () => {
    writeFileSync(join(top, 'tests/bad_test.sh'), 'sleep 600 & sleep 600\n')
    const { timedOut, exit, cases } = await runner(['sh', '{files}']).run(
      request({ files: ['tests/bad_test.sh'], timeout: 400 }),
    )
    expect({ timedOut, exit, kind: cases[0]?.failure?.kind }).toEqual({
      timedOut: true,
      exit: undefined,
      kind: 'timeout',
    })
  })

  it('says that it cannot be started', async () => {
    await expect(runner(['no-such-program']).run(request())).rejects.toMatchObject({ exit: 69 })
  })

  it('sees nothing of the caller, and no colours', async () => {
    const show = script('console.log(JSON.stringify(process.env)); process.exit(1)')
    const env = {
      ...process.env,
      DISPATCH_RUN: 'x',
      CLAUDECODE: '1',
      NODE_OPTIONS: '--no-warnings',
      MINE: '1',
    }
    const { output } = await runner(show).run(request({ files: files.slice(0, 1), env }))
    const seen: Record<string, string> = JSON.parse(output.trim())
    expect(seen).toMatchObject({ LC_ALL: 'C', NO_COLOR: '1', MINE: '1' })
    expect(Object.keys(seen).filter((name) => /^(DISPATCH|CLAUDE|NODE_OPTIONS)/.test(name))).toEqual([])
  })
})

describe('a command with a report', () => {
  const writing = (report: string, exit = 0) =>
    script(`require('fs').writeFileSync('report.xml', ${JSON.stringify(report)}); process.exit(${exit})`)
  const report = (inside: string) =>
    `<testsuite><testcase name="a" file="tests/good_test.sh"/><testcase name="b" file="tests/bad_test.sh">${inside}</testcase></testsuite>`

  it('tells what happened', async () => {
    const { cases, files: results } = await runner(writing(report('<failure/>'), 1), 'report.xml').run(
      request(),
    )
    expect(cases.map(({ name, status }) => [name, status])).toEqual([
      ['a', 'passed'],
      ['b', 'failed'],
    ])
    expect(results).toEqual([
      { path: 'tests/good_test.sh', loaded: true },
      { path: 'tests/bad_test.sh', loaded: true },
    ])
  })

  it('that fails although its report has no failure is not believed', async () => {
    const { files: results } = await runner(writing(report(''), 3), 'report.xml').run(request())
    expect(results.map(({ failure }) => failure?.message)).toEqual(
      Array(2).fill(expect.stringContaining('The command failed, and report.xml has no failure.')),
    )
  })

  it('is not judged by a report of before', async () => {
    writeFileSync(join(top, 'report.xml'), report(''))
    const { cases, files: results } = await runner(script('0'), 'report.xml').run(request())
    expect(cases).toEqual([])
    expect(results[0]?.failure?.message).toContain('No report was written')
  })

  it('that has nothing of a file says so', async () => {
    const only = '<testsuite><testcase name="a" file="tests/good_test.sh"/></testsuite>'
    const { files: results } = await runner(writing(only), 'report.xml').run(request())
    expect(results[1]).toMatchObject({ loaded: false, failure: { kind: 'other' } })
  })
})

it('wants a command', () => {
  expect(() => runner([])).toThrow(/checks\.test\.command/)
})

it.each([
  ['tests/cart_test.sh', true, false],
  ['spec/cart_spec.rb', true, false],
  ['src/CartTest.java', true, false],
  ['src/cart.rs', false, false],
  ['tests/data.json', false, false],
  ['Cargo.toml', false, true],
  ['scripts/run-tests', false, true],
])('%s: a test %s, configuration %s', (path, test, configuration) => {
  const made = runner(['./scripts/run-tests', '{files}'])
  expect([made.isTest(path), made.isConfiguration(path)]).toEqual([test, configuration])
})
