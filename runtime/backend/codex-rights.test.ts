import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { offerOf } from './codex-offer.ts'
import { decide } from './codex-rights.ts'
import { rulesFor } from './codex-rules.ts'
import { removeMasks } from './codex-tidy.ts'
import { settings, toml } from './codex-toml.ts'
import type { RealPlaces } from './contain-site.ts'

const there = (paths: string[]) => new Set(paths)
const MAIN: RealPlaces = {
  cwd: '/r',
  root: '/r/.dispatch',
  task: '/r/.dispatch/tasks/t',
  git: '/r/.git',
  linked: undefined,
  worktrees: [],
  there: there(['/r/.git/config', '/r/.git/hooks', '/r/.dispatch/tasks/t/task.yaml', '/r/.claude']),
}
const LINKED: RealPlaces = {
  ...MAIN,
  cwd: '/w',
  linked: '/r/.git/worktrees/w',
  there: there(['/r/.git/objects', '/r/.git/refs', '/r/.git/config', '/r/.git/worktrees/w/commondir']),
}
const BESIDES = { temporary: '/r/.dispatch/tasks/t/attempts/001/tmp', secrets: ['/h/auth.json'] }
const GIVEN = { ...BESIDES, domains: ['registry.example'], env: { MY: 'x', OPENAI_API_KEY: 'k' } }
const OFFER = { problem: undefined, servers: ['files', 'with.dot'] }

describe('the rules', () => {
  const state = {
    '/r/.dispatch': 'read',
    '/r/.dispatch/tasks/t': 'write',
    '/r/.dispatch/tasks/t/attempts/001/tmp': 'write',
    '/h/auth.json': 'deny',
  }

  test('of a reader: its own task, and nothing else', () =>
    expect(rulesFor('read-only', { ...MAIN, there: there([]) }, BESIDES)).toEqual({
      ':root': 'read',
      ...state,
    }))

  test('of an editor in the main worktree', () =>
    expect(rulesFor('edit', MAIN, BESIDES)).toEqual({
      ':root': 'read',
      '/r': 'write',
      '/r/.claude': 'read',
      '/r/.git': 'write',
      '/r/.git/config': 'read',
      '/r/.git/hooks': 'read',
      '/r/.git/config.worktree': 'read',
      ...state,
      '/r/.dispatch/tasks/t/task.yaml': 'read',
    }))

  test('of an editor in a worktree of its own: what a commit writes', () =>
    expect(rulesFor('edit', LINKED, BESIDES)).toEqual({
      ':root': 'read',
      '/w': 'write',
      '/w/.git': 'read',
      '/r/.git': 'read',
      '/r/.git/objects': 'write',
      '/r/.git/refs': 'write',
      '/r/.git/worktrees/w': 'write',
      '/r/.git/worktrees/w/commondir': 'read',
      '/r/.git/worktrees/w/config.worktree': 'read',
      ...state,
    }))

  test('of an editor outside git', () =>
    expect(Object.keys(rulesFor('edit', { ...MAIN, git: undefined }, BESIDES))).not.toContain('/r/.git'))
})

describe('the launch', () => {
  test('trusts neither the worktree nor its repository, keeps the user’s servers out and the key from commands', () => {
    const { argv, containment, notice, env } = decide('edit', LINKED, OFFER, GIVEN)
    expect([containment, notice]).toEqual(['sandbox', undefined])
    expect(argv).toContain('--ignore-rules')
    expect(argv).toContain(
      'projects={"/w" = {"trust_level" = "untrusted"}, "/r" = {"trust_level" = "untrusted"}}',
    )
    expect(argv).toContain('mcp_servers={"files" = {"enabled" = false}, "with.dot" = {"enabled" = false}}')
    expect(argv.find((word) => word.startsWith('shell_environment_policy.exclude='))).toMatch(
      /"OPENAI_API_KEY"/,
    )
    expect(argv).toContain('shell_environment_policy.inherit="all"')
    expect(env.GIT_CONFIG_COUNT).toBeDefined()
  })

  test('lets only an editor out, to the hosts that it may reach', () => {
    const rights = (profile: 'edit' | 'read-only') => decide(profile, MAIN, OFFER, GIVEN).argv.join('\n')
    expect(rights('edit')).toContain('"domains" = {"registry.example" = "allow"}')
    expect(rights('edit')).toContain('features.network_proxy=true')
    expect(rights('read-only')).not.toContain('registry.example')
    expect(rights('read-only')).toContain('features.network_proxy=false')
  })

  test('says so where it holds less, and refuses where it holds nothing', () => {
    const older = { problem: "unexpected argument '-P'", servers: [] }
    const { argv, notice } = decide('edit', LINKED, older, GIVEN)
    expect(argv).toContain('sandbox_mode="workspace-write"')
    expect(argv).not.toContain('--ignore-rules')
    expect(argv.join('\n')).toContain('/r/.git/objects')
    expect(notice).toMatch(/unexpected argument '-P'.*could change \.dispatch.*npm install -g @openai\/codex/)
    expect(() => decide('read-only', MAIN, older, GIVEN)).toThrow(/read-only worker cannot be held/)
  })
})

