import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeFolder, namesIn } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { withLock } from '../io/lock.ts'
import { readIfThere } from '../io/reading.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import { createWorktree, discardWorktree } from './create.ts'
import { commitsSince, uncommittedIn } from './describe.ts'
import { registered } from './inside.ts'
import type { Repository } from './repository.ts'
import { found, type Scratch, scratch } from './scratch.ts'

// Many git processes each; generous, for a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let box: Scratch
let repository: Repository
beforeEach(async () => {
  box = scratch()
  repository = await box.repository('my repo')
})
afterEach(() => box.remove())

const branches = async () => (await box.git('my repo', 'branch', '--format=%(refname:short)')).split('\n')
const head = () => box.git('my repo', 'rev-parse', 'HEAD')
const folder = () => {
  const hash = createHash('sha256').update(repository.top).digest('hex').slice(0, 8)
  return join(box.folder, `home/worktrees/my-repo-${hash}`)
}

describe('a worktree', () => {
  test('is at the base, on its own branch, outside of the repository, and clean', async () => {
    const made = await createWorktree(box.request(repository))
    expect(made).toEqual({
      ...{ path: join(folder(), 'audit'), branch: 'dispatch/audit', base: await head(), notices: [] },
    })
    expect(readIfThere(join(made.path, 'a.txt'))).toBe('one\n')
    expect(namesIn(folder())).toEqual(['audit'])
    expect(registered(repository.common)).toMatchObject([{ path: made.path, locked: undefined }])
    expect(await box.git('.', '-C', made.path, 'status', '--porcelain')).toBe('')
    expect(await box.git('my repo', 'config', '--get-regexp', '^branch').catch(() => 'none')).toBe('none')
  })

  test('reaches the state of the main worktree by the same relative path', async () => {
    box.write('my repo/.dispatch/tasks/audit/plan.md', 'the plan')
    const { path } = await createWorktree(box.request(repository))
    expect(readIfThere(join(path, '.dispatch/tasks/audit/plan.md'))).toBe('the plan')
  })

  test.each(['v1', 'v1^{commit}', 'main~1', 'short'])('starts from %s', async (word) => {
    const first = await head()
    await box.git('my repo', 'tag', '-a', 'v1', '-m', 'one')
    await box.git('my repo', 'commit', '--quiet', '--allow-empty', '-m', 'second')
    const base = word === 'short' ? first.slice(0, 8) : word
    expect((await createWorktree(box.request(repository, { base }))).base).toBe(first)
  })

  test('starts from a detached HEAD, and from the worktree that the user stands in', async () => {
    await box.git('my repo', 'checkout', '--quiet', '--detach')
    await box.git('my repo', 'worktree', 'add', '--quiet', '-b', 'side', '../side')
    await box.git('side', 'commit', '--quiet', '--allow-empty', '-m', 'on the side')
    expect((await createWorktree(box.request(repository))).base).toBe(await head())
    const side = await createWorktree(box.request(found(join(box.folder, 'side')), { id: 'other' }))
    expect(side.base).toBe(await box.git('side', 'rev-parse', 'HEAD'))
    expect(side.path).toBe(join(folder(), 'other'))
  })

  test('of a shallow clone, a bare repository and a submodule', async () => {
    await box.git('my repo', 'commit', '--quiet', '--allow-empty', '-m', 'second')
    await box.git('.', 'clone', '--quiet', '--depth=1', `file://${repository.top}`, 'shallow')
    await box.git('.', 'clone', '--quiet', '--bare', 'my repo', 'project/.bare')
    await box.repository('super')
    await box.git('super', 'submodule', '--quiet', 'add', '../my repo', 'lib')
    for (const place of ['shallow', 'project/.bare', 'super/lib']) {
      const { path } = await createWorktree(box.request(found(join(box.folder, place))))
      expect(readIfThere(join(path, 'a.txt'))).toBe('one\n')
    }
  })

  test('says that submodules are empty', async () => {
    await box.repository('super')
    await box.git('super', 'submodule', '--quiet', 'add', '../my repo', 'lib/one')
    await box.git('super', 'commit', '--quiet', '-m', 'with a submodule')
    const made = await createWorktree(box.request(found(join(box.folder, 'super'))))
    expect(made.notices).toEqual([
      expect.stringContaining('submodules are empty in a new worktree (lib/one)'),
    ])
    expect(namesIn(join(made.path, 'lib/one'))).toEqual([])
  })

  test('leaves uncommitted changes where they are and counts them', async () => {
    box.write('my repo/a.txt', 'changed\n')
    box.write('my repo/new/x', '1')
    box.write('my repo/new/y', '2')
    const made = await createWorktree(box.request(repository))
    expect(made.notices).toEqual([
      `3 uncommitted files stay in ${repository.top}; the worker starts from ${made.base.slice(0, 12)} and does not see them`,
    ])
    expect(readIfThere(join(made.path, 'a.txt'))).toBe('one\n')
    expect(readIfThere(join(repository.top, 'a.txt'))).toBe('changed\n')
  })

  test('runs no hook of the repository or the user, but their filters', async () => {
    box.write('hooks/post-checkout', `#!/bin/sh\ntouch '${box.folder}/hook-ran'\n`)
    await box.shell('.', 'chmod +x hooks/*; cp hooks/post-checkout hooks/reference-transaction')
    await box.git('my repo', 'config', 'core.hooksPath', join(box.folder, 'hooks'))
    await box.git('my repo', 'config', 'filter.shout.smudge', 'tr a-z A-Z')
    box.write('my repo/.gitattributes', 'a.txt filter=shout\n')
    await box.git('my repo', 'add', '.')
    await box.git('my repo', 'commit', '--quiet', '-m', 'filtered')
    await box.shell('my repo', `git checkout -q -b probe; rm '${box.folder}/hook-ran'`) // it does run elsewhere
    const { path } = await createWorktree(box.request(repository))
    expect(readIfThere(join(path, 'a.txt'))).toBe('ONE\n')
    expect(statIfThere(join(box.folder, 'hook-ran'))).toBeUndefined()
  })

  test('ten at once, while the user writes the configuration', async () => {
    const ids = Array.from({ length: 10 }, (_, n) => `task-${n}`)
    const config = box.shell(
      'my repo',
      'for n in $(seq 60); do git config --local my.value $n || true; done 2>/dev/null',
    )
    const made = await Promise.all(ids.map((id) => createWorktree(box.request(repository, { id }))))
    await config
    expect(made.map(({ branch }) => branch)).toEqual(ids.map((id) => `dispatch/${id}`))
    expect(new Set(made.map(({ path }) => readIfThere(join(path, 'a.txt'))))).toEqual(new Set(['one\n']))
    expect(namesIn(folder())).toEqual(ids)
    const exclude = readIfThere(join(repository.common, 'info/exclude')) ?? ''
    expect(exclude.split('\n').filter((line) => line === '/.dispatch')).toHaveLength(1)
  })

  test('waits for a lock of git that goes away', async () => {
    const lock = box.write('my repo/.git/refs/heads/dispatch/audit.lock', '')
    const waiting = createWorktree(box.request(repository))
    await box.shell('.', 'sleep 0.6')
    removeAll(lock)
    expect((await waiting).branch).toBe('dispatch/audit')
  })

  test('waits while another one is choosing its name', async () => {
    const lock = join(repository.top, '.dispatch/locks/.worktree.lock')
    const order: string[] = []
    const waiting = await withLock(lock, async () => {
      const created = createWorktree(box.request(repository)).then(() => order.push('created'))
      await box.shell('.', 'sleep 1.5')
      order.push('released')
      return { created }
    })
    await waiting.created
    expect(order).toEqual(['released', 'created'])
  })

  test('ten times the same id: ten names', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => createWorktree(box.request(repository))))
    expect(new Set(made.map(({ path }) => path)).size).toBe(10)
    expect(new Set(await branches()).size).toBe(11)
  })
})

