import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runCommand } from '../io/run.ts'
import { packageHosts } from './domains.ts'

let folder: string
let home: string
let env: NodeJS.ProcessEnv
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-domains-'))
  home = join(folder, 'dispatch')
  mkdirSync(join(folder, 'bin'))
  env = { HOME: folder, PATH: join(folder, 'bin') }
})
afterEach(() => rmSync(folder, { recursive: true }))

function tool(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'bin', name), 0o755)
}
const npmSays = (address: string) => tool('npm', `echo '{"registry":"${address}"}'; pwd >> "$HOME/asked"`)
const timesAsked = () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')

it('is what the tools that are there say, asked in the home directory and not where we are', async () => {
  npmSays('https://npm.test/')
  tool('pip3', `[ "$1" = config ] && echo "global.extra-index-url='https://pip.test'"`)
  tool('go', 'echo broken >&2; exit 1')
  expect(await packageHosts(home, env)).toEqual(['npm.test', 'pip.test'])
  expect(timesAsked()).toEqual([folder])
})

it('is nothing without any tool', async () => {
  expect(await packageHosts(home, env)).toEqual([])
})

it('learns from cargo which registries it has used', async () => {
  const index = join(folder, '.cargo/registry/index/index.test-0123456789abcdef')
  mkdirSync(index, { recursive: true })
  writeFileSync(join(index, 'config.json'), '{"dl":"https://files.test/crates","api":"https://index.test"}')
  expect(await packageHosts(home, env)).toEqual(['files.test', 'index.test'])
})

it('asks once a process, and once a day across processes', async () => {
  npmSays('https://npm.test/')
  let runs = 0
  const counted: typeof runCommand = (...args) => {
    runs++
    return runCommand(...args)
  }
  await Promise.all([packageHosts(home, env, { run: counted }), packageHosts(home, env, { run: counted })])
  expect(runs).toBe(1)

  const file = join(home, 'cache', 'domains.json')
  const cached = JSON.parse(readFileSync(file, 'utf8'))
  const other = join(folder, 'other')
  mkdirSync(join(other, 'cache'), { recursive: true })
  // The same answer in the home of another process: believed for a day, and not when its clock lies ahead.
  for (const [age, asked] of [
    [3_600_000, 1],
    [25 * 3_600_000, 2],
    [-60_000, 3],
  ] as const) {
    const place = join(other, String(age))
    mkdirSync(join(place, 'cache'), { recursive: true })
    writeFileSync(join(place, 'cache', 'domains.json'), JSON.stringify(cached))
    expect(await packageHosts(place, env, { now: () => cached.asked + age })).toEqual(['npm.test'])
    expect(timesAsked()).toHaveLength(asked)
  }
})

it.each(['', '{', '[]', '{"key":1}'])('asks again where the cache holds %j', async (text) => {
  npmSays('https://npm.test/')
  mkdirSync(join(home, 'cache'), { recursive: true })
  writeFileSync(join(home, 'cache', 'domains.json'), text)
  expect(await packageHosts(home, env)).toEqual(['npm.test'])
})

it('asks again when the settings have changed', async () => {
  npmSays('https://npm.test/')
  await packageHosts(home, env)
  writeFileSync(join(folder, '.npmrc'), 'registry=https://new.test/')
  npmSays('https://new.test/')
  expect(await packageHosts(home, env)).toEqual(['new.test'])
})

it('does not keep an answer with a gap, and is not held up by a tool that hangs', async () => {
  npmSays('https://npm.test/')
  tool('pnpm', '/bin/sleep 60 & wait')
  const impatient: typeof runCommand = (argv, options) => runCommand(argv, { ...options, timeout: 800 })
  const started = Date.now()
  expect(await packageHosts(home, env, { run: impatient })).toEqual(['npm.test'])
  expect(Date.now() - started).toBeLessThan(10_000)
  expect(() => readFileSync(join(home, 'cache', 'domains.json'))).toThrow(/ENOENT/)
})

it('works where nothing can be kept', async () => {
  npmSays('https://npm.test/')
  writeFileSync(join(folder, 'file'), '')
  expect(await packageHosts(join(folder, 'file'), env)).toEqual(['npm.test'])
})
