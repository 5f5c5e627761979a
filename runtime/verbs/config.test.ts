import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
    ['', /^\* claude +claude +- +installed$/m],
    ['default: Opus 4.6\n', /^\* claude-opus-4-6 +claude +claude-opus-4-6 +installed$/m],
    ['default: demo\n', /^\* demo +demo +- +nothing to install$/m],
  ])('marks one default: %j', async (text, line) => {
    write(text)
    const program = join(home, 'claude')
    writeFileSync(program, '#!/bin/sh\n')
    chmodSync(program, 0o755)
    env.PATH = home
    const out = await call(models)
    expect(out).toMatch(line)
    expect(out.match(/^\*/gm)).toHaveLength(1)
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
