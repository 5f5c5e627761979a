import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runFacts } from '../../test/support/run-facts.ts'
import { scratch } from '../worktree/scratch.ts'
import { prepareBranch } from './branch.ts'
import { followed } from './branch-follow.ts'
import { readBranch } from './branch-state.ts'
import { branchTrouble } from './branch-trouble.ts'
import { findBatchCommits } from './commit-find.ts'
import { changes, snapshot } from './evidence/snapshot.ts'

const SPEC = 'specs/active/cache/tasks.yaml'

async function repository() {
  const s = scratch()
  onTestFinished(() => s.remove())
  const { top } = await s.repository('repo')
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: top, encoding: 'utf8', stdio: 'pipe' }).trim()
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), text)
  }
  const commit = (path: string, text: string) => {
    put(path, text)
    git('add', '--', path)
    git('commit', '-qm', path, '--', path)
    return git('rev-parse', 'HEAD')
  }
  const prepare = (more = {}) =>
    prepareBranch({ top, name: 'cache', env: process.env, needs: [SPEC], ...more })
  /** A repository that is its origin, and another clone of that to push from. */
  const origin = () => {
    execFileSync('git', ['init', '-q', '--bare', join(s.folder, 'origin.git')])
    git('remote', 'add', 'origin', join(s.folder, 'origin.git'))
    git('push', '-qu', 'origin', 'main')
    git('remote', 'set-head', 'origin', 'main')
  }
  const elsewhere = (branch: string, path: string) => {
    const clone = join(s.folder, 'clone')
    const inClone = (...args: string[]) =>
      execFileSync('git', args, { cwd: clone, encoding: 'utf8', stdio: 'pipe' })
    rmSync(clone, { recursive: true, force: true })
    execFileSync('git', ['clone', '-q', join(s.folder, 'origin.git'), clone])
    inClone('switch', '-q', branch)
    writeFileSync(join(clone, path), 'theirs\n')
    inClone('add', path)
    inClone('commit', '-qm', 'Theirs')
    inClone('push', '-q')
    return inClone('rev-parse', 'HEAD').trim()
  }
  return { top, git, put, commit, prepare, origin, elsewhere, folder: s.folder }
}

describe('a branch that is not there', () => {
  test('begins at the default branch, also from another one; what is not committed comes along', async () => {
    const r = await repository()
    const main = r.git('rev-parse', 'main')
    r.git('switch', '-qc', 'other')
    r.commit('other.txt', 'x\n')
    r.put(SPEC, 'tasks: []\n')
    r.put('a.txt', 'mine\n')
    expect(await r.prepare()).toMatchObject({
      branch: 'feat/cache',
      created: true,
      left: 'other',
      head: main,
      fork: main,
    })
    expect(r.git('branch', '--show-current')).toBe('feat/cache')
    expect(r.git('status', '--porcelain').split('\n')).toEqual(['M a.txt', '?? specs/'])
  })

  test('begins at the own main, which has the spec, and not at what the remote has', async () => {
    const r = await repository()
    r.origin()
    const own = r.commit(SPEC, 'tasks: []\n')
    expect(await r.prepare()).toMatchObject({ head: own })
  })

  test('begins at what the remote has, where that is only further on', async () => {
    const r = await repository()
    r.origin()
    const theirs = r.elsewhere('main', 'theirs.txt')
    r.git('fetch', '-q')
    expect(await r.prepare()).toMatchObject({ head: theirs, notes: [expect.stringContaining('origin/main')] })
    expect(readFileSync(join(r.top, '.git/config'), 'utf8')).not.toContain('feat')
  }, 20_000)

  test('begins at --base', async () => {
    const r = await repository()
    const first = r.git('rev-parse', 'HEAD')
    r.commit('b.txt', 'b\n')
    expect(await r.prepare({ base: 'HEAD~1' })).toMatchObject({ head: first })
    await expect(r.prepare({ name: 'other', base: '--exec=x' })).rejects.toThrow(/is not a commit here/)
  })

  test('is taken from the remote, where somebody pushed it', async () => {
    const r = await repository()
    r.origin()
    r.git('push', '-q', 'origin', 'main:refs/heads/feat/cache')
    r.git('fetch', '-q')
    expect(await r.prepare()).toMatchObject({ created: true, notes: ['feat/cache is origin/feat/cache.'] })
    expect(r.git('rev-parse', '--abbrev-ref', '@{upstream}')).toBe('origin/feat/cache')
  })

  test('is not made anew for a run that had it', async () => {
    const r = await repository()
    await expect(r.prepare({ run: { branch: 'feat/cache' } })).rejects.toThrow(
      /is gone.*\n.*git branch feat\/cache/s,
    )
    expect(r.git('branch', '--show-current')).toBe('main')
  })

  test('is refused where the spec would be gone from the work tree', async () => {
    const r = await repository()
    r.git('switch', '-qc', 'other')
    r.commit(SPEC, 'tasks: []\n')
    await expect(r.prepare()).rejects.toThrow(
      /the spec is committed on the branch that is checked out.*--base HEAD/s,
    )
    expect(r.git('branch', '--show-current')).toBe('other')
    expect(await r.prepare({ base: 'HEAD' })).toMatchObject({ created: true })
  })
})

