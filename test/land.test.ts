/** `land`: a worker's work comes into the user's branch whole or not at all. */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { landingWorld } from './support/landing.ts'
import { until } from './support/until.ts'

vi.setConfig({ testTimeout: 60_000 })

test('commits, uncommitted changes and untracked files come in one merge, with the task named', async () => {
  const w = landingWorld()
  await w.done(
    'one',
    `sed -i s/1/1a/ a.txt; git commit -qam work; sed -i s/2/2a/ a.txt; echo new > 'new file'; rm b.txt`,
  )
  const before = w.head()
  const { code, stdout, stderr } = await w.dispatch(['land', 'one'])
  expect({ code, stdout, stderr }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Landed one on main: \w{12}\.\.\w{12}\./),
    stderr: expect.stringContaining('Committed to dispatch/one what was not yet: a.txt, b.txt, new file.'),
  })
  expect(w.untouched()).toEqual([])
  expect(w.text('a.txt')).toMatch(/^line 1a\nline 2a\n/)
  expect(w.text('new file')).toBe('new\n')
  expect(existsSync(join(w.repo, 'b.txt'))).toBe(false)
  expect(w.git('log', '-1', '--format=%P%n%an%n%B').trim().split('\n')).toEqual([
    `${before} ${w.git('rev-parse', 'dispatch/one').trim()}`,
    'Test',
    'Land one: one',
    '',
    'Task: one',
  ])
  expect(readFileSync(w.path('one', 'attempts/001/001.landed'), 'utf8')).toContain(`commit: ${w.head()}`)
  expect((await w.task('one')).remarks).toEqual([`Landed on main as ${w.head().slice(0, 12)}.`])
  expect(readdirSync(w.root)).not.toContain('landing.yaml')
  const again = await w.dispatch(['land', 'one'])
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing to land') })
})

test('--squash: one commit, with the message that was given; then there is nothing more', async () => {
  const w = landingWorld()
  await w.done('one', 'echo 1 > x; git add .; git commit -qm wip; echo 2 > y; git add .; git commit -qm wip')
  const before = w.head()
  const out = JSON.parse(
    await w.ok(['land', 'one', '--squash', '--message', 'Add x and y\n\nReviewed-by: me', '--json']),
  )
  expect(out).toMatchObject({ id: 'one', into: 'main', onto: before, commit: w.head() })
  expect(w.git('log', '-1', '--format=%P%n%B').trim()).toBe(
    `${before}\nAdd x and y\n\nReviewed-by: me\nTask: one`,
  )
  expect(await w.dispatch(['land', 'one'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nothing to land'),
  })
})

test('three land one after the other, each verified with what came before it', async () => {
  const w = landingWorld()
  for (const id of ['one', 'two', 'three']) await w.done(id, `echo ${id} > ${id}`)
  const verify = `ls one two three 2>/dev/null | tr '\\n' ' ' >> '${w.folder}/seen'; echo >> '${w.folder}/seen'`
  const landings = ['one', 'two', 'three'].map((id) => w.dispatch(['land', id, '--verify', verify]))
  for (const { code, stderr } of await Promise.all(landings))
    expect({ code, stderr }).toMatchObject({ code: 0 })
  const seen = readFileSync(join(w.folder, 'seen'), 'utf8').trim().split('\n')
  expect(seen.map((line) => line.trim().split(' ').length)).toEqual([1, 2, 3])
  expect(w.untouched()).toEqual([])
  expect(['one', 'two', 'three'].filter((id) => existsSync(join(w.repo, id)))).toHaveLength(3)
})

test('a verification that fails: nothing is landed, its end is shown, the worker can mend it, and what it left is put aside', async () => {
  const w = landingWorld()
  await w.done('one', 'echo bad > x; git add .; git commit -qm x')
  w.put('b.txt', 'other\n')
  w.commitAll('Meanwhile')
  const before = w.head()
  const verify =
    'echo junk > report; echo changed >> a.txt; cat b.txt; grep -q good x || { echo x is bad; exit 3; }'
  const failed = await w.dispatch(['land', 'one', '--verify', verify])
  expect(failed).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /did not pass \(exit 3\)[\s\S]*other \/ x is bad[\s\S]*dispatch resume one/,
    ),
  })
  expect(failed.stderr).toMatch(/put aside in .*verify\.patch: (a\.txt, report|report, a\.txt)/)
  expect(readFileSync(w.path('one', 'attempts/001/verify.patch'), 'utf8')).toContain('+junk')
  expect(w.head()).toBe(before)
  expect(w.untouched()).toEqual([])
  const tree = await w.tree('one')
  expect(w.text(join(tree, 'b.txt'))).toBe('other\n')
  expect(existsSync(join(tree, 'report'))).toBe(false)
  // It is done, and goes on all the same.
  w.write('do.one', 'echo good > x; git commit -qam mended')
  await w.ok(['resume', 'one', '--answer', 'Mend x.'])
  await until(async () => (await w.task('one')).state === 'done')
  await w.ok(['land', 'one', '--verify', verify])
  expect(w.text('x')).toBe('good\n')
  expect(w.untouched()).toEqual([])
})

