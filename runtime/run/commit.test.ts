import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { batchToCommit as batch, COMMITTED, DOCUMENTS, MESSAGE } from '../../test/support/batch-to-commit.ts'
import { until } from '../../test/support/until.ts'
import { here } from '../io/processes.ts'
import { type Committed, commitBatch } from './commit.ts'
import { findBatchCommits } from './commit-find.ts'
import { changes, snapshot } from './evidence/snapshot.ts'

const made = (result: Committed) => {
  if ('commit' in result) return result
  throw new Error(JSON.stringify(result))
}

describe('a batch', () => {
  test('is one commit of exactly its files and the documents; what the user has lying about stays', async () => {
    const b = await batch()
    const { commit, tree } = made(await commitBatch(b.input))
    expect(b.git('rev-parse', 'HEAD', 'HEAD^', 'HEAD^{tree}').trim().split('\n')).toEqual([
      commit,
      b.start,
      tree,
    ])
    expect(b.files().sort()).toEqual(COMMITTED)
    expect(b.git('log', '-1', '--format=%B').trim()).toBe(MESSAGE.trim())
    expect(b.git('show', 'HEAD:notes.txt')).toBe('as committed\n')
    b.untouched()
  })

  test('is committed once, however often it is called', async () => {
    const b = await batch()
    const first = made(await commitBatch(b.input))
    expect(await commitBatch(b.input)).toEqual(first)
    expect(b.git('rev-list', '--count', `${b.start}..HEAD`).trim()).toBe('1')
    b.untouched()
  })

  test('commits by two at once are one', async () => {
    const b = await batch()
    b.hook('pre-commit', 'sleep 0.3')
    const both = await Promise.all([commitBatch(b.input), commitBatch(b.input)])
    expect(new Set(both.map((each) => made(each).commit)).size).toBe(1)
    expect(b.git('rev-list', '--count', `${b.start}..HEAD`).trim()).toBe('1')
    b.untouched()
  })

  test('of which nothing is left to commit but the documents', async () => {
    const b = await batch()
    made(
      await commitBatch({ ...b.input, paths: [], key: 'final', message: 'chore: final\n\nBatch: final\n' }),
    )
    expect(b.files().sort()).toEqual(COMMITTED.filter((line) => line.includes('specs/')))
  })

  test('leaves out documents that git is told to ignore', async () => {
    const b = await batch()
    b.put('.git/info/exclude', 'review.yaml\n')
    made(await commitBatch(b.input))
    expect(b.files().sort()).toEqual(COMMITTED.filter((line) => !line.endsWith('review.yaml')))
  })

  test('a file in the place of a folder, a link, a name with a space, an executable', async () => {
    const b = await batch()
    b.put('src/deep/one.ts', 'one\n')
    b.git('add', 'src/deep')
    b.git('commit', '-qm', 'Deep', '--', 'src/deep')
    rmSync(join(b.top, 'src/deep'), { recursive: true })
    b.put('src/deep', 'a file now\n')
    symlinkSync('cache.ts', join(b.top, 'src/link'))
    b.put('src/with a spaceü.ts', 'x\n')
    chmodSync(join(b.top, 'src/cache.ts'), 0o755)
    const approved = await snapshot(b.top)
    const paths = (await changes(b.top, b.input.base, approved)).map(({ path }) => path)
    made(await commitBatch({ ...b.input, approved, paths }))
    expect(
      b.git('-c', 'core.quotePath=false', 'ls-tree', '-r', 'HEAD', '--', 'src').replace(/ \S{40}\t/g, ' '),
    ).toBe(
      '100644 blob src/cache.test.ts\n100755 blob src/cache.ts\n100644 blob src/deep\n120000 blob src/link\n100644 blob src/with a spaceü.ts\n',
    )
    expect(b.git('status', '--porcelain', '--', 'src')).toBe('')
  })

  test('in a linked worktree', async () => {
    const b = await batch()
    b.git('stash', '-qu')
    b.git('switch', '-q', 'main')
    const top = join(b.top, '..', 'linked')
    b.git('worktree', 'add', '-q', top, 'feat/cache')
    const base = await snapshot(top)
    writeFileSync(join(top, 'src/cache.ts'), 'after\n')
    writeFileSync(join(top, DOCUMENTS[2] ?? ''), 'checkpoint: 1\n')
    const approved = await snapshot(top)
    const paths = ['src/cache.ts']
    const { commit } = made(await commitBatch({ ...b.input, top, base, approved, paths }))
    expect(b.git('rev-parse', 'feat/cache').trim()).toBe(commit)
    expect(execFileSync('git', ['status', '--porcelain'], { cwd: top, encoding: 'utf8' })).toBe('')
  })
})