describe('a branch that is there', () => {
  test('is checked out', async () => {
    const r = await repository()
    r.git('branch', 'feat/cache')
    expect(await r.prepare()).toMatchObject({
      created: false,
      left: 'main',
      notes: ['feat/cache is checked out.'],
    })
    expect(await r.prepare()).toMatchObject({ created: false, left: undefined, notes: [] })
  })

  test.each(['checked out', 'not checked out'])(
    'and %s is brought up to its upstream',
    async (how) => {
      const r = await repository()
      r.origin()
      r.git('switch', '-qc', 'feat/cache')
      r.git('push', '-qu', 'origin', 'feat/cache')
      if (how === 'not checked out') r.git('switch', '-q', 'main')
      const theirs = r.elsewhere('feat/cache', 'theirs.txt')
      r.put('a.txt', 'mine\n')
      expect(await r.prepare()).toMatchObject({ head: theirs })
      expect(readFileSync(join(r.top, 'theirs.txt'), 'utf8')).toBe('theirs\n')
      expect(readFileSync(join(r.top, 'a.txt'), 'utf8')).toBe('mine\n')
    },
    20_000,
  )

  test('and has parted from its upstream: said, and nothing is merged', async () => {
    const r = await repository()
    r.origin()
    r.git('switch', '-qc', 'feat/cache')
    r.git('push', '-qu', 'origin', 'feat/cache')
    r.elsewhere('feat/cache', 'theirs.txt')
    const own = r.commit('own.txt', 'own\n')
    expect(await r.prepare()).toMatchObject({ head: own, notes: [expect.stringContaining('have parted')] })
  }, 20_000)

  test('and its remote cannot be reached: said, and it goes on', async () => {
    const r = await repository()
    r.origin()
    r.git('switch', '-qc', 'feat/cache')
    r.git('push', '-qu', 'origin', 'feat/cache')
    r.git('remote', 'set-url', 'origin', join(r.folder, 'nowhere.git'))
    expect(await r.prepare()).toMatchObject({
      notes: [expect.stringMatching(/was not fetched from origin; the run goes on/)],
    })
  })
})

