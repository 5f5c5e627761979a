import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ModelChoice } from '../config/model.ts'
import type { LaunchRequest } from './backend.ts'
import { opencode } from './opencode.ts'

let folder: string
let repo: string
let env: Record<string, string>
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'opencode ')))
  repo = join(folder, 'repo')
  env = { PATH: join(folder, 'bin'), HOME: join(folder, 'home') }
  program('opencode', '')
  program('bwrap', 'exit 0')
  put('repo/.dispatch/tasks/t/task.yaml')
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(name: string, text = ''): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}
const program = (name: string, script: string) =>
  chmodSync(put(`bin/${name}`, `#!/bin/sh\n${script}\n`), 0o755)

const model: ModelChoice = {
  name: 'own',
  backend: 'opencode',
  group: 'opencode',
  id: undefined,
  effort: undefined,
  prompt: undefined,
  profile: undefined,
  command: undefined,
  env: {},
  timeout: undefined,
  fallback: [],
}
const plan = (more: Partial<LaunchRequest> = {}) => {
  const root = join(repo, '.dispatch')
  return opencode.plan({
    model,
    profile: 'edit',
    places: { cwd: repo, root, task: join(root, 'tasks/t'), git: undefined, gitDir: undefined },
    session: 's',
    resume: undefined,
    askTimeout: 1000,
    budgetUsd: undefined,
    domains: () => Promise.resolve([]),
    env,
    files: join(folder, 'files'),
    ...more,
  })
}
/** What comes after the program. */
const words = (argv: string[]) => argv.slice(argv.indexOf(join(folder, 'bin/opencode')) + 1).join(' ')
const settings = ({ env: given }: { env: Record<string, string> }) =>
  JSON.parse(given.OPENCODE_CONFIG_CONTENT ?? '')

describe('the words', () => {
  const BASE = 'run --format json --print-logs --log-level ERROR'
  test.each<[string, Partial<LaunchRequest>, string]>([
    ['new', {}, `${BASE} --agent dispatch-worker --title t`],
    ['gone on with', { resume: 'ses_1' }, `${BASE} --agent dispatch-worker --session ses_1`],
    [
      'of a model',
      { model: { ...model, id: 'a/b', effort: 'high' } },
      `${BASE} --agent dispatch-worker --title t --model a/b --variant high`,
    ],
    ['full', { profile: 'full' }, `${BASE} --auto --title t`],
  ])('%s', async (_, more, expected) => expect(words((await plan(more)).argv)).toBe(expected))

  test('send everything into one log', async () => {
    const { argv } = await plan({ profile: 'full' })
    program('opencode', 'echo out; echo problem >&2')
    expect(
      execFileSync(argv[0] ?? '', argv.slice(1), { env, stdio: ['ignore', 'pipe', 'pipe'] }).toString(),
    ).toBe('out\nproblem\n')
  })

  test('keep the user’s own', async () => {
    const { argv } = await plan({ model: { ...model, command: ['opencode', '--pure'] } })
    expect(words(argv)).toMatch(/^--pure run /)
  })

  test('are none where there is no such program', async () => {
    rmSync(join(folder, 'bin/opencode'))
    await expect(plan()).rejects.toMatchObject({ exit: 69 })
  })
})

describe('the environment', () => {
  test('gives a question its time, and the project’s words', async () => {
    put('repo/CLAUDE.md')
    const given = await plan({ askTimeout: 600_000 })
    expect(given.env).toMatchObject({
      OPENCODE_DISABLE_PROJECT_CONFIG: '1',
      OPENCODE_EXPERIMENTAL_BASH_DEFAULT_TIMEOUT_MS: '630000',
    })
    expect(settings(given).instructions).toEqual([join(repo, 'CLAUDE.md')])
    put('repo/AGENTS.md')
    expect(settings(await plan()).instructions).toEqual([join(repo, 'AGENTS.md')])
  })

  test('says the rules for subagents, too', async () => {
    const { env: given } = await plan()
    expect(JSON.parse(given.OPENCODE_PERMISSION ?? '')).toMatchObject({ '*': 'deny', bash: 'allow' })
    expect((await plan({ profile: 'full' })).env.OPENCODE_PERMISSION).toBe(
      '{"doom_loop":"allow","external_directory":"allow"}',
    )
  })
})

