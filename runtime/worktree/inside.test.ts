/** A worker that wants our git to run something: every place it can write to, against every question that we ask. */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { namesIn } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { statIfThere } from '../io/stat.ts'
import { createWorktree, type Worktree } from './create.ts'
import { commitsSince, uncommittedIn } from './describe.ts'
import { gitDirOf, headOf, inWorktree } from './inside.ts'
import type { Repository } from './repository.ts'
import { type Scratch, scratch } from './scratch.ts'

// Many git processes each; generous, for a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let box: Scratch
let repository: Repository
let made: Worktree
beforeEach(async () => {
  box = scratch()
  repository = await box.repository('my repo')
  await box.git('my repo', 'config', 'extensions.worktreeConfig', 'true')
  made = await createWorktree(box.request(repository))
  box.write('trap', `#!/bin/sh\necho "$0 $@" >> '${box.folder}/sprung'\ncat\n`)
  await box.shell(
    '.',
    'chmod +x trap; mkdir hooks; for h in post-index-change reference-transaction; do cp trap hooks/$h; done',
  )
})
afterEach(() => box.remove())

const sprung = () => namesIn(box.folder).includes('sprung')

/** Everything that git configuration can have run by the questions that we ask. */
const hostile = () => {
  const trap = `'${box.folder}/trap'`
  return [
    `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = "${trap}"\n\thooksPath = ${box.folder}/hooks\n\tpager = "${trap}"`,
    `[diff]\n\texternal = "${trap}"\n[diff "evil"]\n\ttextconv = "${trap}"\n\tcommand = "${trap}"`,
    `[filter "evil"]\n\tclean = "${trap}"\n\tsmudge = "${trap}"\n[filter "two"]\n\tprocess = "${trap}"\n`,
  ].join('\n')
}
const attributes = 'a.txt filter=evil diff=evil\nb.txt filter=two\n*.c diff=evil\n'

const inMade = (path: string, text: string) =>
  box.write(join(made.path, path).slice(box.folder.length + 1), text)
const inGitDir = (path: string, text: string) => box.write(`my repo/.git/worktrees/audit/${path}`, text)

/** A git directory of the worker's own making, complete enough for git to believe in it. */
async function ownRepository(at: string): Promise<void> {
  await box.shell('.', `git init -q '${at}.new'; mv '${at}.new/.git' '${at}'; rmdir '${at}.new'`)
  box.write(join(at, 'config').slice(box.folder.length + 1), hostile())
}

const changed = () => {
  inMade('.gitattributes', attributes)
  inMade('a.txt', 'changed\n')
  inMade('b.txt', 'new\n')
  inMade('d.c', 'new\n')
}

const questions: [string, () => unknown][] = [
  ['uncommittedIn', () => uncommittedIn(repository, made.path)],
  ['headOf', () => headOf(repository, made.path)],
  ['commitsSince', () => commitsSince(repository, made.base, made.branch)],
  ['status', () => inWorktree(repository, made.path, ['status', '--porcelain', '-z'])],
  ['diff', () => inWorktree(repository, made.path, ['diff', made.base])],
  ['log -p', () => inWorktree(repository, made.path, ['log', '-p', made.branch])],
]

const plants: [string, () => Promise<unknown>][] = [
  [
    'a .git folder in place of the .git file',
    async () => {
      removeAll(join(made.path, '.git'))
      await ownRepository(join(made.path, '.git'))
    },
  ],
  [
    'a commondir that leads elsewhere',
    async () => {
      await ownRepository(join(box.folder, 'elsewhere'))
      inGitDir('commondir', `${box.folder}/elsewhere\n`)
    },
  ],
  ['a configuration of the worktree', async () => inGitDir('config.worktree', hostile())],
  [
    'a nested repository that is in the index',
    async () => {
      await box.shell(
        '.',
        `cd '${made.path}'; git init -q sub; cd sub; echo 1 > a.txt; git add .; git commit -qm s; cd ..; git add sub 2>/dev/null`,
      )
      inMade('sub/.git/config', hostile())
      inMade('sub/.gitattributes', attributes)
      inMade('sub/a.txt', '2\n') // as long as before, so that git has to look into it
    },
  ],
  [
    'a program of the repository that the user made a filter',
    async () => {
      await box.git('my repo', 'config', 'filter.evil.clean', './tools/clean')
      await box.git('my repo', 'config', 'filter.evil.required', 'true')
      await box.git('my repo', 'config', 'filter.two.process', 'sh tools/clean')
      inMade('tools/clean', `touch '${box.folder}/sprung'; cat`)
      await box.shell('.', `chmod +x '${made.path}/tools/clean'`)
    },
  ],
  [
    'diff programs of the user',
    async () => {
      await box.git('my repo', 'config', 'diff.evil.textconv', './tools/show')
      await box.git('my repo', 'config', 'diff.evil.command', './tools/show')
      inMade('tools/show', `touch '${box.folder}/sprung'`)
      await box.shell('.', `chmod +x '${made.path}/tools/show'`)
    },
  ],
]

