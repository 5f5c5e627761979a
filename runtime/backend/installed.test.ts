import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readClis } from '../config/clis.ts'
import { parseConfig } from '../config/load.ts'
import type { Backend } from './backend.ts'
import { claude } from './claude.ts'
import { detect } from './detect.ts'
import { installedClis } from './installed.ts'

let folder: string
let home: string
let env: NodeJS.ProcessEnv
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-installed-'))
  home = join(folder, 'dispatch')
  mkdirSync(join(folder, 'bin'))
  env = { HOME: folder, PATH: join(folder, 'bin') }
})
afterEach(() => rmSync(folder, { recursive: true }))

const place = (name: string) => join(folder, 'bin', name)
function program(name: string, script: string): string {
  writeFileSync(place(name), `#!/bin/sh\necho "$*" >> '${folder}/asked'\n${script}\n`)
  chmodSync(place(name), 0o755)
  return place(name)
}
const asked = () =>
  existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n') : []
const config = (text = '') => parseConfig(text, 'config.yaml')

describe('a program that is run with --version', () => {
  it.each<[string, string, string, string | undefined, RegExp | undefined]>([
    ['claude', 'echo "2.1.329 (Claude Code)"', 'works', '2.1.329', undefined],
    ['codex', 'echo "WARNING: no 1 helper" >&2; echo "codex-cli 0.169.0"', 'works', '0.169.0', undefined],
    ['cursor', 'echo 2025.09.18-7ae6800', 'works', '2025.09.18-7ae6800', undefined],
    ['one that says nothing', ':', 'works', undefined, undefined],
    [
      'a stub',
      'echo "claude native binary not installed" >&2; exit 1',
      'broken',
      undefined,
      /only a stub.*--ignore-scripts.*npm install -g @anthropic/,
    ],
    [
      'a stub that ends well',
      'echo "opencode-ai\'s postinstall script was not run"',
      'broken',
      undefined,
      /only a stub/,
    ],
    [
      'one that crashes',
      'echo "no such library: x.so" >&2; exit 127',
      'broken',
      undefined,
      /does not run: no such library: x\.so\. Install it again/,
    ],
    [
      'one that hangs',
      '/bin/sleep 600 & wait',
      'silent',
      undefined,
      /did not tell its version within 0\.5 s/,
    ],
  ])('%s', async (_, script, state, version, problem) => {
    const path = program('claude', script)
    const found = await detect(claude, [path], env, state === 'silent' ? 500 : 20_000)
    expect([found.state, found.version, found.argv]).toEqual([state, version, [path]])
    if (problem === undefined) expect(found.problem).toBeUndefined()
    else expect(found.problem).toMatch(problem)
  })
})

describe('the CLIs of this machine', () => {
  const look = async (wish: Partial<Parameters<typeof installedClis>[1]> = {}, text = '') => {
    const all = await installedClis(config(text), { home, env, patience: 20_000, ...wish })
    const [first] = all.filter(({ cli }) => cli === 'claude')
    if (first === undefined) throw new Error('no claude')
    return first
  }

  it('is what to install where nothing is', async () => {
    expect(await look()).toMatchObject({
      state: 'missing',
      problem: expect.stringContaining('npm install -g'),
    })
    expect(existsSync(join(home, 'cache'))).toBe(false)
  })

  it('is asked once a day, and again when another program stands there', async () => {
    const path = program('claude', 'echo 1.0.0')
    expect((await look()).version).toBe('1.0.0')
    expect((await look()).version).toBe('1.0.0')
    expect(asked()).toHaveLength(1)
    program('claude', 'echo 1.0.1; : longer than before')
    expect((await look()).version).toBe('1.0.1')
    utimesSync(path, 1, 1)
    expect((await look()).version).toBe('1.0.1')
    expect(asked()).toHaveLength(3)
    expect((await look({ again: true })).version).toBe('1.0.1')
    expect(asked()).toHaveLength(4)
    for (const age of [25 * 3_600_000, -60_000]) await look({ now: () => Date.now() + age })
    expect(asked()).toHaveLength(6)
  })

  it('does not keep what went wrong', async () => {
    program('claude', 'exit 1')
    expect((await look()).state).toBe('broken')
    expect(existsSync(join(home, 'cache', 'clis.json'))).toBe(false)
    program('claude', 'echo 1.0.0')
    expect((await look()).state).toBe('works')
  })

  it('is run as the user configured it, from home and not from where we are', async () => {
    program('claude', 'exit 1')
    const mine = join(folder, 'mine')
    writeFileSync(mine, `#!/bin/sh\npwd > '${folder}/where'\necho "$KEY $*"; echo 3.2.1\n`)
    chmodSync(mine, 0o755)
    const found = await look({}, `backends: { claude: { command: '${mine} --x', env: { KEY: v } } }`)
    expect(found).toMatchObject({ state: 'works', version: '3.2.1', argv: [mine, '--x'] })
    expect(readFileSync(join(folder, 'where'), 'utf8').trim()).toBe(folder)
  })

  it('works where nothing can be kept', async () => {
    program('claude', 'echo 1.0.0')
    writeFileSync(join(folder, 'file'), '')
    expect((await look({ home: join(folder, 'file') })).version).toBe('1.0.0')
  })

  it.each(['', '{', '[]', '{"claude":{"stamp":1}}'])('asks where the cache holds %j', async (text) => {
    program('claude', 'echo 1.0.0')
    mkdirSync(join(home, 'cache'), { recursive: true })
    writeFileSync(join(home, 'cache', 'clis.json'), text)
    expect((await look()).version).toBe('1.0.0')
    expect(readClis(home).claude?.version).toBe('1.0.0')
  })
})

it('keeps what a CLI tells of login and models, until it is asked again', async () => {
  program('claude', 'echo 1.0.0')
  let models: string[] | undefined = ['a', 'b']
  const telling: Backend = {
    ...claude,
    ask: {
      loggedIn: (argv, { HOME }) => Promise.resolve(argv[0] === place('claude') && HOME === folder),
      models: () => Promise.resolve(models),
    },
  }
  const look = async (wish: Partial<Parameters<typeof installedClis>[1]>) => {
    const backendFor = (name: string) => (name === 'claude' ? telling : undefined)
    const [found] = await installedClis(config(), { home, env, backendFor, patience: 20_000, ...wish })
    return [found?.loggedIn, found?.models]
  }
  expect(await look({})).toEqual([undefined, undefined])
  expect(await look({ more: true })).toEqual([true, ['a', 'b']])
  models = undefined
  expect(await look({ more: true })).toEqual([true, ['a', 'b']])
  // What was listed once is better than nothing; a login may be over.
  expect(await look({ again: true })).toEqual([undefined, ['a', 'b']])
  expect(readClis(home).claude).toMatchObject({ version: '1.0.0', whole: false, models: ['a', 'b'] })
})
