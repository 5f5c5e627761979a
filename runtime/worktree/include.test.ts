import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { namesIn } from '../io/folders.ts'
import { append } from '../io/handling.ts'
import { readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { createWorktree } from './create.ts'
import { choose } from './include.ts'
import type { Repository } from './repository.ts'
import { type Scratch, scratch } from './scratch.ts'

// Many git processes each; generous, for a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let box: Scratch
let repository: Repository
beforeEach(async () => {
  box = scratch()
  repository = await box.repository('my repo')
})
afterEach(() => box.remove())

const put = (path: string, text = path) => box.write(`my repo/${path}`, text)
const create = () => createWorktree(box.request(repository, { include: true }))

async function commit(): Promise<void> {
  await box.git('my repo', 'add', '.')
  await box.git('my repo', 'commit', '--quiet', '-m', 'more')
}

test('what is ignored and named comes along, with its mode; nothing else does', async () => {
  put('.gitignore', '.env*\nsecret/\nbuild/\n*.key\n')
  put(
    '.worktreeinclude',
    '# for workers\n.env*\n!.env.prod\nsecret/*\n!secret/private\n/ünï cöde.key\nREADME\n',
  )
  await commit()
  put('.env')
  put('.env.prod')
  put('deep/er/.env.local')
  put('secret/a b')
  put('secret/private')
  put('build/out')
  put('ünï cöde.key')
  put('README') // named, but not ignored: an uncommitted file like any other
  await box.shell('my repo', 'chmod 750 .env')
  const { path, notices } = await create()
  expect(notices).toEqual([expect.stringMatching(/^1 uncommitted file /)])
  const has = (name: string) => readIfThere(join(path, name)) === name
  expect(['.env', 'deep/er/.env.local', 'secret/a b', 'ünï cöde.key'].filter(has)).toHaveLength(4)
  expect(['.env.prod', 'secret/private', 'build/out', 'README'].filter(has)).toEqual([])
  expect((statIfThere(join(path, '.env'))?.mode ?? 0) & 0o777).toBe(0o750)
  expect(await box.git('.', '-C', path, 'status', '--porcelain')).toBe('')
})

test('nothing comes along without the file, for a read-only profile, or when it is a link', async () => {
  put('.gitignore', '.env\n')
  await commit()
  put('.env')
  put('patterns', '.env\n')
  expect(namesIn((await create()).path)).not.toContain('.env')
  await box.shell('my repo', 'ln -s patterns .worktreeinclude')
  const linked = await create()
  expect(linked.notices.join()).toContain('not a regular file')
  expect(namesIn(linked.path)).not.toContain('.env')
  await box.shell('my repo', 'mv patterns .worktreeinclude')
  const request = box.request(repository, { include: false })
  expect(namesIn((await createWorktree(request)).path)).not.toContain('.env')
  expect(namesIn((await create()).path)).toContain('.env')
})

test('no link, no way out, no device, no nested repository, nothing of git or of ours', async () => {
  put('.gitignore', 'x/\n.dispatch\n*.env\n')
  put('.worktreeinclude', '*\n')
  await commit()
  box.write('outside/secret', '1')
  put('x/plain')
  put('x/nested/file')
  put('.dispatch/tasks/audit/plan.md')
  await box.shell(
    'my repo',
    'ln -s ../../outside/secret x/link; ln -s ../outside x/out; ln -s /etc/hostname a.env; mkfifo x/pipe; git init -q x/nested; ln -s x/out/secret b.env',
  )
  const { path, notices } = await create()
  expect(namesIn(join(path, 'x'))).toEqual(['plain'])
  expect(namesIn(path)).not.toContain('a.env')
  expect(statIfThere(join(path, '.dispatch'))?.isSymbolicLink()).toBe(true)
  expect(notices).toEqual([
    expect.stringMatching(/\(not a regular file\): a\.env, b\.env, x\/\S+ and \d more$/),
  ])
})

test('what the base commit has in the same place stays as it is', async () => {
  put('.worktreeinclude', '*.env\n')
  put('one.env', 'committed')
  await box.shell('my repo', 'mkdir real; echo 1 > real/x; ln -s real dir; ln -s ../outside way')
  await commit()
  const base = await box.git('my repo', 'rev-parse', 'HEAD')
  await box.git('my repo', 'rm', '--quiet', 'one.env', 'dir', 'way')
  put('.gitignore', '*.env\n')
  await commit()
  put('one.env', 'local')
  put('dir/two.env')
  put('way/three.env')
  box.write('outside/keep', '1')
  const { path, notices } = await createWorktree(box.request(repository, { base, include: true }))
  expect(readIfThere(join(path, 'one.env'))).toBe('committed')
  expect(namesIn(join(path, 'real'))).toEqual(['x'])
  expect(namesIn(join(box.folder, 'outside'))).toEqual(['keep'])
  expect(notices).toEqual([
    'not brought into the worktree (not a folder in the base commit): dir/two.env, way/three.env',
    'not brought into the worktree (in the base commit already): one.env',
  ])
})

test('a file that is too large is left out and said', async () => {
  put('.gitignore', '*.env\n')
  put('.worktreeinclude', '*.env\n')
  await commit()
  put('small.env')
  await box.shell('my repo', 'truncate -s 51M large.env')
  const { path, notices } = await create()
  expect(namesIn(path)).toContain('small.env')
  expect(notices).toEqual(['not brought into the worktree (larger than 50 MB): large.env'])
})

const MB = 1 << 20
describe.each<[string, [string, number | string][], string[], [string, string[]][]]>([
  ['nothing', [], [], []],
  [
    'all that fits',
    [
      ['a', MB],
      ['b', 0],
    ],
    ['a', 'b'],
    [],
  ],
  [
    '50 MB each',
    [
      ['a', 50 * MB],
      ['b', 50 * MB + 1],
    ],
    ['a'],
    [['larger than 50 MB', ['b']]],
  ],
  [
    '200 MB together, and then what is smaller',
    [...'abcd']
      .map((name): [string, number] => [name, 49 * MB])
      .concat([
        ['e', 5 * MB],
        ['f', 4 * MB],
      ]),
    ['a', 'b', 'c', 'd', 'f'],
    [['more than 200 MB together', ['e']]],
  ],
  [
    'reasons',
    [
      ['a', 'odd'],
      ['b', 'odd'],
      ['c', 1],
    ],
    ['c'],
    [['odd', ['a', 'b']]],
  ],
  [
    'never git or us',
    [
      ['.git', 1],
      ['x/.git/config', 1],
      ['.Dispatch/x', 1],
      ['.gitx', 1],
    ],
    ['.gitx'],
    [],
  ],
])('choose: %s', (_, files, copy, left) => {
  test('', () => {
    const sizes = new Map(files)
    const chosen = choose([...sizes.keys()], (path) => sizes.get(path) ?? 'unknown')
    expect(chosen).toEqual({ copy, left: new Map(left) })
  })
})

test.each([
  ['', '/.dispatch\n'],
  ['# mine\n*.swp', '# mine\n*.swp\n/.dispatch\n'],
  ['# mine\r\n*.swp\r\n', '# mine\r\n*.swp\r\n/.dispatch\r\n'],
  ['a\r\n/.dispatch\r\nb', 'a\r\n/.dispatch\r\nb'],
  [undefined, '/.dispatch\n'],
])('the exclude file %j becomes %j, once', async (before, after) => {
  const path = join(repository.common, 'info/exclude')
  await box.shell('my repo', 'rm -rf .git/info')
  if (before !== undefined) box.write('my repo/.git/info/exclude', before)
  await createWorktree(box.request(repository))
  await createWorktree(box.request(repository))
  expect(readIfThere(path)).toBe(after)
  append(path, '')
})
