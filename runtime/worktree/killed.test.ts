/** A create that is killed with SIGKILL at each of its steps, and the states that a killed git leaves. */
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeFolder, namesIn } from '../io/folders.ts'
import { append, removeAll } from '../io/handling.ts'
import { runLogged } from '../io/logged.ts'
import { readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { createWorktree } from './create.ts'
import { registered } from './inside.ts'
import { beginMaking } from './making.ts'
import { folderOf } from './place.ts'
import type { Repository } from './repository.ts'
import { type Scratch, scratch } from './scratch.ts'

// Many git processes each; generous, for a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let box: Scratch
let repository: Repository
beforeEach(async () => {
  box = scratch()
  repository = await box.repository('my repo')
  // As task/root.ts makes it: nothing of the state is git's affair.
  box.write('my repo/.dispatch/.gitignore', '*\n')
})
afterEach(() => box.remove())

const folder = () => folderOf(join(box.folder, 'home'), repository.top)

/** Runs createWorktree in a process of its own, with a git that kills it before or after one of its calls. */
async function killedAt(word: string, when: 'before' | 'after'): Promise<void> {
  const kill = `case " $* " in *" ${word} "*) kill -9 $PPID; sleep 0.2; exit 1;; esac`
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's, to leave our own folder out
  const real = '$(PATH=${PATH#*:} command -v git)'
  const run = `"${real}" "$@"; code=$?`
  const script = when === 'before' ? `${kill}\n${run}\nexit $code` : `${run}\n${kill}\nexit $code`
  box.write('bin/git', `#!/bin/sh\n${script}\n`)
  const module = (name: string) => JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href)
  box.write(
    'child.mts',
    `import { createWorktree } from ${module('create')}
     await createWorktree(${JSON.stringify(box.request(repository))})`,
  )
  await box.shell('bin', 'chmod +x git')
  const loader = import.meta.resolve('tsx')
  const ending = await runLogged([process.execPath, '--import', loader, join(box.folder, 'child.mts')], {
    cwd: repository.top,
    env: { ...process.env, PATH: `${box.folder}/bin:${process.env.PATH}` },
    log: join(box.folder, 'log'),
  })
  expect(ending, readIfThere(join(box.folder, 'log'))).toEqual({ code: null, signal: 'SIGKILL' })
}

/** All that is there afterwards is one good worktree under the plain name. */
async function expectOneWholeWorktree(): Promise<void> {
  const made = await createWorktree(box.request(repository))
  expect(made).toMatchObject({ path: join(folder(), 'audit'), branch: 'dispatch/audit', notices: [] })
  expect(await box.git('.', '-C', made.path, 'status', '--porcelain')).toBe('')
  expect(namesIn(folder())).toEqual(['audit'])
  expect(registered(repository.common)).toMatchObject([{ path: made.path, locked: undefined }])
  const branches = await box.git('my repo', 'branch', '--format=%(refname:short)')
  expect(branches.split('\n')).toEqual(['dispatch/audit', 'main'])
}

describe('a create killed with SIGKILL', () => {
  test.each([
    ['for-each-ref', 'before'],
    ['worktree', 'before'],
    ['worktree', 'after'],
    ['reset', 'before'],
    ['reset', 'after'],
    ['--show-toplevel', 'after'],
    ['unlock', 'before'],
    ['unlock', 'after'],
  ] as const)('at %s, %s it: the next one undoes it and takes the name', async (word, when) => {
    await killedAt(word, when)
    await expectOneWholeWorktree()
  })
})

/** As if a create by a process that is gone had come this far. */
async function abandoned() {
  const base = await box.git('my repo', 'rev-parse', 'HEAD')
  makeFolder(folder())
  const making = beginMaking(folder(), 'audit', base)
  if (making === undefined) throw new Error('the name is taken')
  const note = readIfThere(making.note) ?? ''
  removeAll(making.note)
  append(making.note, note.replace(/start: .*/, 'start: long-gone'))
  return making
}

describe('a git killed with its create', () => {
  const states: [string, (making: Awaited<ReturnType<typeof abandoned>>) => Promise<unknown>][] = [
    ['nothing but the note', async () => {}],
    ['the folder', async ({ path }) => makeFolder(path)],
    ['the branch', ({ branch }) => box.git('my repo', 'branch', branch)],
    [
      'an entry that does not say yet where the worktree is',
      async ({ lock, path }) => {
        makeFolder(path)
        box.write('my repo/.git/worktrees/audit/locked', `${lock}\n`)
      },
    ],
    [
      'an entry without HEAD, locked by git itself, and a folder without .git',
      async ({ path }) => {
        makeFolder(path)
        box.write('my repo/.git/worktrees/audit/locked', 'initializing\n')
        box.write('my repo/.git/worktrees/audit/gitdir', `${path}/.git\n`)
      },
    ],
    [
      'an index.lock and half of the files',
      async ({ path, branch, lock }) => {
        await box.git('my repo', 'worktree', 'add', '--lock', '--reason', lock, '-b', branch, path)
        removeAll(join(path, 'a.txt'))
        box.write('my repo/.git/worktrees/audit/index.lock', '')
      },
    ],
  ]
  test.each(states)('%s', async (_, leave) => {
    await leave(await abandoned())
    await expectOneWholeWorktree()
  })

  test('a branch that was moved on meanwhile is kept', async () => {
    const { branch } = await abandoned()
    await box.git('my repo', 'checkout', '--quiet', '-b', branch)
    await box.git('my repo', 'commit', '--quiet', '--allow-empty', '-m', 'work')
    const made = await createWorktree(box.request(repository))
    expect(made.branch).toBe('dispatch/audit-2')
    expect(await box.git('my repo', 'log', '-1', '--format=%s', branch)).toBe('work')
  })

  test('somebody else’s worktree on a disk that is away is kept', async () => {
    await box.git('my repo', 'worktree', 'add', '--quiet', '-b', 'side', '../disk/side')
    removeAll(join(box.folder, 'disk'))
    await abandoned()
    await createWorktree(box.request(repository))
    expect(registered(repository.common).map(({ path }) => basename(path ?? ''))).toEqual(['audit', 'side'])
  })

  test('a create that is still at work is left alone', async () => {
    makeFolder(folder())
    const base = await box.git('my repo', 'rev-parse', 'HEAD')
    const other = beginMaking(folder(), 'audit', base)
    makeFolder(other?.path ?? '')
    expect((await createWorktree(box.request(repository))).branch).toBe('dispatch/audit-2')
    expect(statIfThere(other?.path ?? '')?.isDirectory()).toBe(true)
  })

  test.each(['', 'base: [', 'base: 1\n', '\0\0'])('a damaged note %j destroys nothing', async (text) => {
    await abandoned()
    box.write(`home/worktrees/${basename(folder())}/audit.making`, text)
    box.write(`home/worktrees/${basename(folder())}/audit/precious`, '1')
    expect((await createWorktree(box.request(repository))).branch).toBe('dispatch/audit-2')
    expect(namesIn(join(folder(), 'audit'))).toEqual(['precious'])
  })
})
