/** What lies in a repository: snapshots past every bit, frozen files, what hides, and which runner a project has. */
import { chmodSync, linkSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Scratch, scratch } from '../../worktree/scratch.ts'
import { detectRunner } from './detect.ts'
import { freeze, thawed } from './freeze.ts'
import { hiddenOnes, touchedJudge } from './ground.ts'
import { changes, snapshot, textIn } from './snapshot.ts'
import { vitestRunner } from './vitest.ts'

let made: Scratch
let top: string
const checks = {
  ...{ runner: undefined, test: undefined, junit: undefined },
  ...{ build: undefined, types: undefined, timeout: undefined },
}
const write = (path: string, text: string) => made.write(`p/${path}`, text)
const git = (...args: string[]) => made.git('p', ...args)

beforeEach(async () => {
  made = scratch()
  await made.repository('p')
  top = join(made.folder, 'p')
})
afterEach(() => made.remove())

it('sees untracked and changed files, whatever the index was told, and leaves the index alone', async () => {
  write('b.txt', 'b\n')
  write('.gitignore', 'ignored\n')
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'b')
  const before = await snapshot(top)
  expect(before).toBe(await git('rev-parse', 'HEAD^{tree}'))
  await git('update-index', '--assume-unchanged', 'a.txt')
  await git('update-index', '--skip-worktree', 'b.txt')
  await git('config', 'core.sparseCheckout', 'true')
  made.write('p/.git/info/sparse-checkout', '/a.txt\n')
  write('a.txt', 'changed\n')
  write('b.txt', 'changed\n')
  write('new "ö".txt', 'new\n')
  write('ignored', 'x\n')
  symlinkSync('a.txt', join(top, 'link'))
  const flags = await git('ls-files', '-v')
  const after = await snapshot(top)
  expect(await changes(top, before, after)).toEqual([
    { path: 'a.txt', status: 'M', mode: '100644' },
    { path: 'b.txt', status: 'M', mode: '100644' },
    { path: 'link', status: 'A', mode: '120000' },
    { path: 'new "ö".txt', status: 'A', mode: '100644' },
  ])
  expect(await git('ls-files', '-v')).toBe(flags)
  expect(await textIn(top, after, 'b.txt')).toBe('changed\n')
  expect(await textIn(top, after, 'none')).toBeUndefined()
})

it('takes a snapshot before the first commit', async () => {
  made.write('q/a.txt', 'a\n')
  await made.git('q', 'init', '--quiet')
  expect(await snapshot(join(made.folder, 'q'))).toMatch(/^[0-9a-f]{40}$/)
})

it('freezes files by content and mode, and no links', () => {
  const frozen = freeze(top, 'a.txt')
  if (typeof frozen === 'string') throw new Error(frozen)
  expect(thawed(top, [frozen])).toEqual([])
  chmodSync(join(top, 'a.txt'), 0o755)
  expect(thawed(top, [frozen])).toEqual([expect.stringContaining('mode')])
  chmodSync(join(top, 'a.txt'), 0o644)
  write('a.txt', 'two\n')
  expect(thawed(top, [frozen])).toEqual([expect.stringContaining('content')])
  write('same.txt', 'one\n')
  unlinkSync(join(top, 'a.txt'))
  symlinkSync('same.txt', join(top, 'a.txt'))
  expect(thawed(top, [frozen])).toEqual([expect.stringContaining('symbolic link')])
  write('deep/x.txt', 'x\n')
  symlinkSync('deep', join(top, 'linked'))
  linkSync(join(top, 'deep/x.txt'), join(top, 'twin.txt'))
  expect(freeze(top, 'linked/x.txt')).toContain('behind a symbolic link')
  expect(freeze(top, 'twin.txt')).toContain('second name')
  expect(freeze(top, '../x')).toContain('no path below')
  expect(freeze(top, 'none')).toBe('is not there')
})

it('says what hides a file', async () => {
  write('.gitignore', 'hidden.txt\n')
  write('hidden.txt', 'x\n')
  await git('update-index', '--skip-worktree', 'a.txt')
  expect(await hiddenOnes(top, ['a.txt', 'hidden.txt', '.gitignore'])).toEqual([
    expect.stringContaining('hidden.txt is ignored'),
    expect.stringContaining('overlook a.txt'),
  ])
})

it('compares what judges with the base commit: of package.json what counts, and ignored files too', async () => {
  write('package.json', '{"scripts":{"test":"vitest"},"devDependencies":{"vitest":"4"}}')
  write('vitest.config.ts', "export default { test: { setupFiles: ['./test/setup.ts'] } }")
  write('test/setup.ts', '')
  write('.gitignore', 'vite.config.mjs\n')
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'b')
  const commit = await git('rev-parse', 'HEAD')
  const runner = vitestRunner({ top, commit, checks, env: process.env })
  const touched = async () =>
    (await touchedJudge({ top, runner, base: { commit, tree: commit }, tasks: [] }, await snapshot(top))).map(
      (line) => line.split(' ')[0],
    )
  write('package.json', '{"scripts":{"test":"vitest"},"devDependencies":{"vitest":"4","x":"1"}}')
  expect(await touched()).toEqual([])
  write('package.json', '{"scripts":{"test":"true"},"devDependencies":{"vitest":"4"}}')
  write('test/setup.ts', 'process.exit(0)')
  write('vite.config.mjs', 'export default {}')
  expect(await touched()).toEqual(['package.json', 'test/setup.ts', 'vite.config.mjs'])
})

it.each([
  [{ 'package.json': '{"devDependencies":{"vitest":"4"}}' }, {}, 'vitest'],
  [
    { 'package.json': '{"devDependencies":{"vitest":"4","jest":"30"},"scripts":{"test":"jest"}}' },
    {},
    'jest',
  ],
  [{ 'package.json': '{"scripts":{"test":"tsc && node --import tsx --test"}}' }, {}, 'node:test'],
  [{ 'pyproject.toml': '[tool.pytest.ini_options]\n' }, {}, 'pytest'],
  [{ 'go.mod': 'module x\n' }, {}, 'go test'],
  [{ 'go.mod': 'module x\n', 'package.json': '{"devDependencies":{"jest":"30"}}' }, {}, undefined],
  [
    { 'go.mod': 'module x\n', 'package.json': '{"devDependencies":{"jest":"30"}}' },
    { runner: 'go' },
    'go test',
  ],
  [{}, {}, undefined],
  [{}, { test: ['make', 'test'] }, 'command'],
])('recognises the runner of %j with %j: %s', async (files, more, name) => {
  for (const [path, text] of Object.entries(files)) write(path, text)
  await git('add', '.')
  await git('commit', '--quiet', '--allow-empty', '-m', 'b')
  const commit = await git('rev-parse', 'HEAD')
  // The work tree has no say.
  write('package.json', '{"devDependencies":{"mocha":"1","jest":"30","vitest":"4"}}')
  const found = detectRunner({ top, commit, checks: { ...checks, ...more }, env: process.env })
  if (name === undefined) await expect(found).rejects.toThrow(/validation\.yaml/)
  else expect((await found).name).toBe(name)
})