test('a conflict: the files are named, main is not touched, the worker resolves it, then it lands', async () => {
  const w = landingWorld()
  await w.done('one', "sed -i 's/line 1/worker/' a.txt; echo w > dir/new; git add .; git commit -qm work")
  w.put('a.txt', w.text('a.txt').replace('line 1', 'user'))
  w.put('b.txt', 'other\n')
  w.commitAll('Meanwhile')
  const before = w.head()
  const conflict = await w.dispatch(['land', 'one'])
  expect(conflict).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/in conflict.*: a\.txt[\s\S]*dispatch resume one --answer/),
  })
  expect(w.head()).toBe(before)
  expect(w.untouched()).toEqual([])
  const tree = await w.tree('one')
  expect(w.text(join(tree, 'a.txt'))).toContain('<<<<<<<')
  expect(await w.dispatch(['land', 'one'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('a.txt'),
  })
  // As a worker does that cannot write its index.
  w.write('do.one', "printf 'both\\n' > a.txt")
  await w.ok(['resume', 'one', '--answer', 'Resolve it.'])
  await until(async () => (await w.task('one')).state === 'done')
  await w.ok(['land', 'one'])
  expect(w.text('a.txt')).toBe('both\n')
  expect(w.text('b.txt')).toBe('other\n')
  expect(w.untouched()).toEqual([])
})

test('the same where the worker commits the merge with its own git', async () => {
  const w = landingWorld()
  await w.done('one', "sed -i 's/line 1/worker/' a.txt; git commit -qam work")
  w.put('a.txt', w.text('a.txt').replace('line 1', 'user'))
  w.commitAll('Meanwhile')
  expect((await w.dispatch(['land', 'one'])).code).toBe(1)
  w.write(
    'do.one',
    "printf 'both\\n' > a.txt; git commit -qam merged; git log -1 --format=%P > $WORLD/parents",
  )
  await w.ok(['resume', 'one', '--answer', 'Resolve it.'])
  await until(async () => (await w.task('one')).state === 'done')
  expect(readFileSync(join(w.folder, 'parents'), 'utf8').trim().split(' ')).toHaveLength(2)
  expect(await w.ok(['diff', 'one'])).toMatch(/^-user\n/m)
  await w.ok(['land', 'one'])
  expect(await w.ok(['diff', 'one'])).toMatch(/^-user\n/m)
  expect(w.text('a.txt')).toBe('both\n')
})

