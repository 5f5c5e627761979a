import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { siteOf } from './claude-rights-site.ts'

let folder: string
let repo: string
let env: Record<string, string>
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'site ')))
  repo = join(folder, 'repo')
  env = { HOME: folder, PATH: process.env.PATH ?? '' }
  put('repo/.dispatch/tasks/t/task.yaml')
  execFileSync('git', ['init', '-q', repo], { env })
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(name: string, text = ''): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}
const look = (more: object = {}) => {
  const git = join(repo, '.git')
  const root = join(repo, '.dispatch')
  return siteOf({ places: { cwd: repo, root, task: join(root, 'tasks/t'), git, gitDir: git, ...more }, env })
}

describe('the places of a worker', () => {
  test('in the main worktree', () => {
    const { linked, rootInside, there, names, maskable } = look()
    expect({ linked, rootInside }).toEqual({ linked: undefined, rootInside: true })
    expect(there.has(join(repo, '.git/config'))).toBe(true)
    expect(there.has(join(repo, '.dispatch/tasks/t/task.yaml'))).toBe(true)
    expect(names).toEqual(['.dispatch', '.git'])
    expect(maskable).toEqual(expect.arrayContaining(['.bashrc', '.claude']))
  })

  test('in a linked worktree', () => {
    mkdirSync(join(folder, 'w'))
    const gitDir = dirname(put('repo/.git/worktrees/w/commondir', '../..\n'))
    const { linked, rootInside, there } = look({ cwd: join(folder, 'w'), gitDir })
    expect({ linked, rootInside }).toEqual({ linked: gitDir, rootInside: false })
    expect(there.has(join(gitDir, 'commondir'))).toBe(true)
  })

  test('have their links resolved', () => {
    symlinkSync(repo, join(folder, 'link'))
    const { cwd, rootInside } = look({ cwd: join(folder, 'link') })
    expect({ cwd, rootInside }).toEqual({ cwd: repo, rootInside: true })
  })

  test('outside git', () => {
    const { git, linked, excludes } = look({ git: undefined, gitDir: undefined })
    expect({ git, linked, excludes }).toEqual({ git: undefined, linked: undefined, excludes: '' })
  })

  test('mask only what is not there', () => {
    put('repo/.bashrc')
    put('repo/.claude/settings.json')
    const { maskable } = look()
    expect(maskable).not.toContain('.bashrc')
    expect(maskable).not.toContain('.claude')
    expect(maskable).not.toContain('.claude/settings.json')
    expect(maskable).toContain('.claude/settings.local.json')
  })
})

describe("the user's own excludes", () => {
  test('where git reads them by itself', () => {
    put('.config/git/ignore', '*.log\n')
    expect(look().excludes).toBe('*.log\n')
  })

  test('where the user says', () => {
    put('.config/git/ignore', '*.log\n')
    execFileSync('git', ['-C', repo, 'config', 'core.excludesFile', put('mine', '*.tmp\n')], { env })
    expect(look().excludes).toBe('*.tmp\n')
  })

  test('may be none', () => expect(look().excludes).toBe(''))
})

describe("the repository's settings", () => {
  test.each([
    ['settings.json', '{"sandbox":{}}', true],
    ['settings.local.json', '{"a":{"sandbox" : 1}}', true],
    ['settings.json', '{"s\\u0061ndbox":{}}', true],
    ['settings.json', '{"permissions":{"allow":["Bash"]}}', false],
    ['settings.txt', '{"sandbox":{}}', false],
  ])('%s with %s: %s', (name, text, expected) => {
    put(`repo/.claude/${name}`, text)
    expect(look().projectSandbox).toBe(expected)
  })
})
