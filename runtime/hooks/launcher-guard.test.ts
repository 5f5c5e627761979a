/** What bin/dispatch decides about the guard by itself: whether a run is active here, and whether it concerns us. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 30_000 }) // each starts a few processes, and others may share the machine

const LAUNCHER = fileURLToPath(new URL('../../bin/dispatch', import.meta.url))
const SESSION = '4f0e9a52-0000-4000-8000-000000000001'
const OTHER = '4f0e9a52-0000-4000-8000-000000000002'

let folder: string
let repo: string
let plugin: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'guard ')))
  repo = join(folder, 'a repo')
  plugin = join(folder, 'plugin')
  mkdirSync(join(repo, 'src/deep'), { recursive: true })
  git('init', '-q')
  git('commit', '-q', '--allow-empty', '-m', 'Begin')
  for (const name of ['bin', 'dist']) mkdirSync(join(plugin, name), { recursive: true })
  copyFileSync(LAUNCHER, join(plugin, 'bin/dispatch'))
  chmodSync(join(plugin, 'bin/dispatch'), 0o755)
  ends(0)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: repo })

/** A bundle that prints what it was asked, and ends with this code. */
const ends = (code: number) =>
  writeFileSync(
    join(plugin, 'dist/cli.cjs'),
    `process.stdout.write(require('node:fs').readFileSync(0, 'utf8')); process.exitCode = ${code}\n`,
  )

function activate(root = join(repo, '.dispatch'), name = 'cache'): void {
  mkdirSync(join(root, 'active-runs'), { recursive: true })
  mkdirSync(join(root, 'runs', name), { recursive: true })
  writeFileSync(join(root, 'active-runs', name), `${repo}\n`)
}
const takePart = (session: string, root = join(repo, '.dispatch')) =>
  mkdirSync(join(root, 'runs/cache/sessions', session), { recursive: true })

const EDIT = '{"tool_name":"Edit","tool_input":{"file_path":"a.ts"}}'
const OURS = '{"tool_name":"Bash","tool_input":{"command":"dispatch next"}}'

function ask(input: string, options: { cwd?: string; env?: Record<string, string>; path?: string } = {}) {
  const { status, stdout, stderr } = spawnSync('/bin/sh', [join(plugin, 'bin/dispatch'), 'hook', 'guard'], {
    encoding: 'utf8',
    input,
    cwd: options.cwd ?? repo,
    env: {
      PATH: options.path ?? `${dirname(process.execPath)}:/usr/bin:/bin`,
      CLAUDE_CODE_SESSION_ID: SESSION,
      ...options.env,
    },
  })
  return { status, stdout, stderr }
}
const nothing = { status: 0, stdout: '', stderr: '' }
const heard = (input: string) => ({ status: 0, stdout: input, stderr: '' })

describe('where no run is active', () => {
  test('nothing is started, not even to read the question', () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    expect(ask(OURS, { path: empty })).toEqual(nothing)
    mkdirSync(join(repo, '.dispatch/active-runs'), { recursive: true })
    expect(ask(OURS, { path: empty })).toEqual(nothing)
    expect(ask(EDIT, { path: empty, cwd: folder })).toEqual(nothing)
    expect(ask(EDIT, { path: empty, cwd: '/' })).toEqual(nothing)
  })

  test('a temporary file of ours is no run', () => {
    mkdirSync(join(repo, '.dispatch/active-runs'), { recursive: true })
    writeFileSync(join(repo, '.dispatch/active-runs/.cache.1.tmp'), '')
    expect(ask(OURS)).toEqual(nothing)
  })
})

