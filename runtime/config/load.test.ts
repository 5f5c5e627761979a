import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from './load.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dispatch-config-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const load = (text: string) => {
  writeFileSync(join(home, 'config.yaml'), text)
  return loadConfig(home)
}

describe('config.yaml', () => {
  it('need not be there', () => {
    const config = loadConfig(home)
    expect(config).toMatchObject({ path: join(home, 'config.yaml'), exists: false, keep: [], sandbox: {} })
    expect(config.limits.ask_timeout).toBe(180_000)
    expect([config.default, config.limits.parallel, config.limits.timeout, config.sandbox.domains]).toEqual(
      Array(4).fill(undefined),
    )
    expect([config.models.size, config.limits.per_backend.size]).toEqual([0, 0])
  })

  it.each(['', '# only a comment\n', '---\n', 'models:\nlimits:\nsandbox:\nkeep:\ndefault:\n'])(
    'may be as good as empty: %j',
    (text) => {
      expect(load(text)).toMatchObject({ exists: true, keep: [], limits: { ask_timeout: 180_000 } })
    },
  )

  it('is read whole, and keys that nobody knows are let through at every level', () => {
    const config = load(`
default: deep
mine: 1
backends:
  local: { command: my-agent --print 'two words', env: { KEY: "1" }, timeout: 1h30m, profile: full, colour: red }
  claude: { command: [npx, claude] }
models:
  deep: { backend: claude, id: opus, effort: high, profile: edit, fallback: [sonnet], note: x }
  own: { backend: local }
aliases:
  auditor: { model: deep, prompt: Bugs only., profile: read-only, x: y }
limits: { parallel: 5, per_backend: { claude: 2 }, timeout: 7200, budget_usd: 1.5, ask_timeout: 500ms, retries: 0, backoff: [30s, 2m], z: 1 }
sandbox: { domains: [example.org, "*.example.net"], a: b }
bootstrap: { /repo/one: npm ci, /repo/two: [make, deps] }
keep: [watchman]
`)
    expect(config.backends.get('local')).toEqual({
      command: ['my-agent', '--print', 'two words'],
      env: { KEY: '1' },
      timeout: 5_400_000,
      profile: 'full',
    })
    expect(config.models.get('deep')).toEqual({
      backend: 'claude',
      id: 'opus',
      effort: 'high',
      profile: 'edit',
      fallback: ['sonnet'],
    })
    expect(config.aliases.get('auditor')).toEqual({
      model: 'deep',
      prompt: 'Bugs only.',
      profile: 'read-only',
    })
    expect(config.limits).toEqual({
      parallel: 5,
      per_backend: new Map([['claude', 2]]),
      timeout: 7_200_000,
      budget_usd: 1.5,
      ask_timeout: 500,
      hang: 600_000,
      retries: 0,
      backoff: [30_000, 120_000],
    })
    expect(config.sandbox.domains).toEqual(['example.org', '*.example.net'])
    expect([...config.bootstrap]).toEqual([
      ['/repo/one', ['npm', 'ci']],
      ['/repo/two', ['make', 'deps']],
    ])
    expect(config.keep).toEqual(['watchman'])
  })

  it.each<[string, string, number, string[]]>([
    ['not YAML', 'a: 1\nb: [1\n', 3, ['not YAML']],
    ['a list', '- a\n', 1, ['the configuration', 'a mapping', 'a list']],
    ['a text', 'hello\n', 1, ['a mapping', '"hello"']],
    ['a number as default', '# c\ndefault: 4\n', 2, ['default', 'text', 'found 4']],
    ['a list of models', 'models:\n  - opus\n', 2, ['models', 'a mapping', 'a list']],
    [
      'a model that is a text',
      'models:\n  a: { backend: claude }\n  b: claude\n',
      3,
      ['models.b', 'a mapping', '"claude"'],
    ],
    [
      'a model without backend',
      'models:\n  a:\n    id: x\n',
      3,
      ['models.a.backend', 'the key backend', 'nothing'],
    ],
    [
      'a model of nowhere',
      'models:\n  a:\n    id: x\n    backend: clod\n',
      4,
      ['models.a.backend', 'claude', '"clod"'],
    ],
    [
      'settings are no backend',
      'backends: { b: { timeout: 1m } }\nmodels:\n  a: { backend: b }\n',
      3,
      ['command'],
    ],
    [
      'a wrong profile',
      'models:\n  a:\n    backend: claude\n    profile: root\n',
      4,
      ['read-only, edit, full', '"root"'],
    ],
    ['half a worker', 'limits:\n\n  parallel: 1.5\n', 3, ['limits.parallel', 'a whole number', '1.5']],
    ['no worker', 'limits: { parallel: 0 }', 1, ['1 or more']],
    ['half a retry', 'limits:\n  retries: -1\n', 2, ['limits.retries', '0 or more', '-1']],
    ['no pauses', 'limits: { backoff: [] }', 1, ['limits.backoff', 'not empty']],
    ['a pause that is none', 'limits:\n  backoff:\n    - soon\n', 3, ['limits.backoff.0', '1h30m']],
    ['endless money', 'limits: { budget_usd: .inf }', 1, ['dollars']],
    [
      'a wrong duration',
      'limits:\n  per_backend: {}\n  timeout: soon\n',
      3,
      ['limits.timeout', '1h30m', '"soon"'],
    ],
    ['no time', 'limits:\n  timeout: 0\n', 2, ['more than no time']],
    [
      'a command for a shell',
      'backends:\n  x:\n    command: a | b\n',
      3,
      ['backends.x.command', 'without a shell', '`|`'],
    ],
    ['an empty command', 'backends:\n  x:\n    command: []\n', 3, ['a program']],
    [
      'a number in env',
      'backends:\n  x:\n    env:\n      PORT: 8080\n',
      4,
      ['backends.x.env.PORT', 'quotes', '8080'],
    ],
    [
      'an address as host',
      'sandbox:\n  domains:\n    - a.org\n    - https://b.org/\n',
      4,
      ['sandbox.domains.1', 'host name'],
    ],
    ['a relative repository', 'bootstrap:\n  repo: npm ci\n', 2, ['bootstrap.repo', 'absolute']],
    ['keep that is a text', 'keep: watchman\n', 1, ['keep', 'a list', '"watchman"']],
    ['a key twice', 'default: a\ndefault: b\n', 2, ['not YAML']],
  ])('%s is an error with its line, and the file stays', (_, text, line, parts) => {
    expect(() => load(text)).toThrow(
      expect.objectContaining({ exit: 65, message: expect.stringContaining(`config.yaml:${line}\n`) }),
    )
    for (const part of parts) expect(() => load(text)).toThrow(part)
    expect(readFileSync(join(home, 'config.yaml'), 'utf8')).toBe(text)
  })

  it('says how many mistakes follow the first', () => {
    expect(() => load('default: 1\nkeep: 2\nmodels: 3\n')).toThrow('2 more after it')
  })

  it('does not let a small file grow', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 9; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      )
    expect(() => load(bomb.join('\n'))).toThrow(expect.objectContaining({ exit: 65 }))
  })
})
