import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findProgram } from '../io/which.ts'
import { excludesFor, removeRedirection, removeStubs } from './claude-rights-stubs.ts'

let cwd: string
let git: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'stubs '))
  git = join(cwd, '.git')
  mkdirSync(join(git, 'objects/info'), { recursive: true })
  mkdirSync(join(cwd, '.claude'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

function put(path: string, text = '', mode = 0o444): string {
  writeFileSync(join(cwd, path), text)
  chmodSync(join(cwd, path), mode)
  return join(cwd, path)
}

const alone = () => false

describe('stubs of a killed client', () => {
  test('go', () => {
    const stubs = ['.bashrc', '.claude/hooks', '.git/config.lock', '.git/objects/info/alternates'].map(
      (path) => put(path),
    )
    expect(removeStubs(cwd, [git], alone).sort()).toEqual(stubs.sort())
    expect(stubs.filter(existsSync)).toEqual([])
  })

  test.each<[string, () => string]>([
    ['a file that holds something', () => put('.bashrc', 'x')],
    ['one that can be written', () => put('.git/config.lock', '', 0o644)],
    ['another name', () => put('.eslintrc')],
    ['a folder', () => mkdirSync(join(cwd, '.vscode', 'x'), { recursive: true }) ?? cwd],
    [
      'a link',
      () => {
        symlinkSync(put('empty'), join(cwd, '.profile'))
        return join(cwd, '.profile')
      },
    ],
  ])('%s stays', (_, make) => {
    const path = make()
    expect(removeStubs(cwd, [git], alone)).toEqual([])
    expect(existsSync(path)).toBe(true)
  })

  test('that were laid for a launch stay as long as others may be about to mount them', () => {
    const [masks, laid] = [put('.git/config.lock'), put('.git/config.worktree')]
    expect(removeStubs(cwd, [git], () => true)).toEqual([masks])
    expect(removeStubs(cwd, [git], alone)).toEqual([laid])
  })

  test('stay while they are a mount of another process', () => {
    const [mine, others] = [put('.bashrc'), put('.zshrc')]
    expect(removeStubs(cwd, [git], alone, () => new Set([others]))).toEqual([mine])
    expect(existsSync(others)).toBe(true)
  })
})

const bwrap = findProgram('bwrap', process.env)
test.skipIf(bwrap === undefined)('a stub that a sandbox has mounted stays until that ended', async () => {
  const path = put('.bashrc')
  const mounted = spawn(
    bwrap ?? '',
    ['--dev-bind', '/', '/', '--ro-bind', '/dev/null', path, '--', 'sh', '-c', 'echo up; exec cat'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = once(mounted, 'exit')
  await once(mounted.stdout, 'data')
  expect(removeStubs(cwd, [], alone)).toEqual([])
  mounted.stdin.end()
  await ended
  expect(removeStubs(cwd, [], alone)).toEqual([path])
})

describe('a commondir in the main git directory', () => {
  const long_ago = new Date(0)
  const later = () => new Date(Date.now() + 60_000)
  test('goes', () => {
    const path = put('.git/commondir', '/tmp\n', 0o644)
    expect(removeRedirection(cwd, long_ago)).toBe(true)
    expect(existsSync(path)).toBe(false)
  })

  test('stays when it was there before', () => {
    put('.git/commondir', '..\n', 0o644)
    expect(removeRedirection(cwd, later())).toBe(false)
  })

  test('is not looked for in a linked worktree', () => {
    rmSync(git, { recursive: true })
    put('.git', 'gitdir: /elsewhere\n')
    expect(removeRedirection(cwd, long_ago)).toBe(false)
  })
})

describe('excludes', () => {
  const sandbox = { kind: 'sandbox', recipe: 'current', bwrap: '/usr/bin/bwrap' } as const
  const site = { git: '/r/.git', maskable: ['.bashrc', '.claude'], excludes: '*.log' }
  test("hold the user's own and the masks", () =>
    expect(excludesFor(sandbox, site)).toBe('*.log\n/.bashrc\n/.claude\n'))
  test('are nothing without a sandbox', () =>
    expect(excludesFor({ kind: 'allow-list', notice: '' }, site)).toBeUndefined())
  test('are nothing outside git', () =>
    expect(excludesFor(sandbox, { ...site, git: undefined })).toBeUndefined())
})
