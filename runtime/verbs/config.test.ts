import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { coolDown } from '../attempt/cool.ts'
import { run as config, help } from './config.ts'
import { run as models, help as modelsHelp } from './models.ts'
import type { Verb } from './verb.ts'

let home: string
let env: NodeJS.ProcessEnv
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dispatch-verbs-'))
  env = { DISPATCH_HOME: home, PATH: join(home, 'bin') }
})
afterEach(() => rmSync(home, { recursive: true }))

/** What the verb prints; its exit code is 0 or the verb throws. */
async function call(verb: Verb, ...argv: string[]): Promise<string> {
  let out = ''
  const stdout = (text: string) => {
    out += text
  }
  expect(await verb(argv, { env, cwd: home, stdout, stderr: stdout, stdin: () => undefined })).toBe(0)
  return out
}
const write = (text: string) => writeFileSync(join(home, 'config.yaml'), text)
const written = () => readFileSync(join(home, 'config.yaml'), 'utf8')

describe('config', () => {
  it('goes through the life of a model', async () => {
    await call(config, 'add', 'deep', '--backend', 'claude', '--id', 'opus', '--fallback', 'sonnet, haiku')
    await call(config, 'add', 'deep', '--effort', 'high', '--profile', 'edit')
    await call(config, 'alias', 'auditor', 'Deep', '--prompt', 'Bugs only.', '--profile', 'read-only')
    expect(await call(config, 'default', 'auditor')).toBe('default is now auditor (claude)\n')
    expect(JSON.parse(await call(config, '--json'))).toMatchObject({
      path: join(home, 'config.yaml'),
      exists: true,
      default: 'auditor',
      models: {
        deep: {
          backend: 'claude',
          id: 'opus',
          effort: 'high',
          profile: 'edit',
          fallback: ['sonnet', 'haiku'],
        },
      },
      aliases: { auditor: { model: 'deep', prompt: 'Bugs only.', profile: 'read-only' } },
      limits: { parallel: null, ask_timeout: '3m' },
      sandbox: { domains: null },
    })
    await expect(call(config, 'remove', 'deep')).rejects.toThrow(
      /still needed by the default and the alias auditor/,
    )
    await call(config, 'default', 'opus')
    await call(config, 'remove', 'auditor')
    expect(await call(config, 'remove', 'deep')).toBe('deep is removed\n')
  })

  it('lists what holds without a file, creates none, and prints where it would be', async () => {
    expect(await call(config)).toMatch(
      /^# .*config\.yaml \(not there yet.*\ndefault: null\n[\s\S]*ask_timeout: 3m/,
    )
    expect(await call(config, 'path')).toBe(`${join(home, 'config.yaml')}\n`)
    expect(existsSync(join(home, 'config.yaml'))).toBe(false)
  })

  it('does not print what env holds: a session reads this', async () => {
    write('backends: { x: { command: a, env: { KEY: top-secret } } }\n')
    for (const argv of [['list'], ['--json']]) {
      const text = await call(config, ...argv)
      expect(text).toContain('KEY')
      expect(text).not.toContain('top-secret')
    }
  })

  it('finds the CLI that makes a model, and writes the id that it wants to hear', async () => {
    expect(await call(config, 'add', 'gpt-5.3-codex')).toBe('gpt-5.3-codex is a model of codex now\n')
    await call(config, 'add', 'gpt 5.2', '--effort', 'high')
    await call(config, 'add', 'gemini-3.1-pro', '--backend', 'cursor')
    await call(config, 'add', 'lawyer', '--backend', 'claude', '--id', 'opus')
    expect(JSON.parse(await call(config, '--json')).models).toMatchObject({
      'gpt-5.3-codex': { backend: 'codex', id: null },
      'gpt 5.2': { backend: 'codex', id: 'gpt-5.2', effort: 'high' },
      'gemini-3.1-pro': { backend: 'cursor', id: null },
      lawyer: { backend: 'claude', id: 'opus' },
    })
    const shown = await call(config, 'show', 'GPT 5.2')
    expect(shown).toMatch(
      /^name: gpt 5\.2\nbackend: codex\ncounts_as: codex\nid: gpt-5\.2\neffort: high\n[\s\S]*installed: false\n$/,
    )
    expect(JSON.parse(await call(config, 'show', 'opus', '--json'))).toMatchObject({
      backend: 'claude',
      id: 'opus',
    })
  })

  it('plays the recovery of a CLI that is gone: another default, the model removed, and why', async () => {
    write(
      'default: gpt-5.3-codex\nmodels:\n  opus: { backend: claude }\n  gpt-5.3-codex: { backend: codex }\n',
    )
    await expect(call(config, 'remove', 'gpt-5.3-codex')).resolves.toContain('is removed')
    write('default: strange\nmodels:\n  opus: { backend: claude }\n  strange: { backend: codex }\n')
    await expect(call(config, 'remove', 'strange')).rejects.toThrow(/still needed by the default/)
    await call(config, 'default', 'opus', '--why', 'Codex CLI unavailable')
    await call(config, 'remove', 'strange', '--why', 'CLI unavailable')
    expect(written()).toBe(
      'default: opus # was strange: Codex CLI unavailable\nmodels:\n  opus: { backend: claude }\n  # removed: strange (CLI unavailable)\n',
    )
  })

  it('does not remove what a fallback needs', async () => {
    write('models: { a: { backend: claude, fallback: [b] }, b: { backend: codex } }\n')
    await expect(call(config, 'remove', 'b')).rejects.toThrow(/still needed by the fallback of a/)
  })

  it.each([
    [['default', 'opus']],
    [['add', 'x', '--backend', 'claude']],
    [['alias', 'x', 'opus']],
    [['remove', 'x']],
    [['init']],
    [['migrate']],
    [['list']],
    [['show', 'opus']],
  ])('says where a mistake is, and leaves the file as it is: %j', async (argv) => {
    const broken = '# mine\nmodels:\n  x: { backend: claude }\n  y: { backend: clod }\n'
    write(broken)
    await expect(call(config, ...argv)).rejects.toMatchObject({
      exit: 65,
      message: expect.stringMatching(/config\.yaml:4\n.*claude, codex.*"clod"/),
    })
    expect(written()).toBe(broken)
  })

  it('migrates, and shows before what it would do', async () => {
    expect(await call(config, 'migrate')).toMatch(/^Nothing to migrate/)
    write('agents: { harvey: { command: agent -p --force -m gpt-5 } }\n')
    expect(await call(config, 'list')).toMatch(/# older format: line 1: agents\.harvey is cursor/)
    expect(await call(config, 'migrate', '--dry-run')).toMatch(
      /Would be changed:[\s\S]*gives no rights[\s\S]*models:/,
    )
    expect(written()).toContain('agents:')
    expect(await call(config, 'migrate')).toMatch(/Changed:[\s\S]*The old file is .*config\.yaml\.old/)
    expect(written()).toBe('models:\n  harvey: { backend: cursor, id: gpt-5 }\n')
  })

  it('writes a first configuration from what is installed, and no second one', async () => {
    await expect(call(config, 'init')).rejects.toMatchObject({
      exit: 69,
      message: expect.stringMatching(/no AI CLI works here[\s\S]*npm install -g[\s\S]*--model demo/),
    })
    expect(existsSync(join(home, 'config.yaml'))).toBe(false)
    mkdirSync(join(home, 'bin'))
    writeFileSync(join(home, 'bin', 'claude'), '#!/bin/sh\necho 2.1.329\n')
    chmodSync(join(home, 'bin', 'claude'), 0o755)
    expect(await call(config, 'init')).toMatch(
      /^Found claude 2\.1\.329; the default is claude, written to .*config\.yaml/,
    )
    const first = written()
    expect(first).toContain('default: claude\n')
    await expect(call(config, 'init')).rejects.toMatchObject({ exit: 1 })
    expect(written()).toBe(first)
  })

  it('says a removed name need not be configured where it is built in', async () => {
    write('default: opus\nmodels: { opus: { backend: claude } }\n')
    await call(config, 'remove', 'opus')
    expect(written()).toContain('default: opus')
  })

  it.each<[number, string, string[]]>([
    [64, 'config has no `fly`', ['fly']],
    [64, 'config has no `constructor`', ['constructor']],
    [64, 'takes 1 word', ['default']],
    [64, 'takes 1 word', ['default', 'opus', '4.6']],
    [64, 'takes 2 words', ['alias', 'a']],
    [64, "Unknown option '--colour'", ['add', 'a', '--colour', 'red']],
    [64, 'takes no --backend', ['list', '--backend', 'claude']],
    [64, 'needs --backend', ['add', 'a']],
    [64, 'takes no --dry-run', ['init', '--dry-run']],
    [64, 'takes no --why', ['add', 'a', '--why', 'so']],
    [64, 'takes 1 word', ['show']],
    [1, 'no model is called "opsu"', ['show', 'opsu']],
    [64, 'not usable as the name', ['add', '', '--backend', 'claude']],
    [64, 'not usable as the name', ['add', '__proto__', '--backend', 'claude']],
    [64, 'not usable as the name', ['alias', 'a\nb', 'opus']],
    [64, 'read-only, edit, full', ['add', 'a', '--backend', 'claude', '--profile', 'root']],
    [1, 'always the embedded worker', ['add', 'demo', '--backend', 'claude']],
    [1, 'no backend is called "mine"', ['add', 'a', '--backend', 'mine']],
    [1, 'no model is called "sonet"', ['add', 'a', '--backend', 'claude', '--fallback', 'sonet']],
    [1, 'no model is called "opsu"', ['default', 'opsu']],
    [1, 'no model is called "opsu"', ['alias', 'a', 'opsu']],
    [1, 'no model and no alias', ['remove', 'opus']],
  ])('exits %i: %s', async (exit, said, argv) => {
    await expect(call(config, ...argv)).rejects.toMatchObject({
      exit,
      message: expect.stringContaining(said),
    })
    await expect(call(config, ...argv)).rejects.toThrow(/^(.*\n?){1,4}$/)
    expect(existsSync(join(home, 'config.yaml'))).toBe(false)
  })

  it.each([
    ['default', 'opus'],
    ['add', 'a', '--backend', 'demo'],
    ['alias', 'a', 'opus'],
    ['remove', 'a'],
    ['init'],
    ['migrate'],
  ])('is not for a worker to change: %s', async (...argv) => {
    env.DISPATCH_TASK = 'task'
    await expect(call(config, ...argv)).rejects.toMatchObject({ exit: 1 })
    expect(await call(config, 'list')).toContain('default: null')
  })
})

describe('models', () => {
  it('lists what can be said, what would run, and the default', async () => {
    write(
      'models: { own: { backend: local }, gpt: { backend: codex } }\naliases: { lost: { model: gone } }\n',
    )
    writeFileSync(
      join(home, 'config.yaml'),
      `${written()}backends: { local: { command: /bin/sh -c true } }\n`,
    )
    const rows: { name: string }[] = JSON.parse(await call(models, '--json')).models
    const row = (name: string) => rows.find((candidate) => candidate.name === name)
    expect(row('own')).toMatchObject({
      kind: 'model',
      backend: 'command',
      program: '/bin/sh',
      installed: true,
    })
    expect(row('gpt')).toMatchObject({ backend: 'codex', id: 'gpt', program: 'codex', installed: false })
    expect(row('lost')).toMatchObject({ kind: 'alias', backend: null, installed: false })
    expect(row('opus')).toMatchObject({ kind: 'built-in', backend: 'claude', id: 'opus', installed: false })
    expect(row('demo')).toMatchObject({ backend: 'demo', program: null, installed: true })
    expect(rows.filter((each) => 'default' in each && each.default === true)).toEqual([])
  })

  it.each([
    ['', /^\* claude +claude +- +installed, 2\.1\.329$/m],
    ['default: Opus 4.6\n', /^\* claude-opus-4-6 +claude +claude-opus-4-6 +installed, 2\.1\.329$/m],
    ['default: demo\n', /^\* demo +demo +- +nothing to install$/m],
  ])('marks one default: %j', async (text, line) => {
    write(text)
    const program = join(home, 'claude')
    writeFileSync(program, '#!/bin/sh\necho 2.1.329\n')
    chmodSync(program, 0o755)
    env.PATH = home
    const out = await call(models)
    expect(out).toMatch(line)
    expect(out.match(/^\*/gm)).toHaveLength(1)
  })

  it('tells a stub from a program, and shows what is cooling down', async () => {
    write('models: { quick: { backend: claude, id: haiku } }\n')
    mkdirSync(join(home, 'bin'))
    const program = join(home, 'bin', 'claude')
    writeFileSync(program, '#!/bin/sh\necho "claude native binary not installed" >&2; exit 1\n')
    chmodSync(program, 0o755)
    expect(await call(models)).toMatch(/^ {2}quick +claude +haiku +not installed \(claude\)$/m)
    writeFileSync(program, '#!/bin/sh\necho 2.1.329\n')
    const until = Date.now() + 600_000
    const choice = { group: 'claude', id: 'haiku', name: 'quick' }
    coolDown(home, choice, { class: 'overloaded', until, task: 'a' })
    const { models: rows, offers } = JSON.parse(await call(models, '--json'))
    expect(rows.find(({ name }: { name: string }) => name === 'quick')).toMatchObject({
      installed: true,
      version: '2.1.329',
      cooling: { class: 'overloaded', until: new Date(until).toISOString() },
    })
    expect(rows.find(({ name }: { name: string }) => name === 'sonnet')).toMatchObject({ cooling: null })
    expect(offers).toEqual({})
  })

  it('asks nothing in a worker, and shows what was listed before', async () => {
    const said = { stamp: '', asked: 0, whole: true, version: '9', logged_in: true }
    const offered = Array.from({ length: 10 }, (_, i) => `m-${i}`)
    mkdirSync(join(home, 'cache'))
    writeFileSync(join(home, 'cache', 'clis.json'), JSON.stringify({ codex: { ...said, models: offered } }))
    env.DISPATCH_TASK = 'task'
    expect(await call(models)).toMatch(/^codex offers m-0, .*m-7 and 2 more \(--json\)$/m)
    expect(JSON.parse(await call(models, '--json')).offers).toEqual({ codex: offered })
  })

  it('exits 64 on what it does not take', async () => {
    await expect(call(models, 'opus')).rejects.toMatchObject({ exit: 64 })
  })
})

it.each([
  [config, help],
  [models, modelsHelp],
])('has a help with an example', async (verb, text) => {
  expect(await call(verb, '--help')).toBe(text)
  expect(text).toMatch(/^dispatch \S.* {3}\S.*\n\n[\s\S]*\nExample: dispatch /)
})
