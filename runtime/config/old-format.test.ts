import { describe, expect, it } from 'vitest'
import { parseConfig } from './load.ts'
import { migrateText } from './migrate.ts'
import { lookUp } from './resolve.ts'

const read = (text: string) => parseConfig(text, 'config.yaml')

/** As its makers published it. */
const MODELS = `
default: opus # Default model (by name or alias)

# the CLIs
backends:
  claude:
    command: >
      env -u CLAUDE_CODE_ENTRYPOINT -u CLAUDECODE
      claude -p --dangerously-skip-permissions
  cursor:
    command: >
      agent -p --force --workspace "$(pwd)"
  codex:
    command: >
      codex exec --full-auto -C "$(pwd)"

models:
  # Claude
  opus:           { backend: claude }
  sonnet-4.6:     { backend: claude }
  gpt-5.3-codex:  { backend: codex }
  gemini-3.1-pro: { backend: cursor }

aliases:
  security-reviewer:
    model: opus
    prompt: >
      You are a security-focused reviewer.
  quick:
    model: sonnet-4.6
`

const AGENTS = `
default: harvey # who else

agents:
  # the fast one
  cursor:
    command: agent -p --force --workspace "$(pwd)" # as published
  claude: { command: env -u CLAUDECODE claude -p --dangerously-skip-permissions }
  harvey:
    # the lawyer
    command: >
      agent -p --force --model gpt-5
      --workspace "$(pwd)"
    prompt: You are a lawyer.
  thinker: { command: codex exec -c model_reasoning_effort=high -s read-only }
  own: { command: my-agent --print 'two words', prompt: Be brief. }
  account:
    command: env CLAUDE_CONFIG_DIR=/x claude -p --permission-mode plan
  far: { command: /opt/codex exec }
  planner: { command: claude -p, prompt: Plan only. }
limits: { parallel: 3 } # enough
`

describe('backends, models and aliases with command strings', () => {
  it.each<[string, Record<string, unknown>]>([
    ['opus', { backend: 'claude', id: 'opus', command: undefined, profile: undefined }],
    ['sonnet 4.6', { backend: 'claude', id: 'claude-sonnet-4-6' }],
    ['gpt 5.3 codex', { backend: 'codex', id: 'gpt-5.3-codex', command: undefined, profile: undefined }],
    ['gemini-3.1-pro', { backend: 'cursor', id: 'gemini-3.1-pro', command: undefined, profile: undefined }],
    [
      'security-reviewer',
      { backend: 'claude', id: 'opus', prompt: 'You are a security-focused reviewer.\n' },
    ],
  ])('%s', (word, choice) => {
    expect(lookUp(read(MODELS), word)).toMatchObject(choice)
  })

  it('say of every part what counts now, and which flags give nothing any more', () => {
    const { old } = read(MODELS)
    expect(old.map(({ line, granting }) => [line, granting])).toEqual([
      [7, ['--dangerously-skip-permissions']],
      [11, ['--force']],
      [14, ['--full-auto']],
    ])
    for (const { says } of old)
      expect(says.join(' ')).toMatch(/gives no rights any more.*its profile: edit, unless/)
  })

  it('keep a narrower mode as a profile, and never turn a wider one into one', () => {
    const config = read(
      'backends:\n  codex: { command: codex exec -s read-only }\n  claude: { command: claude -p --permission-mode bypassPermissions }\n',
    )
    expect(lookUp(config, 'gpt-5.2')?.profile).toBe('read-only')
    expect(lookUp(config, 'opus')?.profile).toBeUndefined()
  })

  it('know a CLI under a name of its own, and leave a foreign command alone', () => {
    const config = read(
      'backends:\n  work: { command: env -u CLAUDECODE claude -p --yolo }\n  mine: { command: my-agent -p }\nmodels: { opus: { backend: work } }\n',
    )
    expect(lookUp(config, 'opus')).toMatchObject({
      backend: 'claude',
      group: 'work',
      id: 'opus',
      command: undefined,
    })
    expect(lookUp(config, 'mine')).toMatchObject({ backend: 'command', command: ['my-agent', '-p'] })
    expect(config.old).toHaveLength(1)
  })
})