describe('what an earlier task left is never used again', () => {
  const left: [string, () => Promise<unknown>][] = [
    ['a branch', () => box.git('my repo', 'branch', 'dispatch/audit')],
    ['a branch below it', () => box.git('my repo', 'branch', 'dispatch/audit/part')],
    [
      'a folder',
      async () => box.write(join('home/worktrees', folder().split('/').at(-1) ?? '', 'audit/x'), '1'),
    ],
    [
      'a registered worktree whose folder is away',
      async () => {
        const { path } = await createWorktree(box.request(repository))
        removeAll(path)
        await box.git('my repo', 'update-ref', '-d', 'refs/heads/dispatch/audit')
      },
    ],
  ]
  test.each(left)('%s', async (_, leave) => {
    await leave()
    const before = registered(repository.common)
    const made = await createWorktree(box.request(repository))
    expect(made).toMatchObject({ path: join(folder(), 'audit-2'), branch: 'dispatch/audit-2' })
    expect(made.notices).toEqual([expect.stringContaining('dispatch/audit is there from earlier')])
    expect(registered(repository.common)).toEqual(expect.arrayContaining(before))
  })
})

describe('is refused, with nothing left behind', () => {
  const cases: [string, string | undefined, () => Promise<unknown>, RegExp][] = [
    ['an unknown base', 'nowhere', async () => {}, /not a commit here: "nowhere"[\s\S]*git log/],
    ['an option as the base', '--all', async () => {}, /not a commit here/],
    ['a control character', 'a\0b', async () => {}, /not a commit here/],
    ['an empty base', '', async () => {}, /not a commit here/],
    ['a tree as the base', 'HEAD^{tree}', async () => {}, /not a commit here/],
    ['a branch called dispatch', undefined, () => box.git('my repo', 'branch', 'dispatch'), /leaves no room/],
    [
      'a commit that tracks .dispatch',
      undefined,
      async () => {
        box.write('my repo/.dispatch/x', '1')
        await box.git('my repo', 'add', '-f', '.dispatch')
        await box.git('my repo', 'commit', '--quiet', '-m', 'with state')
      },
      /brings its own state folder[\s\S]*git rm/,
    ],
    [
      'a filter that fails',
      undefined,
      async () => {
        box.write('my repo/.gitattributes', 'a.txt filter=broken\n')
        await box.git('my repo', 'add', '.gitattributes')
        await box.git('my repo', 'commit', '--quiet', '-m', 'filtered')
        await box.git('my repo', 'config', 'filter.broken.smudge', 'false')
        await box.git('my repo', 'config', 'filter.broken.required', 'true')
      },
      /could not check the files out[\s\S]*smudge filter broken failed/,
    ],
    [
      'a lock of git that stays',
      undefined,
      async () => box.write('my repo/.git/refs/heads/dispatch/audit.lock', ''),
      /could not make the worktree[\s\S]*remove the \.lock file/,
    ],
  ]
  test.each(cases)('%s', async (_, base, prepare, message) => {
    await prepare()
    const before = await branches()
    const refusal = expect(createWorktree(box.request(repository, { base }))).rejects
    await refusal.toMatchObject({ exit: 1, message: expect.stringMatching(message) })
    expect(await branches()).toEqual(before)
    expect(registered(repository.common)).toEqual([])
    expect(namesIn(folder())).toEqual([])
  })

  test('no commit at all', async () => {
    makeFolder(join(box.folder, 'empty'))
    await box.git('empty', 'init', '--quiet')
    await expect(createWorktree(box.request(found(join(box.folder, 'empty'))))).rejects.toMatchObject({
      exit: 1,
      message: expect.stringMatching(/there is none yet[\s\S]*without --worktree/),
    })
  })

  test('a checkout that comes out on another branch', async () => {
    // git as somebody might have wrapped it: the new worktree is switched behind our back.
    const real = realPath(await which('git'))
    box.write(
      'bin/git',
      `#!/bin/sh\n'${real}' "$@" || exit\ncase "$*" in *reset*) '${real}' switch -qc sly;; esac\n`,
    )
    await box.shell('bin', 'chmod +x git')
    const path = process.env.PATH
    process.env.PATH = `${box.folder}/bin:${path}`
    try {
      await expect(createWorktree(box.request(repository))).rejects.toMatchObject({
        message: expect.stringMatching(/not what it should be[\s\S]*found .*refs\/heads\/sly/),
      })
    } finally {
      process.env.PATH = path
    }
    expect(registered(repository.common)).toEqual([])
  })
})