test('a merge that the worker gave up is laid out anew, and never undoes what the user did', async () => {
  const w = landingWorld()
  await w.done('one', "sed -i 's/line 1/worker/' a.txt; git commit -qam work")
  w.put('a.txt', w.text('a.txt').replace('line 1', 'user'))
  w.put('b.txt', 'other\n')
  w.commitAll('Meanwhile')
  expect((await w.dispatch(['land', 'one'])).code).toBe(1)
  for (const giveUp of ['git merge --abort', 'git checkout -q HEAD -- .']) {
    w.process(['sh', '-c', giveUp], { cwd: await w.tree('one') })
    await until(async () => !w.text(join(await w.tree('one'), 'a.txt')).includes('<<<<'))
    expect(await w.dispatch(['land', 'one'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a.txt'),
    })
    expect(w.text(join(await w.tree('one'), 'a.txt'))).toContain('<<<<')
  }
  expect(w.text('b.txt')).toBe('other\n')
})

test.each([
  ['a tracked change', (w: ReturnType<typeof landingWorld>) => w.put('a.txt', 'mine\n'), 'a.txt'],
  [
    'a staged change',
    (w: ReturnType<typeof landingWorld>) => {
      w.put('a.txt', 'mine\n')
      w.git('add', 'a.txt')
    },
    'a.txt',
  ],
  [
    'a staged change that was set back in the file',
    (w: ReturnType<typeof landingWorld>) => {
      const text = w.text('b.txt')
      w.put('b.txt', 'mine\n')
      w.git('add', 'b.txt')
      w.put('b.txt', text)
    },
    'b.txt',
  ],
  ['an untracked file in the way', (w: ReturnType<typeof landingWorld>) => w.put('new', 'mine\n'), 'new'],
  [
    'an ignored file in the way',
    (w: ReturnType<typeof landingWorld>) => {
      w.put('.git/info/exclude', 'new\n')
      w.put('new', '')
    },
    'new',
  ],
  [
    'an untracked file where a folder is to be',
    (w: ReturnType<typeof landingWorld>) => w.put('sub', ''),
    'sub',
  ],
])('%s of the user: refused, named, and left as it is', async (_, spoil, name) => {
  const w = landingWorld()
  await w.done(
    'one',
    'echo w > new; mkdir sub; echo w > sub/new; sed -i s/3/3a/ a.txt; git add --force .; git commit -qm work',
  )
  spoil(w)
  const [before, status] = [w.head(), w.untouched()]
  const { code, stderr } = await w.dispatch(['land', 'one'])
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(name) })
  expect(w.head()).toBe(before)
  expect(w.untouched()).toEqual(status)
  expect(readdirSync(join(w.repo, '.git')).filter((file) => /lock|dispatch/.test(file))).toEqual([])
  expect(readdirSync(w.root)).not.toContain('landing.yaml')
})

test('an untracked file that is in nobody’s way does no harm', async () => {
  const w = landingWorld()
  await w.done('one', 'echo w > new')
  w.put('mine', 'mine\n')
  await w.ok(['land', 'one'])
  expect(w.untouched()).toEqual(['?? mine'])
})

test.each([
  ['a detached HEAD', ['checkout', '-q', '--detach'], 'no branch'],
  ['a branch without a commit', ['checkout', '-q', '--orphan', 'fresh'], 'no commit yet'],
  [
    'the task’s own branch',
    ['symbolic-ref', 'HEAD', 'refs/heads/dispatch/one'],
    'you are on dispatch/one itself',
  ],
])('%s: refused with what to do', async (_, words, said) => {
  const w = landingWorld()
  await w.done('one', 'echo w > new')
  w.git(...words)
  const { code, stderr } = await w.dispatch(['land', 'one'])
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining(said) })
})

