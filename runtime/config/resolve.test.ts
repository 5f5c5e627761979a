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
    ['claude-opus-4.5', 'claude', 'claude-opus-4-5', 'claude-opus-4-5'],
    ['opus-4.5-thinking', 'claude', 'claude-opus-4-5', 'claude-opus-4-5'],
    ['codex', 'codex', undefined, 'codex'],
    ['gpt-5.3-codex', 'codex', 'gpt-5.3-codex', 'gpt-5.3-codex'],
    ['GPT 5.3 Codex', 'codex', 'gpt-5.3-codex', 'gpt-5.3-codex'],
    ['gpt5', 'codex', 'gpt-5', 'gpt-5'],
    ['o4-mini', 'codex', 'o4-mini', 'o4-mini'],
    ['Gemini', 'gemini', undefined, 'gemini'],
    ['gemini 3.1 pro', 'gemini', 'gemini-3.1-pro', 'gemini-3.1-pro'],
    ['openai/gpt-5.2-codex', 'opencode', 'openai/gpt-5.2-codex', 'openai/gpt-5.2-codex'],
    ['opencode', 'opencode', undefined, 'opencode'],
    ['cursor', 'cursor', undefined, 'cursor'],
    ['composer-1.5', 'cursor', 'composer-1.5', 'composer-1.5'],
  ])('%s', (word, backend, id, name) => {
    expect(resolveModel(empty, word, none)).toEqual({
      name,
      backend,
      group: backend,
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
    ['zzz', /expected one of `dispatch models`/],
    ['gemni', /expected gemini or/],
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

describe('a model that nobody configured', () => {
  const offers = () =>
    new Map([
      ['codex', ['gpt-5.3-codex']],
      ['opencode', ['azure/gpt-5.2', 'openai/gpt-5.2', 'zai/glm-5']],
      ['cursor', ['gemini-3.1-pro', 'sonnet-4.6', 'gpt-5.2']],
    ])
  const there =
    (...clis: string[]) =>
    (program: string) =>
      clis.includes(program)

  it.each<[string, string[], string, string | undefined]>([
    ['gpt-5-3-codex', ['codex'], 'codex', 'gpt-5.3-codex'],
    ['gpt-5.2', ['codex', 'opencode', 'agent'], 'codex', 'gpt-5.2'],
    ['gpt-5.2', ['opencode', 'agent'], 'opencode', 'azure/gpt-5.2'],
    ['OpenAI/GPT-5.2', ['opencode'], 'opencode', 'openai/gpt-5.2'],
    ['gpt-5.2', ['agent'], 'cursor', 'gpt-5.2'],
    ['openai/gpt-5.2', ['agent'], 'cursor', 'gpt-5.2'],
    ['gemini 3.1 pro', ['agent'], 'cursor', 'gemini-3.1-pro'],
    ['sonnet 4.6', ['claude', 'agent'], 'claude', 'claude-sonnet-4-6'],
    ['sonnet 4.6', ['agent'], 'cursor', 'sonnet-4.6'],
    ['GLM 5', ['opencode'], 'opencode', 'zai/glm-5'],
    // Nobody here has it: its own CLI says what to install.
    ['gpt-9', ['agent'], 'codex', 'gpt-9'],
    ['codex', ['agent'], 'codex', undefined],
  ])('%s with %j goes to %s', (word, clis, backend, id) => {
    expect(resolveModel({ ...empty, offers }, word, there(...clis))).toMatchObject({
      backend,
      group: backend,
      id,
    })
  })

  it('has names that only a CLI knows among the near ones', () => {
    expect(() => resolveModel({ ...empty, offers }, 'gml-5', there('opencode'))).toThrow(/expected .*glm-5/)
    expect(() => resolveModel({ ...empty, offers }, 'glm-5', there('agent'))).toThrow(
      /no model is called "glm-5"/,
    )
  })

  it('is never preferred to what the user configured', () => {
    const own = parseConfig('models: { gpt-5.2: { backend: cursor } }', 'config.yaml')
    expect(resolveModel({ ...own, offers }, 'gpt 5.2', there('codex', 'agent'))).toMatchObject({
      backend: 'cursor',
      id: 'gpt-5.2',
    })
  })
})

it('a CLI under a name of its own has its own settings and place in the limits', () => {
  const config = parseConfig(
    'backends: { work: { cli: claude, env: { A: b }, profile: read-only } }\nmodels: { boss: { backend: work, id: opus, profile: edit } }',
    'config.yaml',
  )
  const work = { backend: 'claude', group: 'work', env: { A: 'b' }, command: undefined }
  expect(resolveModel(config, 'work', none)).toMatchObject({ ...work, id: undefined, profile: 'read-only' })
  expect(resolveModel(config, 'boss', none)).toMatchObject({ ...work, id: 'opus', profile: 'edit' })
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
    [
      'local',
      {
        name: 'local',
        backend: 'command',
        group: 'local',
        command: ['my-agent', '--print'],
        env: { B: '2' },
      },
    ],
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

  it('is the first CLI that is there', () => {
    const there = (program: string) => ['agent', 'gemini'].includes(program)
    expect(resolveModel(empty, undefined, there)).toMatchObject({
      name: 'gemini',
      backend: 'gemini',
      id: undefined,
    })
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