describe.each(plants)('%s', (_, plant) => {
  test('runs nothing, and every question is answered', async () => {
    changed()
    await plant()
    for (const [name, ask] of questions) {
      const answer = await ask()
      expect(sprung(), name).toBe(false)
      if (typeof answer === 'object' && answer !== null && 'ok' in answer)
        expect(answer, name).toMatchObject({ ok: true })
    }
    expect(headOf(repository, made.path)).toBe(made.base)
    expect(await uncommittedIn(repository, made.path)).toBeGreaterThanOrEqual(4)
  })
})

test('the trap itself works', async () => {
  changed()
  inGitDir('config.worktree', hostile())
  await box.shell('.', `cd '${made.path}'; git status >/dev/null`)
  expect(sprung()).toBe(true)
})

test('a replaced commit does not change what is said', async () => {
  inMade('a.txt', 'changed\n')
  await box.shell('.', `cd '${made.path}'; git commit -qam work; git replace HEAD HEAD~1`)
  expect(commitsSince(repository, made.base, made.branch)).toEqual([expect.stringContaining('work')])
})

test('HEAD would be that of another worktree', async () => {
  await expect(inWorktree(repository, made.path, ['diff', 'HEAD~1'])).rejects.toThrow('HEAD')
})

describe('what is not there as git made it is refused', () => {
  const cases: [string, () => Promise<unknown>][] = [
    ['the folder', async () => removeAll(made.path)],
    [
      'a link in its place',
      () => box.shell('.', `mv '${made.path}' moved; ln -s "$PWD/moved" '${made.path}'`),
    ],
    ['a pipe as the index', () => box.shell('my repo', 'cd .git/worktrees/audit; rm index; mkfifo index')],
    ['its entry', async () => removeAll(join(repository.common, 'worktrees/audit'))],
    ['two that claim the path', () => box.shell('my repo', 'cd .git/worktrees; cp -r audit other')],
    ['a pipe as its gitdir', () => box.shell('my repo', 'cd .git/worktrees/audit; rm gitdir; mkfifo gitdir')],
  ]
  test.each(cases)('%s', async (_, spoil) => {
    await spoil()
    await expect(uncommittedIn(repository, made.path)).rejects.toMatchObject({ exit: 1 })
  })
})

test('gitDirOf finds the entry by its gitdir, relative ones too', async () => {
  const entry = join(repository.common, 'worktrees/audit')
  expect(gitDirOf(repository, made.path)).toBe(entry)
  expect(gitDirOf(repository, repository.top)).toBe(repository.common)
  inGitDir('gitdir', `../../../..${made.path.slice(box.folder.length)}/.git\n`)
  expect(gitDirOf(repository, made.path)).toBe(entry)
  expect(statIfThere(entry)?.isDirectory()).toBe(true)
})

test.each([
  ['git-lfs clean -- %f', true],
  ['git lfs clean %f', true],
  ['"git-crypt" clean', true],
  ['"/opt/homebrew/bin/git-crypt" clean --key-name=team', true],
  ['./git-lfs clean', false],
  ['git-lfs clean; ./x', false],
  ['git-lfs clean $(./x)', false],
  ['node tools/clean.js', false],
])('the filter %s is kept: %s', async (command, kept) => {
  await box.git('my repo', 'config', 'filter.x.clean', command)
  const { stdout } = await inWorktree(repository, made.path, ['config', '--get', 'filter.x.clean'])
  expect(stdout).toBe(kept ? command : '')
})

test.each([
  ['true', true],
  ['/usr/bin/true', true],
  ['./true', false],
  ['npx npm-merge-driver merge %A %O %B %P', false],
  ['true; ./x', false],
])('the merge driver %s is kept: %s', async (command, kept) => {
  await box.git('my repo', 'config', 'merge.x.driver', command)
  const { stdout } = await inWorktree(repository, made.path, ['config', '--get', 'merge.x.driver'])
  expect(stdout).toEqual(kept ? command : expect.stringMatching(/^git merge-file /))
})