describe('agents with command strings', () => {
  it.each<[string, Record<string, unknown>]>([
    ['cursor', { backend: 'cursor', group: 'cursor', id: undefined, command: undefined, profile: undefined }],
    ['claude', { backend: 'claude', id: undefined, command: undefined, profile: undefined }],
    ['harvey', { name: 'harvey', backend: 'cursor', id: 'gpt-5', prompt: 'You are a lawyer.' }],
    ['thinker', { backend: 'codex', id: undefined, effort: 'high', profile: 'read-only' }],
    ['own', { backend: 'command', command: ['my-agent', '--print', 'two words'], prompt: 'Be brief.' }],
    [
      'account',
      { backend: 'claude', group: 'account', env: { CLAUDE_CONFIG_DIR: '/x' }, profile: 'read-only' },
    ],
    ['far', { backend: 'codex', group: 'far', id: undefined, command: ['/opt/codex'] }],
    ['planner', { backend: 'claude', id: undefined, prompt: 'Plan only.' }],
  ])('%s', (word, choice) => {
    expect(lookUp(read(AGENTS), word)).toMatchObject(choice)
  })

  it('do not count where today’s sections have the same name', () => {
    const config = read('agents: { a: { command: agent -p --model x } }\nmodels: { a: { backend: demo } }\n')
    expect(lookUp(config, 'a')?.backend).toBe('demo')
    expect(config.old[0]?.says).toEqual([expect.stringMatching(/agents\.a does not count/)])
  })

  it('survive names that are none for an object', () => {
    const config = read('agents: { __proto__: { command: my-agent }, toString: { command: agent -p -m x } }')
    expect(lookUp(config, 'toString')).toMatchObject({ backend: 'cursor', id: 'x' })
    expect(lookUp(config, '__proto__')).toBeUndefined()
    expect(Object.hasOwn(Object.prototype, 'command')).toBe(false)
  })
})

describe('what cannot be understood is an error with its line', () => {
  it.each<[string, number, RegExp]>([
    ['agents: [a]\n', 1, /agents is not usable[\s\S]*a mapping/],
    ['agents:\n  a: agent -p\n', 2, /agents\.a is not usable[\s\S]*the key command/],
    ['agents:\n  a:\n    prompt: x\n', 3, /agents\.a\.command[\s\S]*a command/],
    ['agents:\n  a:\n    command: agent -p\n    prompt: [x]\n', 4, /agents\.a\.prompt[\s\S]*text/],
    ['agents:\n  a:\n    command: my-agent "$(cat prompt)"\n', 3, /runs without a shell.*`\$`/],
    ['agents:\n  a:\n    command: my-agent --dir "$(pwd)"\n', 3, /runs without a shell/],
    [
      'backends:\n  codex:\n    command: codex exec "$(cat p)"\n',
      3,
      /backends\.codex\.command[\s\S]*without a shell/,
    ],
    ["backends:\n  claude:\n    command: bash -c 'claude --yolo'\n", 3, /without a shell, and without flags/],
  ])('%j', (text, line, said) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ exit: 65, message: expect.stringMatching(said) }),
    )
    // The mapping of a missing key stands on the line of its first one.
    expect(() => read(text)).toThrow(`config.yaml:${line}\n`)
  })
})

describe('migrating', () => {
  it('leaves the models and every comment, and takes what dispatch does itself', () => {
    expect(migrateText(MODELS, 'config.yaml')).toBe(`default: opus # Default model (by name or alias)

# the CLIs
models:
  # Claude
  opus: { backend: claude }
  sonnet-4.6: { backend: claude }
  gpt-5.3-codex: { backend: codex }
  gemini-3.1-pro: { backend: cursor }

aliases:
  security-reviewer:
    model: opus
    prompt: >
      You are a security-focused reviewer.
  quick:
    model: sonnet-4.6
`)
  })

  it.each([
    ['backends', MODELS],
    ['agents', AGENTS],
    ['Windows line ends', AGENTS.replaceAll('\n', '\r\n')],
    [
      'both',
      'agents:\n  a: { command: agent -p --model x }\nbackends: # b\n  codex: { command: codex exec, timeout: 1h } # c\n',
    ],
    [
      'a backend under its own name',
      'backends:\n  work: { command: env A=b claude -p, env: { C: d } }\nmodels: { x: { backend: work } }\n',
    ],
    [
      'sections that hold nothing',
      'models:\naliases: # none\nbackends:\nagents: { a: { command: agent -p -m x, prompt: p } }\n',
    ],
  ])('means the same, keeps comments, and is done once: %s', (_, text) => {
    const migrated = migrateText(text, 'config.yaml')
    expect(read(migrated).old).toEqual([])
    expect(migrateText(migrated, 'config.yaml')).toBe(migrated)
    for (const comment of text.match(/# [\w ]+/g) ?? []) expect(migrated).toContain(comment.trimEnd())
    expect(migrated).not.toMatch(/agents:|\$\(pwd\)|dangerously|--force/)
    expect(migrated.includes('\r\n')).toBe(text.includes('\r\n'))
  })

  it('gives agents a place that says what they are', () => {
    const migrated = migrateText(AGENTS, 'config.yaml')
    for (const line of [
      'harvey: { backend: cursor, id: gpt-5 }',
      'harvey: { model: harvey, prompt: You are a lawyer. }',
      'thinker: { backend: thinker, effort: high, profile: read-only }',
      'command: [ /opt/codex ]',
      'planner: { model: claude, prompt: Plan only. }',
    ])
      expect(migrated).toContain(line)
  })
})
