/** The disk is full while a batch's documents are written, or while the batch is committed: said, and nothing is lost. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../runtime/io/folders.ts'
import { removeAll } from '../../runtime/io/handling.ts'
import { readYaml } from '../../runtime/io/yaml.ts'
import { commitBatch } from '../../runtime/run/commit.ts'
import { changes, snapshot } from '../../runtime/run/evidence/snapshot.ts'
import { writeDocuments } from '../../runtime/run/review-document-write.ts'
import { issue, round, runFacts, whole } from '../support/run-facts.ts'

const { status } = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'])
if (status !== 0 && process.env.CI) throw new Error('the tests with a full disk cannot be left out in CI')

/** A folder on a disk of so many kilobytes. */
function disk(size: number) {
  const top = temporaryFolder('disk-')
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'tmpfs', top])
  onTestFinished(() => {
    execFileSync('umount', ['-l', top])
    removeAll(top)
  })
  const ballast = join(top, '.git', 'ballast')
  mkdirSync(join(top, '.git'))
  return {
    top,
    fill() {
      try {
        for (;;) writeFileSync(ballast, Buffer.alloc(4096), { flag: 'a' })
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
    },
    free: () => rmSync(ballast, { force: true }),
  }
}

const full = { exit: 75, message: expect.stringContaining('the disk is full') }

test.skipIf(status !== 0)(
  'review.yaml stays what it was, and is written when there is space again',
  async () => {
    const { top, fill, free } = disk(1024)
    const folder = join(top, 'specs/active/cache')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'tasks.yaml'), 'tasks:\n  - { id: T1, content: Do, status: completed }\n')
    writeFileSync(join(folder, 'review.yaml'), 'mine: 1\n')
    const issues = Array.from({ length: 100 }, (_, n) => issue(`B01-I${n}`, 'medium', 'deferred'))
    const facts = runFacts('T1', [whole(['T1'], 1, { rounds: [round(1, issues)] })])
    const write = () => writeDocuments({ top, facts, at: new Date(), aside: join(top, 'aside'), closing: 1 })
    fill()
    expect(() => write()).toThrow(expect.objectContaining(full))
    expect(readFileSync(join(folder, 'review.yaml'), 'utf8')).toBe('mine: 1\n')
    expect(readdirSync(folder).sort()).toEqual(['review.yaml', 'tasks.yaml'])
    free()
    expect(write()).toEqual([])
    expect(readYaml(join(folder, 'review.yaml'))).toMatchObject({ mine: 1, metadata: { spec_name: 'cache' } })
  },
)

test.skipIf(status !== 0)('a batch is committed when there is space again', async () => {
  const { top, fill, free } = disk(3072)
  const git = (...args: string[]) => execFileSync('git', args, { cwd: top, encoding: 'utf8' })
  git('init', '-q', '-b', 'feat/cache')
  for (const [key, value] of [
    ['user.name', 'T'],
    ['user.email', 't@example.com'],
  ])
    git('config', key ?? '', value ?? '')
  git('commit', '-q', '--allow-empty', '-m', 'Begin')
  const base = await snapshot(top)
  writeFileSync(join(top, 'a.txt'), 'a\n')
  const approved = await snapshot(top)
  mkdirSync(join(top, 'specs/active/cache'), { recursive: true })
  writeFileSync(join(top, 'specs/active/cache/checkpoint.yaml'), 'checkpoint: {}\n')
  const input = {
    top,
    env: process.env,
    run: { branch: 'feat/cache', base: git('rev-parse', 'HEAD').trim(), source: 'specs/active/cache' },
    key: 1,
    base,
    approved,
    paths: (await changes(top, base, approved)).map(({ path }) => path),
    documents: ['specs/active/cache/checkpoint.yaml'],
    message: 'feat: a\n\nTasks: T1\nBatch: 1/1\n',
  }
  fill()
  await expect(commitBatch(input)).rejects.toMatchObject(full)
  expect(git('rev-list', '--count', 'HEAD').trim()).toBe('1')
  free()
  const made = await commitBatch(input)
  expect(made).toMatchObject({ commit: git('rev-parse', 'HEAD').trim() })
  expect(git('show', '--name-only', '--format=', 'HEAD')).toBe('a.txt\nspecs/active/cache/checkpoint.yaml\n')
  expect(git('status', '--porcelain')).toBe('')
})