test('the worktree is gone: what is committed is landed; the branch is gone: said', async () => {
  const w = landingWorld()
  await w.done('one', 'echo w > new; git add .; git commit -qm new')
  rmSync(await w.tree('one'), { recursive: true })
  expect(await w.dispatch(['land', 'one', '--verify', 'true'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('git worktree add'),
  })
  await w.ok(['land', 'one'])
  expect(w.text('new')).toBe('w\n')
  await w.done('two', 'echo w > two; git add .; git commit -qm two')
  w.git('update-ref', '-d', 'refs/heads/dispatch/two')
  expect(await w.dispatch(['land', 'two'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('dispatch/two is gone'),
  })
})

test('live, read-only, without a worktree, without an identity: refused, each with its own next step', async () => {
  const w = landingWorld()
  w.worker('sleeps', 'sleep 600')
  await w.start('live', 'sleeps', ['One'], ['--worktree'])
  await w.start('plain', 'sleeps')
  await w.ok(['stop', 'plain'])
  await w.start('reader', 'sleeps', ['One'], ['--worktree', '--profile', 'read-only'])
  await w.ok(['stop', 'reader'])
  for (const [id, code, said] of [
    ['live', 75, 'running'],
    ['plain', 1, 'has no worktree'],
    ['reader', 1, 'read-only'],
  ] as const)
    expect(await w.dispatch(['land', id])).toMatchObject({ code, stderr: expect.stringContaining(said) })
  await w.done('one', 'echo w > new')
  w.git('config', '--unset', 'user.name')
  w.git('config', '--unset', 'user.email')
  w.git('config', 'user.useConfigOnly', 'true')
  expect(await w.dispatch(['land', 'one'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('git does not know who you are'),
  })
})

test('the user’s own hooks: post-merge runs, and reference-transaction may refuse', async () => {
  const w = landingWorld()
  await w.done('one', 'echo w > new')
  const hook = (name: string, script: string) => {
    w.put(`.git/hooks/${name}`, `#!/bin/sh\n${script}\n`)
    w.process(['chmod', '+x', join(w.repo, '.git/hooks', name)])
  }
  hook(
    'reference-transaction',
    'grep -q refs/heads/main && [ "$1" = prepared ] && { echo not now >&2; exit 1; }; exit 0',
  )
  hook('post-merge', `echo "$1 $(git rev-parse --abbrev-ref HEAD)" > '${w.folder}/merged'`)
  hook('pre-commit', 'exit 1')
  const before = w.head()
  await until(async () => (await w.dispatch(['land', 'one'])).stderr.includes('not now'))
  expect(w.head()).toBe(before)
  expect(w.untouched()).toEqual([])
  rmSync(join(w.repo, '.git/hooks/reference-transaction'))
  await w.ok(['land', 'one'])
  expect(readFileSync(join(w.folder, 'merged'), 'utf8')).toBe('0 main\n')
})

test('from a linked worktree of the user’s own, into the branch that is checked out there', async () => {
  const w = landingWorld()
  await w.done('one', 'sed -i s/1/1a/ a.txt; echo w > new')
  w.git('worktree', 'add', '-q', '-b', 'side', '../side')
  const side = join(w.folder, 'side')
  const before = w.head()
  // An editor that saves the same text meanwhile: that is no change.
  const verify = `test -e new && touch -d 2001-01-01 '${side}/a.txt'`
  expect(await w.ok(['land', 'one', '--verify', verify], { cwd: side })).toContain('Landed one on side')
  expect(w.text(join(side, 'new'))).toBe('w\n')
  expect(w.git('-C', side, 'status', '--porcelain')).toBe('')
  expect(w.head()).toBe(before)
  expect(w.untouched()).toEqual([])
  expect(await w.dispatch(['land', 'one'], { cwd: await w.tree('one') })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('a worker’s own worktree'),
  })
})

test('commit.gpgSign: signed by the user’s program, or not landed', async () => {
  const w = landingWorld()
  await w.done('one', 'echo w > new; git add .; git commit -qm new')
  const gpg = join(w.folder, 'gpg')
  const sign = (script: string) => {
    w.write('gpg', `#!/bin/sh\ncat >/dev/null\n${script}\n`)
    chmodSync(gpg, 0o755)
  }
  w.git('config', 'commit.gpgSign', 'true')
  w.git('config', 'gpg.program', gpg)
  const before = w.head()
  sign('echo no key >&2; exit 2')
  expect(await w.dispatch(['land', 'one'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('signature was not given'),
  })
  expect(w.head()).toBe(before)
  sign(
    "echo '[GNUPG:] SIG_CREATED ' >&2; printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n-----END PGP SIGNATURE-----\\n'",
  )
  await w.ok(['land', 'one'])
  expect(w.git('cat-file', 'commit', 'HEAD')).toMatch(/^gpgsig -----BEGIN/m)
})

test('the verification sees the user’s environment, without what Claude Code and dispatch add', async () => {
  const w = landingWorld()
  await w.done('one', 'echo w > new')
  const env = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: 'x', MINE: 'yes', GIT_DIR: '/nowhere' }
  await w.ok(['land', 'one', '--verify', `env > '${w.folder}/env'; pwd >> '${w.folder}/env'`], { env })
  const seen = readFileSync(join(w.folder, 'env'), 'utf8')
  expect(seen).toContain('MINE=yes\n')
  expect(seen).toContain(`${await w.tree('one')}\n`)
  expect(seen).not.toMatch(/^(CLAUDE|GIT_DIR|DISPATCH_(ROOT|TASK|SETTLE))/m)
})

test('a repository of its own in the worktree is left out and named; folders renamed by both are said', async () => {
  const w = landingWorld()
  await w.done(
    'one',
    'git init -q sub; (cd sub; echo x > x; git add x; git -c user.name=T -c user.email=t@e commit -qm x); echo w > new',
  )
  expect(await w.dispatch(['land', 'one'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Left out, repositories of their own: sub'),
  })
  expect(w.git('ls-tree', '--name-only', 'HEAD')).not.toContain('sub')
  for (const n of [1, 2, 3, 4]) w.put(`both/${n}`, `${n}\n`.repeat(20))
  w.commitAll('Folder')
  await w.done('two', 'mkdir x y; git mv both/1 both/2 x; git mv both/3 both/4 y; git commit -qm split')
  w.put('both/5', '5\n')
  w.commitAll('Five')
  const { code, stderr } = await w.dispatch(['land', 'two'])
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not sure how to merge'),
  })
  expect(w.untouched()).toEqual([])
})