describe('hooks of the user', () => {
  test('run in their order, on an index that holds the batch alone, with the branch checked out', async () => {
    const b = await batch()
    for (const name of ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit'])
      b.hook(
        name,
        `echo "${name} $(git symbolic-ref --short HEAD) $(git diff --cached --name-only | wc -l)" >> .git/ran`,
      )
    made(await commitBatch(b.input))
    expect(b.read('.git/ran')).toBe(
      'pre-commit feat/cache 6\nprepare-commit-msg feat/cache 6\ncommit-msg feat/cache 6\npost-commit feat/cache 0\n',
    )
  })

  test('from the folder that core.hooksPath names', async () => {
    const b = await batch()
    b.hook('pre-commit', 'exit 3', '.git/husky')
    b.git('config', 'core.hooksPath', '.git/husky')
    expect(await commitBatch(b.input)).toMatchObject({
      refused: [expect.stringContaining('git made no commit')],
    })
  })

  test('one that fails: refused with what it said, and nothing has changed', async () => {
    const b = await batch()
    b.hook('pre-commit', 'echo "lint: line 3 is too long"\necho more >&2\nexit 1')
    expect(await commitBatch(b.input)).toEqual({
      refused: ['git made no commit (exit 1); your hooks said:', 'lint: line 3 is too long', 'more'],
    })
    expect(b.git('rev-parse', 'HEAD').trim()).toBe(b.start)
    expect(b.git('diff', '--cached', '--name-only')).toBe('a.txt\nboth.txt\n')
    rmSync(join(b.top, '.git/hooks/pre-commit'))
    made(await commitBatch(b.input))
    b.untouched()
  })

  test('a refused message', async () => {
    const b = await batch()
    b.hook('commit-msg', 'echo "no ticket in the subject"; exit 1')
    expect(await commitBatch(b.input)).toMatchObject({
      refused: expect.arrayContaining(['no ticket in the subject']),
    })
    expect(b.git('rev-parse', 'HEAD').trim()).toBe(b.start)
  })

  test.each([
    ['and stages it', 'echo formatted >> src/cache.ts; git add src/cache.ts'],
    ['and leaves it', 'echo formatted >> src/cache.ts'],
    ['and fails, as some do', 'echo formatted >> src/cache.ts; echo "files were modified"; exit 1'],
  ])('one that rewrites a file %s: not committed, and what it wrote stays', async (_, script) => {
    const b = await batch()
    b.hook('pre-commit', `grep -q formatted src/cache.ts || { ${script}; }`)
    b.hook('post-commit', 'touch .git/final')
    const result = await commitBatch(b.input)
    expect(result).toEqual({ rewritten: await snapshot(b.top), reasons: ['a hook changed src/cache.ts'] })
    expect(b.git('rev-parse', 'HEAD').trim()).toBe(b.start)
    expect(b.read('src/cache.ts')).toBe('after\nformatted\n')
    expect(existsSync(join(b.top, '.git/final'))).toBe(false)
    // Once that is approved, the hook is content.
    const approved = 'rewritten' in result ? result.rewritten : ''
    made(await commitBatch({ ...b.input, approved }))
    expect(b.git('show', 'HEAD:src/cache.ts')).toBe('after\nformatted\n')
    b.untouched()
  })

  test('one that brings back a file which the batch removed', async () => {
    const b = await batch()
    b.hook('pre-commit', 'echo back > src/old.ts; git add src/old.ts')
    expect(await commitBatch(b.input)).toMatchObject({
      rewritten: expect.any(String),
      reasons: ['a hook changed src/old.ts'],
    })
    expect(b.git('rev-parse', 'HEAD').trim()).toBe(b.start)
  })

  test('one that stages everything: what is the user’s own is not committed', async () => {
    const b = await batch()
    b.hook('pre-commit', 'git add -A')
    b.hook('post-commit', 'touch .git/final')
    const result = await commitBatch(b.input)
    expect(result).toMatchObject({
      refused: [expect.stringMatching(/^a hook put something else into the commit.*notes\.txt/)],
    })
    // Not only taken back: it never was.
    expect(existsSync(join(b.top, '.git/final'))).toBe(false)
    expect(b.git('rev-parse', 'HEAD').trim()).toBe(b.start)
  })

  test.each([
    ['stages them', 'git add specs'],
    ['fails', 'exit 1'],
  ])('one that lays out our documents anew and %s: committed as it wants them', async (_, then) => {
    const b = await batch()
    b.hook(
      'pre-commit',
      `for f in specs/active/cache/*; do grep -q pretty $f || { echo '# pretty' >> $f; bad=1; }; done; [ -z "$bad" ] || { ${then}; }`,
    )
    made(await commitBatch(b.input))
    expect(b.git('show', `HEAD:${DOCUMENTS[1]}`)).toMatch(/# pretty\n$/)
    b.untouched()
  })

  test('one that adds to the message: found all the same', async () => {
    const b = await batch()
    b.hook('commit-msg', 'printf "\\nPROJ-12\\n" >> "$1"')
    const { commit } = made(await commitBatch(b.input))
    expect(findBatchCommits(b.top, b.start, 'HEAD', 'specs/active/cache')).toEqual(new Map([[1, commit]]))
    expect(await commitBatch(b.input)).toMatchObject({ commit })
  })

  test('one that takes our lines out of the message: taken back', async () => {
    const b = await batch()
    b.hook('commit-msg', 'echo "Mine alone" > "$1"')
    expect(await commitBatch(b.input)).toMatchObject({ refused: [expect.stringContaining('`Batch:`')] })
    expect(b.git('rev-parse', 'HEAD').trim()).toBe(b.start)
    expect(b.read('src/cache.ts')).toBe('after\n')
  })

  test('one that amends the commit afterwards with something else: taken back', async () => {
    const b = await batch()
    b.hook(
      'post-commit',
      '[ -e .git/amended ] && exit 0; touch .git/amended; echo v2 >> src/cache.ts; git add src/cache.ts; git commit -q --amend --no-edit --no-verify',
    )
    expect(await commitBatch(b.input)).toMatchObject({ rewritten: expect.any(String) })
    expect(b.git('rev-parse', 'HEAD').trim()).toBe(b.start)
    expect(b.read('src/cache.ts')).toBe('after\nv2\n')
  })

  test('one that does not end is ended with all that it started', async () => {
    const b = await batch()
    b.hook('pre-commit', 'echo $$ > .git/pid; sleep 600')
    expect(await commitBatch({ ...b.input, timeout: 1500 })).toMatchObject({
      refused: [expect.stringContaining('within 2 s')],
    })
    const pid = Number(b.read('.git/pid'))
    await until(() => here.startOf(pid) === undefined)
  })
})

describe('a signature', () => {
  const signed = (script: string) => async () => {
    const b = await batch()
    b.put('.git/gpg', `#!/bin/sh\n${script}\n`)
    chmodSync(join(b.top, '.git/gpg'), 0o755)
    b.git('config', 'gpg.program', join(b.top, '.git/gpg'))
    b.git('config', 'commit.gpgSign', 'true')
    return b
  }
  test('is asked for and kept', async () => {
    const b = await signed(
      'cat > /dev/null; echo "[GNUPG:] SIG_CREATED D" >&2; printf -- "-----BEGIN PGP SIGNATURE-----\\n\\nfake\\n-----END PGP SIGNATURE-----\\n"',
    )()
    made(await commitBatch(b.input))
    expect(b.git('cat-file', 'commit', 'HEAD')).toContain('gpgsig -----BEGIN PGP SIGNATURE-----')
    b.untouched()
  })
  test('that is not given: refused, with what to do', async () => {
    const b = await signed('cat > /dev/null; echo "gpg: no secret key" >&2; exit 2')()
    const result = await commitBatch(b.input)
    expect(result).toMatchObject({
      refused: expect.arrayContaining([expect.stringContaining('unlock your key')]),
    })
    expect(b.git('rev-parse', 'HEAD').trim()).toBe(b.start)
  })
})

describe('refused, with nothing changed', () => {
  test('what was edited since it was approved', async () => {
    const b = await batch()
    b.put('src/cache.test.ts', 'weaker\n')
    expect(await commitBatch(b.input)).toEqual({
      moved: await snapshot(b.top),
      reasons: ['changed since they were approved: src/cache.test.ts'],
    })
    expect(b.git('diff', '--cached', '--name-only')).toBe('a.txt\nboth.txt\n')
  })

  test('another branch is checked out', async () => {
    const b = await batch()
    b.git('switch', '-q', 'main')
    expect(await commitBatch(b.input)).toMatchObject({
      refused: [expect.stringContaining('git switch feat/cache')],
    })
  })

  test('a merge is under way', async () => {
    const b = await batch()
    b.put('.git/MERGE_HEAD', `${b.start}\n`)
    expect(await commitBatch(b.input)).toMatchObject({
      refused: [expect.stringContaining('a merge is under way')],
    })
  })

  test.each(['refs/heads/feat/cache.lock', 'HEAD.lock'])(
    'a lock that a killed git left: %s',
    async (lock) => {
      const b = await batch()
      b.put(`.git/${lock}`, '')
      expect(await commitBatch(b.input)).toMatchObject({
        refused: expect.arrayContaining([
          expect.stringContaining(lock),
          expect.stringContaining('remove the .lock file'),
        ]),
      })
      rmSync(join(b.top, '.git', lock))
      made(await commitBatch(b.input))
      b.untouched()
    },
  )

  test('the lock of the index', async () => {
    const b = await batch()
    b.put('.git/index.lock', '')
    await expect(commitBatch(b.input)).rejects.toThrow(/index\.lock/)
    expect(b.git('rev-parse', 'HEAD').trim()).toBe(b.start)
  })

  test('nobody who commits', async () => {
    const b = await batch()
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', EMAIL: '' }
    b.git('config', 'user.useConfigOnly', 'true')
    expect(await commitBatch({ ...b.input, env })).toMatchObject({
      refused: expect.arrayContaining([expect.stringContaining('Say who you are')]),
    })
  })
})

test('leaves nothing behind in the git directory', async () => {
  const b = await batch()
  const names = () => readdirSync(join(b.top, '.git')).filter((name) => /index/.test(name))
  b.hook('pre-commit', 'exit 1')
  await commitBatch(b.input)
  expect(names()).toEqual(['index'])
  expect(existsSync(join(b.top, '.git/index.lock'))).toBe(false)
})