describe('its own folders', () => {
  const mounts = async () => (await plan()).argv.join(' ')

  test('are those of the task where it writes, and the user’s own where it reads', async () => {
    put('home/.config/opencode/opencode.json')
    put('home/.local/share/opencode/auth.json', '{"a":{"type":"api"}}')
    const own = join(repo, '.dispatch/tasks/t/data/opencode')
    const said = await mounts()
    const at = (name: string) => join(folder, 'home', name)
    expect(said).toContain(`--bind ${own}/data ${at('.local/share/opencode')}`)
    expect(said).toContain(`--bind ${own}/state ${at('.local/state/opencode')}`)
    expect(said).toContain(
      `--tmpfs ${at('.config/opencode')} --ro-bind-try ${at('.config/opencode/opencode.json')}`,
    )
    expect(said).toContain(`--tmpfs ${at('.cache/opencode')} `)
    expect(said).toContain(
      `--ro-bind /dev/null ${at('.config/opencode/.gitignore')} --remount-ro ${at('.config/opencode')} `,
    )
    expect(said).toContain(`--ro-bind ${at('.local/share/opencode/auth.json')}`)
  })

  test('can be where the user wants them', async () => {
    env.XDG_DATA_HOME = join(folder, 'data')
    expect(await mounts()).toContain(`/data/opencode/data ${join(folder, 'data/opencode')} `)
  })

  test('let a login be renewed that has to be', async () => {
    const path = put('home/.local/share/opencode/auth.json', '{"a": {"type": "oauth"}}')
    expect(await mounts()).toContain(`--bind ${path}`)
  })

  test.each(['data', 'data/opencode', 'data/opencode/data'])('are not behind a link: %s', async (name) => {
    const path = join(repo, '.dispatch/tasks/t', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(folder, path)
    await expect(plan()).rejects.toMatchObject({ exit: 1 })
    expect(existsSync(join(folder, 'state'))).toBe(false)
  })

  test('are the user’s without containment', async () => {
    rmSync(join(folder, 'bin/bwrap'))
    const { argv, containment, notice } = await plan()
    expect({ containment, first: argv[4] }).toEqual({
      containment: 'allow-list',
      first: join(folder, 'bin/opencode'),
    })
    expect(notice).toContain('bubblewrap is missing')
    expect(existsSync(join(repo, '.dispatch/tasks/t/data'))).toBe(false)
  })
})

describe('a plugin of the repository', () => {
  test.each<[string, string, boolean]>([
    ['.opencode/plugin/a.js', '', true],
    ['.opencode/plugins/a.ts', '', true],
    ['opencode.json', '{"plugin":["./a.js"]}', true],
    ['.opencode/opencode.jsonc', '{"plugins":[]}', true],
    ['opencode.jsonc', '{"pl\\u0075gin":[]}', true],
    ['opencode.json', '{"permission":{}}', false],
    ['.opencode/plugin/README.md', '', false],
    ['.opencode/agent/a.md', '', false],
    ['src/opencode.json', '{"plugin":["./a.js"]}', false],
  ])('%s %s is one: %s', async (name, text, is) => {
    put(`repo/${name}`, text)
    await expect(plan()).resolves.toMatchObject({ containment: 'sandbox' })
    const full = plan({ profile: 'full' })
    if (is) await expect(full).rejects.toMatchObject({ exit: 1, message: expect.stringContaining(name) })
    else await expect(full).resolves.toMatchObject({ containment: 'none' })
  })

  test('is looked for where it cannot be contained, too', async () => {
    put('repo/.opencode/plugin/a.js')
    rmSync(join(folder, 'bin/bwrap'))
    await expect(plan()).rejects.toMatchObject({ exit: 1 })
  })
})

describe('what it is asked', () => {
  const argv = () => [join(folder, 'bin/opencode')]
  /** As 1.18.33 writes it, colours and all. */
  const auth = (credentials: number, variables?: number) =>
    [
      '┌  Credentials \u001b[90m~/.local/share/opencode/auth.json',
      '│',
      `└  ${credentials} credentials`,
      ...(variables === undefined ? [] : ['', '┌  Environment', '│', `└  ${variables} environment variable`]),
    ].join('\n')
  const answers = (list: string, models: string) => {
    put('auth', list)
    put('models', models)
    program(
      'opencode',
      `[ "$OPENCODE_DISABLE_PROJECT_CONFIG" = 1 ] && exec /bin/cat "$HOME/../$(case $1 in auth) echo auth;; *) echo models;; esac)"`,
    )
    mkdirSync(join(folder, 'home'), { recursive: true })
  }
  const FREE = 'opencode/big-pickle\nopencode/other-free\n'

  test.each<[string, string, string, boolean | undefined]>([
    ['a login', auth(1), FREE, true],
    ['a key in the environment', auth(0, 1), FREE, true],
    ['a key in its settings', auth(0), `${FREE}mine/model\n`, true],
    ['nothing', auth(0), FREE, false],
    ['other words than these', 'Not now', FREE, undefined],
    ['no models', auth(0), '', undefined],
  ])('is somebody logged in, with %s', async (_, list, models, expected) => {
    answers(list, models)
    expect(await opencode.ask?.loggedIn?.(argv(), env)).toBe(expected)
  })

  test('are its models', async () => {
    answers('', `${FREE}a/b/c:d\nnot a model\n`)
    expect(await opencode.ask?.models?.(argv(), env)).toEqual([
      'opencode/big-pickle',
      'opencode/other-free',
      'a/b/c:d',
    ])
    program('opencode', 'echo a/b; exit 1')
    expect(await opencode.ask?.models?.(argv(), env)).toBeUndefined()
    expect(await opencode.ask?.loggedIn?.(argv(), env)).toBeUndefined()
    expect(readFileSync(join(folder, 'models'), 'utf8')).toContain('a/b/c:d')
  })
})
