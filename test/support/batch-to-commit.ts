/** For the tests of commits: a repository with a spec, on the branch of its run, with one batch carried out. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import type { CommitInput } from '../../runtime/run/commit.ts'
import { changes, snapshot } from '../../runtime/run/evidence/snapshot.ts'
import { scratch } from '../../runtime/worktree/scratch.ts'

export const DOCUMENTS = ['tasks.yaml', 'review.yaml', 'checkpoint.yaml'].map(
  (name) => `specs/active/cache/${name}`,
)
export const MESSAGE = 'feat(cache): add TTL expiry\n\nTasks: T001, T002\nBatch: 1/2\n'

export async function batchToCommit() {
  const s = scratch()
  onTestFinished(() => s.remove())
  const { top } = await s.repository('repo')
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: top, encoding: 'utf8', env: process.env })
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), text)
  }
  const read = (path: string) => readFileSync(join(top, path), 'utf8')
  put('src/old.ts', 'old\n')
  put('src/cache.ts', 'before\n')
  put('notes.txt', 'as committed\n')
  put(DOCUMENTS[0] ?? '', 'tasks: [] # mine\n')
  git('add', '.')
  git('commit', '-qm', 'Spec')
  git('switch', '-qc', 'feat/cache')
  const start = git('rev-parse', 'HEAD').trim()
  // What the user has lying about: staged, changed, staged and changed again, unknown to git.
  put('a.txt', 'staged\n')
  git('add', 'a.txt')
  put('notes.txt', 'changed\n')
  put('both.txt', 'staged\n')
  git('add', 'both.txt')
  put('both.txt', 'and changed again\n')
  put('untracked.txt', 'unknown\n')
  const base = await snapshot(top)
  const mine = {
    index: git('diff', '--cached', '--raw'),
    files: git('diff'),
    status: git('status', '--porcelain'),
  }
  put('src/cache.ts', 'after\n')
  put('src/cache.test.ts', 'test\n')
  rmSync(join(top, 'src/old.ts'))
  const approved = await snapshot(top)
  for (const path of DOCUMENTS) put(path, `${path}: written # by us\n`)
  const input: CommitInput = {
    top,
    env: process.env,
    run: { branch: 'feat/cache', base: start, source: 'specs/active/cache' },
    key: 1,
    base,
    approved,
    paths: (await changes(top, base, approved)).map(({ path }) => path),
    documents: DOCUMENTS,
    message: MESSAGE,
  }
  return {
    folder: s.folder,
    top,
    git,
    put,
    read,
    start,
    input,
    /** What the user had is as it was, and nothing else is open. */
    untouched() {
      expect(git('diff', '--cached', '--raw')).toBe(mine.index)
      expect(git('diff')).toBe(mine.files)
      expect(git('status', '--porcelain')).toBe(mine.status)
      expect(read('untracked.txt')).toBe('unknown\n')
    },
    hook(name: string, script: string, folder = '.git/hooks') {
      put(`${folder}/${name}`, `#!/bin/sh\n${script}\n`)
      chmodSync(join(top, folder, name), 0o755)
    },
    files: (commit = 'HEAD') =>
      git('diff-tree', '--no-commit-id', '--name-status', '-r', commit).trim().split('\n'),
  }
}

/** What the commit holds, as git lists it. */
export const COMMITTED = [
  'D\tsrc/old.ts',
  'A\tspecs/active/cache/checkpoint.yaml',
  'A\tspecs/active/cache/review.yaml',
  'M\tspecs/active/cache/tasks.yaml',
  'A\tsrc/cache.test.ts',
  'M\tsrc/cache.ts',
].sort()