describe('where a run is active', () => {
  beforeEach(() => activate())

  test.each([
    ['its folder', () => takePart(SESSION)],
    [
      'who leads',
      () => writeFileSync(join(repo, '.dispatch/runs/cache/lead.yaml'), `{"session":"${SESSION}"}`),
    ],
    [
      'the record',
      () => writeFileSync(join(repo, '.dispatch/runs/cache/run.yaml'), `{"session":"${SESSION}"}`),
    ],
  ])('a session that %s names is asked about', (_, note) => {
    expect(ask(EDIT)).toEqual(nothing)
    note()
    expect(ask(EDIT)).toEqual(heard(EDIT))
    expect(ask(EDIT, { env: { CLAUDE_CODE_SESSION_ID: OTHER } })).toEqual(nothing)
  })

  test('of another session only commands of ours are', () => {
    expect(ask(EDIT)).toEqual(nothing)
    expect(ask(OURS)).toEqual(heard(OURS))
  })

  test('a client that names no session is', () =>
    expect(ask(EDIT, { env: { CLAUDE_CODE_SESSION_ID: '' } })).toEqual(heard(EDIT)))

  test('a worker is not', () => {
    takePart(SESSION)
    expect(ask(EDIT, { env: { DISPATCH_TASK: 'a' } })).toEqual(nothing)
  })

  describe('it is found', () => {
    beforeEach(() => takePart(SESSION))
    test('from a folder below', () => expect(ask(EDIT, { cwd: join(repo, 'src/deep') })).toEqual(heard(EDIT)))
    test('from a linked folder', () => {
      symlinkSync(join(repo, 'src'), join(folder, 'link'))
      expect(ask(EDIT, { cwd: join(folder, 'link'), env: { PWD: join(folder, 'link') } })).toEqual(
        heard(EDIT),
      )
    })
    test('from a linked worktree, and below it', () => {
      git('worktree', 'add', '-q', '-b', 'other', join(folder, 'other tree'))
      mkdirSync(join(folder, 'other tree/src'))
      expect(ask(EDIT, { cwd: join(folder, 'other tree/src') })).toEqual(heard(EDIT))
    })
    test('from a worktree with relative paths', () => {
      git('worktree', 'add', '-q', join(folder, 'tree'))
      writeFileSync(join(folder, 'tree/.git'), 'gitdir: ../a repo/.git/worktrees/tree\n')
      expect(ask(EDIT, { cwd: join(folder, 'tree') })).toEqual(heard(EDIT))
    })
    test('by the project that the session was begun in', () =>
      expect(ask(EDIT, { cwd: folder, env: { CLAUDE_PROJECT_DIR: repo } })).toEqual(heard(EDIT)))
    test('by DISPATCH_ROOT alone, where that is set', () => {
      const elsewhere = join(folder, 'state')
      expect(ask(EDIT, { env: { DISPATCH_ROOT: elsewhere } })).toEqual(nothing)
      activate(elsewhere)
      takePart(SESSION, elsewhere)
      expect(ask(EDIT, { cwd: folder, env: { DISPATCH_ROOT: elsewhere } })).toEqual(heard(EDIT))
    })
    test('not from another repository inside', () => {
      execFileSync('git', ['init', '-q', join(repo, 'vendor')])
      expect(ask(EDIT, { cwd: join(repo, 'vendor') })).toEqual(nothing)
    })
    test('not from outside', () => expect(ask(EDIT, { cwd: folder })).toEqual(nothing))
  })

  test('in a submodule it is that of the submodule', () => {
    const sub = join(repo, 'sub')
    mkdirSync(sub)
    mkdirSync(join(repo, '.git/modules/sub'), { recursive: true })
    writeFileSync(join(sub, '.git'), 'gitdir: ../.git/modules/sub\n')
    takePart(SESSION)
    expect(ask(EDIT, { cwd: sub })).toEqual(nothing)
    activate(join(sub, '.dispatch'))
    takePart(SESSION, join(sub, '.dispatch'))
    expect(ask(EDIT, { cwd: sub })).toEqual(heard(EDIT))
  })

  test('beside a bare repository', () => {
    const bare = join(folder, 'project/.bare')
    execFileSync('git', ['clone', '-q', '--bare', repo, bare])
    execFileSync('git', ['--git-dir', bare, 'worktree', 'add', '-q', join(folder, 'project/tree')])
    activate(join(folder, 'project/.dispatch'))
    takePart(SESSION, join(folder, 'project/.dispatch'))
    expect(ask(EDIT, { cwd: join(folder, 'project/tree') })).toEqual(heard(EDIT))
  })
})

describe('a guard that fails', () => {
  beforeEach(() => activate())
  const closed = (status: unknown, stderr: string, why: RegExp) => {
    expect(status).toBe(2)
    expect(stderr).toMatch(why)
    expect(stderr).toContain('.dispatch/active-runs')
  }

  test.each([1, 3, 70, 137])('with %i is closed to who works for the run, open to others', (code) => {
    ends(code)
    expect(ask(OURS).status).toBe(0)
    takePart(SESSION)
    const { status, stderr } = ask(EDIT)
    closed(status, stderr, new RegExp(`ended with ${code}`))
  })

  test('by refusing is heard by everybody', () => {
    ends(2)
    expect(ask(OURS).status).toBe(2)
    takePart(SESSION)
    expect(ask(EDIT)).toEqual({ status: 2, stdout: EDIT, stderr: '' })
  })

  test('for want of its bundle', () => {
    rmSync(join(plugin, 'dist/cli.cjs'))
    expect(ask(OURS)).toEqual(nothing)
    takePart(SESSION)
    const { status, stderr } = ask(EDIT)
    closed(status, stderr, /bundle is missing/)
  })

  test('for want of node', () => {
    const few = join(folder, 'few')
    mkdirSync(few)
    for (const name of ['cat', 'readlink']) symlinkSync(`/bin/${name}`, join(few, name))
    expect(readdirSync(few)).not.toContain('node')
    expect(ask(OURS, { path: few })).toEqual(nothing)
    takePart(SESSION)
    const { status, stderr } = ask(EDIT, { path: few })
    closed(status, stderr, /node was not found/)
  })
})
