import { describe, expect, it } from 'vitest'
import { parseConfig } from './load.ts'
import { resolveModel } from './resolve.ts'

const all = () => true
const none = () => false
const empty = parseConfig('', 'config.yaml')
const full = parseConfig(
  `
backends:
  claude: { env: { A: "1" }, timeout: 1h }
  gemini: { command: npx gemini }
  local: { command: my-agent --print, env: { B: "2" } }
  idle: { timeout: 1m }
models:
  deep: { backend: claude, id: claude-opus-4-6, effort: high, profile: edit, fallback: [sonnet] }
  opus: { backend: demo }
  gpt-5.3-codex: { backend: codex }
  codex: { backend: codex }
  own: { backend: local, id: m1 }
  haiku 4.5: { backend: claude }
  constructor-x: { backend: claude }
  a-1: { backend: claude, id: first }
  a.1: { backend: claude, id: second }
aliases:
  auditor: { model: deep, prompt: Bugs only., profile: read-only }
  sonnet: { model: sonnet, prompt: Short. }
  lost: { model: gone }
  second: { model: auditor }
limits: { timeout: 2h }
`,
  'config.yaml',
)

describe('a model word without any configuration', () => {
  it.each<[string, string, string | undefined, string]>([
    ['opus', 'claude', 'opus', 'opus'],
    ['Sonnet', 'claude', 'sonnet', 'sonnet'],
    ['haiku', 'claude', 'haiku', 'haiku'],
    ['fable', 'claude', 'fable', 'fable'],
    ['claude', 'claude', undefined, 'claude'],
    ['claude opus', 'claude', 'opus', 'opus'],
    ['opus 4.6', 'claude', 'claude-opus-4-6', 'claude-opus-4-6'],
    ['sonnet-4.6', 'claude', 'claude-sonnet-4-6', 'claude-sonnet-4-6'],
    ['sonnet 4.6', 'claude', 'claude-sonnet-4-6', 'claude-sonnet-4-6'],
    ['Opus 4-6', 'claude', 'claude-opus-4-6', 'claude-opus-4-6'],
    ['Claude Opus 4.5', 'claude', 'claude-opus-4-5', 'claude-opus-4-5'],
    ['claude-opus-4-6', 'claude', 'claude-opus-4-6', 'claude-opus-4-6'],
    ['claude-sonnet-4-5-20250929', 'claude', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4-5-20250929'],
    ['claude-3-5-haiku-latest', 'claude', 'claude-3-5-haiku-latest', 'claude-3-5-haiku-latest'],
    ['opus[1m]', 'claude', 'opus[1m]', 'opus[1m]'],
    ['sonnet 4.6[1m]', 'claude', 'claude-sonnet-4-6[1m]', 'claude-sonnet-4-6[1m]'],
    ['demo', 'demo', undefined, 'demo'],
  ])('%s', (word, backend, id, name) => {
    expect(resolveModel(empty, word, none)).toEqual({
      name,
      backend,
      id,
      effort: undefined,
      prompt: undefined,
      profile: undefined,
      command: undefined,
      env: {},
      timeout: undefined,
      fallback: [],
    })
  })

  it.each<[string, RegExp]>([
    ['opsu', /expected opus or/],
    ['son', /expected sonnet or/],
    ['claude-sonet', /expected .*claude/],
    ['gpt-5.3-codex', /expected one of `dispatch models`/],
    ['constructor', /dispatch config add/],
    ['__proto__', /dispatch config add/],
    ['-rf', /dispatch config add/],
    ['', /dispatch config add/],
  ])('%j is refused, with what may have been meant and how to add it', (word, said) => {
    expect(() => resolveModel(empty, word, all)).toThrow(
      expect.objectContaining({ exit: 1, message: expect.stringMatching(said) }),
    )
  })
})

describe('a model word of the user', () => {
  it.each<[string, Record<string, unknown>]>([
    [
      'deep',
      {
        name: 'deep',
        backend: 'claude',
        id: 'claude-opus-4-6',
        effort: 'high',
        profile: 'edit',
        fallback: ['sonnet'],
        env: { A: '1' },
        timeout: 3_600_000,
      },
    ],
    ['Deep', { name: 'deep' }],
    ['opus', { name: 'opus', backend: 'demo', id: undefined }],
    ['opus 4.6', { backend: 'claude', id: 'claude-opus-4-6' }],
    ['gpt 5.3 codex', { name: 'gpt-5.3-codex', backend: 'codex', id: 'gpt-5.3-codex', timeout: 7_200_000 }],
    ['codex', { name: 'codex', backend: 'codex', id: undefined }],
    ['gemini', { name: 'gemini', backend: 'gemini', id: undefined, command: ['npx', 'gemini'] }],
    ['local', { name: 'local', backend: 'command', command: ['my-agent', '--print'], env: { B: '2' } }],
    ['own', { name: 'own', backend: 'command', id: 'm1', command: ['my-agent', '--print'] }],
    ['haiku-4.5', { name: 'haiku 4.5', id: 'claude-haiku-4-5' }],
    ['a-1', { id: 'first' }],
    ['auditor', { name: 'auditor', id: 'claude-opus-4-6', prompt: 'Bugs only.', profile: 'read-only' }],
    ['sonnet', { name: 'sonnet', id: 'sonnet', prompt: 'Short.' }],
  ])('%s', (word, expected) => {
    expect(resolveModel(full, word, none)).toMatchObject(expected)
  })

  it.each<[string, RegExp]>([
    ['a 1', /could be a-1 or a\.1/],
    ['lost', /alias "lost" stands for "gone"/],
    ['second', /alias "second" stands for "auditor"/],
    ['idle', /no model is called/],
    ['auditr', /expected auditor/],
  ])('%s is refused', (word, said) => {
    expect(() => resolveModel(full, word, all)).toThrow(
      expect.objectContaining({ exit: 1, message: expect.stringMatching(said) }),
    )
  })
})

describe('no word at all', () => {
  const withDefault = (word: string) => parseConfig(`default: ${word}`, 'config.yaml')

  it('is the configured default, installed or not', () => {
    expect(resolveModel(withDefault('Opus 4.6'), undefined, none).id).toBe('claude-opus-4-6')
    expect(() => resolveModel(withDefault('opuss'), undefined, all)).toThrow(/configured default.*"opuss"/)
  })

  it("is the claude CLI's own default where that is installed", () => {
    const asked: string[] = []
    const choice = resolveModel(empty, undefined, (program) => asked.push(program) > 0)
    expect(choice).toMatchObject({ name: 'claude', backend: 'claude', id: undefined })
    expect(asked).toEqual(['claude'])
  })

  it('asks for the program that the user put in its place', () => {
    const config = parseConfig('backends: { claude: { command: /opt/c --x } }', 'config.yaml')
    expect(resolveModel(config, undefined, (program) => program === '/opt/c').command).toEqual([
      '/opt/c',
      '--x',
    ])
  })

  it.each([
    [empty, /npm install -g @anthropic-ai\/claude-code.*--model demo/],
    [full, /dispatch config default <model>.*deep/],
  ])('is a missing program otherwise', (config, said) => {
    expect(() => resolveModel(config, undefined, none)).toThrow(
      expect.objectContaining({ exit: 69, message: expect.stringMatching(said) }),
    )
  })
})