describe('refused, with nothing changed', () => {
  const state = (r: Awaited<ReturnType<typeof repository>>) => [
    r.git('status', '--porcelain=v2', '--branch'),
    r.git('diff'),
  ]
  test.each(['tracked', 'untracked'])('a change of a %s file that the branch has otherwise', async (kind) => {
    const r = await repository()
    r.git('switch', '-qc', 'feat/cache')
    r.commit(kind === 'tracked' ? 'a.txt' : 'new.txt', 'theirs\n')
    r.git('switch', '-q', 'main')
    r.put(kind === 'tracked' ? 'a.txt' : 'new.txt', 'mine\n')
    const before = state(r)
    await expect(r.prepare()).rejects.toThrow(kind === 'tracked' ? /other versions.*a\.txt/s : /new\.txt/)
    expect(state(r)).toEqual(before)
  })
  test('a change in a claimed file, or below a claimed folder', async () => {
    const r = await repository()
    r.put('src/cache.ts', 'mine\n')
    const before = state(r)
    await expect(r.prepare({ claimed: ['src/cache.ts'] })).rejects.toThrow(/hold changes.*src\/cache\.ts/s)
    await expect(r.prepare({ claimed: ['src'] })).rejects.toThrow(/src\/cache\.ts/)
    expect(state(r)).toEqual(before)
    await r.prepare({ claimed: ['src/cache'] })
  })
  test('a merge that is under way', async () => {
    const r = await repository()
    r.put('.git/MERGE_HEAD', `${r.git('rev-parse', 'HEAD')}\n`)
    await expect(r.prepare()).rejects.toThrow(/a merge is under way/)
  })
  test('a branch that is checked out elsewhere', async () => {
    const r = await repository()
    r.git('worktree', 'add', '-qb', 'feat/cache', join(r.folder, 'linked'))
    await expect(r.prepare()).rejects.toThrow(/another worktree.*linked/s)
  })
  test('a branch that cannot be called so', async () => {
    const r = await repository()
    r.git('branch', 'feat')
    await expect(r.prepare()).rejects.toThrow(/feat\/cache could not be made/)
    expect(existsSync(join(r.top, '.git/index.lock'))).toBe(false)
  })
})

test('an open batch on a branch that moved is compared with what the branch brought', async () => {
  const r = await repository()
  r.put('mine.txt', 'not committed\n')
  const base = { commit: r.git('rev-parse', 'HEAD'), tree: await snapshot(r.top) }
  r.put('work.ts', 'of the batch\n')
  r.commit('user.ts', 'of the user\n')
  r.git('rm', '-q', 'a.txt')
  r.git('commit', '-qm', 'Remove')
  const head = r.git('rev-parse', 'HEAD')
  const moved = await followed(r.top, base, head)
  expect(moved.commit).toBe(head)
  expect(await changes(r.top, moved.tree, await snapshot(r.top))).toEqual([
    { path: 'work.ts', status: 'A', mode: '100644' },
  ])
})

test('a rebase by the user: batches are found again by their messages, those of other runs are not', async () => {
  const r = await repository()
  const checkpoint = (spec: string, n: number) => {
    r.put(`specs/active/${spec}/checkpoint.yaml`, `n: ${n}\n`)
    r.git('add', '.')
    r.git('commit', '-qm', `feat: ${spec} ${n}\n\nTasks: T${n}\nBatch: ${n}/2`)
    return r.git('rev-parse', 'HEAD')
  }
  const base = r.git('rev-parse', 'HEAD')
  await r.prepare()
  const before = checkpoint('cache', 1)
  const facts = runFacts('T1 | T2', [
    { base: { commit: base, tree: '' }, commit: before },
    { base: { commit: before, tree: '' } },
  ])
  const run = { ...facts.run, base }
  const seen = () => readBranch(r.top, { run, batches: facts.batches })
  expect(seen()).toMatchObject({
    checkedOut: 'feat/cache',
    head: before,
    expected: before,
    holds: true,
    since: [],
  })
  r.git('switch', '-q', 'main')
  checkpoint('other', 2)
  r.git('switch', '-q', 'feat/cache')
  r.git('rebase', '-q', 'main')
  const after = r.git('rev-parse', 'HEAD')
  expect(findBatchCommits(r.top, base, 'refs/heads/feat/cache', 'specs/active/cache')).toEqual(
    new Map([[1, after]]),
  )
  expect(seen()).toMatchObject({ head: after, expected: before, holds: false })
  expect(branchTrouble({ ...facts, run }, seen())).toMatchObject({
    follow: true,
    trouble: { text: expect.stringMatching(/was rewritten.*Batch 2 is open/) },
  })
  const mine = r.commit('mine.txt', 'mine\n')
  expect(seen().since.map(({ commit }) => commit)).toEqual([mine])
  r.git('switch', '-q', '--detach')
  expect(seen()).toMatchObject({ checkedOut: undefined })
})