describe('discardWorktree', () => {
  test('removes what nobody worked in', async () => {
    const request = box.request(repository)
    const made = await createWorktree(request)
    box.write(join('home', made.path.split('/home/')[1] ?? '', 'node_modules/x'), '1')
    await discardWorktree(request, made)
    expect(await branches()).toEqual(['main'])
    expect(namesIn(folder())).toEqual([])
    expect(registered(repository.common)).toEqual([])
  })

  test('keeps commits', async () => {
    const request = box.request(repository)
    const made = await createWorktree(request)
    await box.git('.', '-C', made.path, 'commit', '--quiet', '--allow-empty', '-m', 'work')
    await expect(discardWorktree(request, made)).rejects.toMatchObject({ exit: 1 })
    expect(statIfThere(made.path)?.isDirectory()).toBe(true)
  })
})

describe('what is in a worktree', () => {
  test('counts each changed, staged, deleted and untracked file once, and no ignored one', async () => {
    const { path, base, branch } = await createWorktree(box.request(repository))
    expect(await uncommittedIn(repository, path)).toBe(0)
    await box.shell(
      '.',
      `cd '${path}'; echo '*.log' > .gitignore; echo 1 > x.log; echo staged > b; git add b; echo more >> b
       echo changed > a.txt; git add a.txt; echo one > a.txt; mkdir d; echo 1 > d/e; echo 2 > d/f`,
    )
    expect(await uncommittedIn(repository, path)).toBe(5) // .gitignore, a.txt (staged, then set back), b, d/e, d/f
    expect(commitsSince(repository, base, branch)).toEqual([])
    await box.shell(
      '.',
      `cd '${path}'; git add .; git commit -qm 'one: ünï "q"'; git commit -q --allow-empty -m two`,
    )
    expect(await uncommittedIn(repository, path)).toBe(0)
    expect(commitsSince(repository, base, branch)).toEqual([
      expect.stringMatching(/^[0-9a-f]{7,} two$/),
      expect.stringMatching(/^[0-9a-f]{7,} one: ünï "q"$/),
    ])
    expect(commitsSince(repository, base, 'dispatch/nothing')).toEqual([])
  })

  test('before the first commit every file counts', async () => {
    makeFolder(join(box.folder, 'empty'))
    await box.git('empty', 'init', '--quiet')
    box.write('empty/x', '1')
    expect(await uncommittedIn(found(join(box.folder, 'empty')), join(box.folder, 'empty'))).toBe(1)
  })
})

async function which(program: string): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(':'))
    if (statIfThere(join(folder, program)) !== undefined) return join(folder, program)
  throw new Error(`no ${program}`)
}