test.each(['*', '?', '[', ']'])(
  'a folder with %s in its name, which Codex takes for a pattern, is held by its older rules',
  (sign) => {
    const cwd = `/r${sign}`
    const { argv, notice } = decide('edit', { ...MAIN, cwd }, OFFER, GIVEN)
    expect(argv).toContain('sandbox_mode="workspace-write"')
    expect(notice).toContain(`it takes ${cwd} for a pattern`)
    expect(notice).toMatch(/Rename that folder$/)
    expect(decide('edit', { ...MAIN, cwd: '/r {é}"#' }, OFFER, GIVEN).notice).toBeUndefined()
  },
)

describe('TOML', () => {
  test.each([
    ['a "b"\n\\', '"a \\"b\\"\\n\\\\"'],
    ['\u007f', '"\\u007f"'],
    [true, 'true'],
    [['a', 'b'], '["a", "b"]'],
    [{ 'x.y': { z: 'w' } }, '{"x.y" = {"z" = "w"}}'],
  ])('%j', (value, expected) => expect(toml(value)).toBe(expected))

  test('as settings', () =>
    expect(settings({ 'a.b': false, c: 'd' })).toEqual(['-c', 'a.b=false', '-c', 'c="d"']))
})

function folder(): string {
  const made = realpathSync(mkdtempSync(join(tmpdir(), 'codex-rights-')))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

describe('the offer', () => {
  /** A stand-in that notes each call. */
  function client(script: string): { argv: string[]; env: NodeJS.ProcessEnv } {
    const home = folder()
    const path = join(home, 'codex')
    writeFileSync(path, `#!/bin/sh\necho "$1" >> '${home}/calls'\n${script}\n`)
    chmodSync(path, 0o755)
    return {
      argv: [path],
      env: { PATH: process.env.PATH, HOME: home, DISPATCH_HOME: join(home, '.dispatch') },
    }
  }
  const calls = ({ HOME = '' }: NodeJS.ProcessEnv) =>
    readFileSync(join(HOME, 'calls'), 'utf8').split('\n').filter(Boolean)
  const WORKS = `[ "$1" = mcp ] && echo '[{"name":"files","enabled":true}]'; exit 0`

  test('is asked once, and again when the user’s settings changed', async () => {
    const { argv, env } = client(WORKS)
    expect(await offerOf(argv, env)).toEqual({ problem: undefined, servers: ['files'] })
    expect(await offerOf(argv, env)).toEqual({ problem: undefined, servers: ['files'] })
    expect(calls(env)).toHaveLength(2)
    mkdirSync(join(env.HOME ?? '', '.codex'))
    writeFileSync(join(env.HOME ?? '', '.codex', 'config.toml'), '[mcp_servers.more]\n')
    await offerOf(argv, env)
    expect(calls(env)).toHaveLength(4)
  })

  test('that is none says why, and is asked again', async () => {
    const { argv, env } = client(`echo 'WARNING: noise' >&2; echo "bwrap: No permissions" >&2; exit 1`)
    expect(await offerOf(argv, env)).toEqual({ problem: 'bwrap: No permissions', servers: [] })
    await offerOf(argv, env)
    expect(calls(env)).toHaveLength(4)
  })

  test('without the servers’ names is none: they could not be kept out', async () => {
    const { argv, env } = client('exit 0')
    expect((await offerOf(argv, env)).problem).toBeDefined()
  })
})

test('of what a killed sandbox leaves only its own empty folders go, and none that is in use', () => {
  const cwd = folder()
  const since = new Date()
  for (const name of ['.agents', '.aws', '.codex']) mkdirSync(join(cwd, name))
  writeFileSync(join(cwd, '.agents', 'mine'), '')
  expect(removeMasks(cwd, new Date(Date.now() + 60_000), () => new Set())).toEqual([])
  expect(removeMasks(cwd, since, () => new Set([join(cwd, '.aws')]))).toEqual([join(cwd, '.codex')])
  expect(removeMasks(cwd, since, () => new Set())).toEqual([join(cwd, '.aws')])
})
