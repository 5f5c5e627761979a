/** `land` and `clean` killed at each of their steps, on a full disk, ten at once, and with a worker that set traps. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type LandingWorld, landingWorld } from '../support/landing.ts'
import { until } from '../support/until.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

/**
 * From now on the nth git with this word in its call kills the command that called it: before it did anything, after,
 * or in the middle of writing files.
 */
function trap(w: LandingWorld, word: string, nth: number, when: 'before' | 'after' | 'during'): () => void {
  const path = join(w.folder, 'path', 'git')
  const hits = join(w.folder, `hits.${Math.random()}`)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's, to leave our own folder out
  const real = '"$(PATH=${PATH#*:} command -v git)" "$@"'
  const half = 'rm -f "$GIT_INDEX_FILE"; : > "$GIT_INDEX_FILE.lock"; printf li > a.txt; rm -f dir/c.txt'
  const steps = {
    before: 'kill -9 $PPID; exit 1',
    after: `${real}; kill -9 $PPID; exit 1`,
    during: `${real}; ${half}; kill -9 $PPID; exit 1`,
  }
  writeFileSync(
    path,
    `#!/bin/sh\ncase " $* " in *" ${word} "*) echo x >> '${hits}'; [ "$(wc -l < '${hits}')" -eq ${nth} ] && { ${steps[when]}; } ;; esac\nexec ${real}\n`,
  )
  chmodSync(path, 0o755)
  return () => {
    rmSync(path, { force: true })
    expect(
      existsSync(hits) && readFileSync(hits, 'utf8').split('\n').length > nth,
      `${word} was called`,
    ).toBe(true)
  }
}

/** Work in every stage, and a branch of the user's that went on. */
async function scene(): Promise<{ w: LandingWorld; before: string }> {
  const w = landingWorld()
  await w.done(
    'one',
    'sed -i s/1/1a/ a.txt; git commit -qam work; sed -i s/2/2a/ dir/c.txt; mkdir new; echo w > new/file; rm b.txt',
  )
  w.put('other', 'other\n')
  for (const name of ['a.txt', 'dir/c.txt']) w.put(name, w.text(name).replace('line 9', 'line 9u'))
  w.commitAll('Meanwhile')
  return { w, before: w.head() }
}

function expectLanded(w: LandingWorld): void {
  expect(w.untouched()).toEqual([])
  expect(w.git('show', 'main:a.txt')).toMatch(/^line 1a\n/)
  expect(w.git('show', 'main:dir/c.txt')).toMatch(/^line 1\nline 2a\n/)
  expect(w.git('show', 'main:new/file')).toBe('w\n')
  expect(w.git('show', 'main:other')).toBe('other\n')
  for (const name of ['a.txt', 'dir/c.txt']) expect(w.git('show', `main:${name}`)).toMatch(/line 9u\n$/)
  expect(w.git('ls-tree', '--name-only', 'main').split('\n')).not.toContain('b.txt')
  expect(w.git('log', '--format=%s', '--first-parent', 'main').trim().split('\n')[0]).toBe('Land one: one')
  expect(readdirSync(join(w.repo, '.git')).filter((name) => /lock|dispatch-/.test(name))).toEqual([])
  expect(
    readdirSync(join(w.repo, '.git/worktrees/one')).filter((name) => /lock|dispatch-|MERGE/.test(name)),
  ).toEqual([])
  expect(readdirSync(w.root)).not.toContain('landing.yaml')
  const facts = readdirSync(w.path('one', 'attempts/001'))
  expect(facts.filter((name) => name.endsWith('.landed'))).toHaveLength(1)
  expect(facts).not.toContain('merge.yaml')
}

describe('land, killed with SIGKILL', () => {
  test.each([
    ['update-index', 1, 'before'],
    ['update-index', 2, 'after'],
    ['write-tree', 1, 'after'],
    ['commit-tree', 1, 'after'],
    ['update-ref', 1, 'before'],
    ['update-ref', 1, 'after'],
    ['merge-tree', 1, 'before'],
    ['merge-tree', 1, 'after'],
    // The merge goes into the worktree, to be verified …
    ['read-tree', 1, 'before'],
    ['read-tree', 1, 'after'],
    ['read-tree', 1, 'during'],
    // … is looked at, and taken out again.
    ['read-tree', 2, 'after'],
    ['read-tree', 3, 'before'],
    ['read-tree', 3, 'after'],
    ['read-tree', 3, 'during'],
    ['commit-tree', 2, 'before'],
    ['commit-tree', 2, 'after'],
    // The user's own tree.
    ['symbolic-ref', 2, 'before'],
    ['read-tree', 4, 'before'],
    ['read-tree', 4, 'after'],
    ['read-tree', 4, 'during'],
    ['update-ref', 2, 'before'],
    ['update-ref', 2, 'after'],
    ['hook', 1, 'before'],
  ] as const)('at %s (%i), %s it: nothing is lost, and the next one ends it', async (word, nth, when) => {
    const { w, before } = await scene()
    const disarm = trap(w, word, nth, when)
    expect(await w.dispatch(['land', 'one', '--verify', 'true'])).toMatchObject({ signal: 'SIGKILL' })
    disarm()
    const between = w.head()
    if (between !== before) expect(w.git('show', 'main:new/file')).toBe('w\n')
    const next = await w.dispatch(['land', 'one', '--verify', 'true'])
    // Killed behind its last step, there is nothing more to do.
    if (next.code !== 0)
      expect({ word, next }).toMatchObject({
        word: 'hook',
        next: { stderr: expect.stringContaining('nothing to land') },
      })
    expectLanded(w)
  })

  test('while it verifies: what runs is ended by the next one, and what it wrote is put aside', async () => {
    const { w } = await scene()
    const verify = `echo junk > junk; echo more >> a.txt; kill -9 $PPID; exec sleep 600`
    expect(await w.dispatch(['land', 'one', '--verify', verify])).toMatchObject({ signal: 'SIGKILL' })
    const before = w.left().length
    expect(before).toBeGreaterThan(0)
    const next = await w.dispatch(['land', 'one'])
    expect(next).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/put aside in .*junk|put aside in .*a\.txt/),
    })
    expectLanded(w)
    await until(() => w.left().length === 0)
    expect(w.git('ls-tree', '--name-only', 'main').split('\n')).not.toContain('junk')
  })

  test('in the middle of the user’s files, which the user then edits: the edit stays, and is named', async () => {
    const { w, before } = await scene()
    const disarm = trap(w, 'read-tree', 1, 'during')
    expect(await w.dispatch(['land', 'one'])).toMatchObject({ signal: 'SIGKILL' })
    disarm()
    w.put('a.txt', 'mine\n')
    const next = await w.dispatch(['land', 'one'])
    expect(next).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/somebody changed them: a\.txt[\s\S]*uncommitted/),
    })
    expect(w.head()).toBe(before)
    expect(w.untouched()).toEqual([' M a.txt'])
    w.git('checkout', '-q', '--', 'a.txt')
    await w.ok(['land', 'one'])
    expectLanded(w)
  })
})

describe('clean, killed with SIGKILL', () => {
  test.each([
    ['update-ref', 1, 'before'],
    ['update-ref', 1, 'after'],
    ['write-tree', 1, 'after'],
    ['commit-tree', 1, 'after'],
  ] as const)(
    'at %s (%i), %s it: the work is on its branch, and the next one ends it',
    async (word, nth, when) => {
      const { w } = await scene()
      const tree = await w.tree('one')
      const disarm = trap(w, word, nth, when)
      expect(await w.dispatch(['clean', 'one', '--yes'])).toMatchObject({ signal: 'SIGKILL' })
      disarm()
      await w.ok(['clean', 'one', '--yes'])
      expect(existsSync(tree)).toBe(false)
      expect(w.git('show', 'dispatch/one:new/file')).toBe('w\n')
      expect(w.git('show', 'dispatch/one:dir/c.txt')).toMatch(/line 2a/)
      expect(existsSync(join(w.repo, '.git/worktrees/one'))).toBe(false)
      await w.ok(['land', 'one'])
      await w.ok(['clean', 'one', '--yes'])
      expect(existsSync(w.path('one'))).toBe(false)
    },
  )

  test('between the folder and the rest: what is half there is not taken for work', async () => {
    const { w } = await scene()
    await w.ok(['land', 'one'])
    const tree = await w.tree('one')
    execFileSync('mv', [tree, join(tree, '..', '.one.abcdef.tmp')])
    rmSync(join(tree, '..', '.one.abcdef.tmp', 'a.txt'))
    await w.ok(['clean', '--yes'])
    expect(readdirSync(join(tree, '..'))).toEqual([])
    expect(w.git('branch', '--format=%(refname:short)').trim()).toBe('main')
    expect(existsSync(join(w.repo, '.git/worktrees/one'))).toBe(false)
  })
})

test('ten at once, while the user’s branch moves under them: all are in it', async () => {
  const w = landingWorld()
  const ids = Array.from({ length: 10 }, (_, i) => `task-${i}`)
  await Promise.all(
    ids.map((id) => w.done(id, `echo ${id} > ${id}; sed -i "\\$a ${id}" a.txt; git checkout -q a.txt`)),
  )
  // The first verification commits something of the user's.
  const verify = `mkdir '${w.folder}/once' 2>/dev/null || exit 0; cd '${w.repo}' && git commit -q --allow-empty -m Mine`
  const landed = await Promise.all(
    ids.map((id) => w.dispatch(['land', id, ...(id === 'task-0' ? ['--verify', verify] : [])])),
  )
  for (const [i, { code, stderr }] of landed.entries()) expect({ i, code, stderr }).toMatchObject({ code: 0 })
  expect(landed[0]?.stderr).toContain('moved meanwhile')
  expect(w.untouched()).toEqual([])
  expect(ids.filter((id) => existsSync(join(w.repo, id)))).toEqual(ids)
  expect(w.git('log', '--first-parent', '--format=%s', 'main').match(/^Land /gm)).toHaveLength(10)
})

/** Why a small disk cannot be had here, or undefined. */
function noDisk(): string | undefined {
  const { status, stderr } = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
    encoding: 'utf8',
  })
  return status === 0 ? undefined : (stderr ?? 'no unshare').trim() || 'mounting is not permitted'
}
const reason = noDisk()
if (reason !== undefined && process.env.CI) throw new Error(`no disk can be mounted: ${reason}`)

test.skipIf(reason)('a full disk: 75, nothing is landed, nothing is lost; then it lands', async () => {
  const { w, before } = await scene()
  const copy = join(w.folder, 'copy')
  cpSync(w.repo, copy, { recursive: true, verbatimSymlinks: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', w.repo])
  onTestFinished(() => void execFileSync('umount', ['-l', w.repo]))
  execFileSync('cp', ['-a', `${copy}/.`, w.repo])
  const ballast = join(w.repo, '.dispatch', 'ballast')
  const fill = () => {
    try {
      for (;;) writeFileSync(ballast, Buffer.alloc(4096), { flag: 'a' })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
  }
  for (const leave of [0, 12, 24, 36, 48]) {
    fill()
    if (leave > 0) execFileSync('truncate', ['-s', `-${leave * 1024}`, ballast])
    const full = await w.dispatch(['land', 'one'])
    rmSync(ballast)
    if (full.code === 0) break
    expect({ leave, ...full }).toMatchObject({
      code: 75,
      stderr: expect.stringContaining('the disk is full'),
    })
    expect(w.head()).toBe(before)
    expect(w.untouched()).toEqual([])
  }
  const { stderr } = await w.dispatch(['land', 'one'])
  expect(stderr).toMatch(/^$|nothing to land|Committed/)
  expectLanded(w)
})

/** Everything that a worker could have our git run, at every place that it can write to. */
const PLANTS: [string, string][] = [
  [
    'a configuration of its worktree',
    'git config extensions.worktreeConfig true 2>/dev/null; cp "$WORLD/evil.config" "$(git rev-parse --git-dir)/config.worktree"',
  ],
  [
    'a repository of its own in place of .git',
    'rm .git; git init -q .; cp "$WORLD/evil.config" .git/config; cp -r "$WORLD/hooks" .git/',
  ],
  [
    'a commondir that leads elsewhere',
    'git init -q "$WORLD/else"; cp "$WORLD/evil.config" "$WORLD/else/.git/config"; echo "$WORLD/else/.git" > "$(git rev-parse --git-dir)/commondir"',
  ],
  [
    'a nested repository',
    'git init -q sub; cp "$WORLD/evil.config" sub/.git/config; (cd sub; echo x > x; git -c core.fsmonitor= -c core.hooksPath=/dev/null add x; git -c core.fsmonitor= -c core.hooksPath=/dev/null -c user.name=T -c user.email=t@e commit -qm x)',
  ],
]

describe.each(PLANTS)('a worker that left %s', (_, plant) => {
  test('runs nothing by diff, land, a conflict, clean', async () => {
    const l = landingWorld()
    const evil = join(l.folder, 'evil')
    l.write('evil', `#!/bin/sh\necho "$0 $*" >> '${l.folder}/trapped'\ncat\n`)
    chmodSync(evil, 0o755)
    mkdirSync(join(l.folder, 'hooks'))
    for (const hook of [
      'post-index-change',
      'reference-transaction',
      'post-checkout',
      'post-merge',
      'pre-commit',
    ])
      cpSync(evil, join(l.folder, 'hooks', hook))
    l.write(
      'evil.config',
      `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = ${evil}\n\thooksPath = ${l.folder}/hooks\n[filter "evil"]\n\tclean = ${evil}\n\tsmudge = ${evil}\n[merge "evil"]\n\tdriver = ${evil} %A\n[diff "evil"]\n\ttextconv = ${evil}\n\tcommand = ${evil}\n[diff]\n\texternal = ${evil}\n[gpg]\n\tprogram = ${evil}\n`,
    )
    // Programs of the user's that nobody knows are not run either, wherever they lie.
    l.put('.gitattributes', '* merge=evil diff=evil\n')
    l.commitAll('Attributes')
    l.git('config', 'merge.evil.driver', `${evil} %A`)
    l.git('config', 'diff.evil.textconv', evil)
    await l.done(
      'one',
      `echo '* filter=evil' >> .gitattributes; sed -i s/1/1a/ a.txt; git add .; git commit -qm work; echo more > more; ${plant}`,
    )
    const trapped = () =>
      existsSync(join(l.folder, 'trapped')) ? readFileSync(join(l.folder, 'trapped'), 'utf8') : ''
    await l.dispatch(['diff', 'one'])
    expect(trapped()).toBe('')
    l.put('a.txt', l.text('a.txt').replace('line 1', 'user'))
    l.commitAll('Meanwhile')
    const conflict = await l.dispatch(['land', 'one'])
    expect(conflict).toMatchObject({ code: 1, stderr: expect.stringContaining('in conflict') })
    l.git('reset', '-q', '--hard', 'HEAD~1')
    await l.dispatch(['land', 'one'])
    await l.dispatch(['land', 'one', '--verify', 'true'])
    await l.dispatch(['clean', '--yes'])
    await l.dispatch(['clean', 'one', '--yes'])
    await l.dispatch(['diff', 'one'])
    expect(trapped()).toBe('')
  })
})

test('a branch that the worker moved elsewhere, or left: refused, or landed as it lies there; nothing is lost', async () => {
  const w = landingWorld()
  const first = w.git('rev-parse', 'HEAD~1').trim()
  await w.done(
    'back',
    `echo w > new; git add .; git commit -qm new; git update-ref refs/heads/dispatch/back ${first}`,
  )
  await w.ok(['land', 'back'])
  expect(w.text('new')).toBe('w\n')
  expect(w.text('a.txt')).toMatch(/^line 1\n/)
  await w.done('off', 'git checkout -q --detach; echo w > off; git add .; git commit -qm off')
  expect(await w.dispatch(['land', 'off'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/not on dispatch\/off[\s\S]*switch -C/),
  })
  await w.done('onto', 'git symbolic-ref HEAD refs/heads/main; echo w > onto')
  const before = w.head()
  expect(await w.dispatch(['land', 'onto'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('found main'),
  })
  expect(w.head()).toBe(before)
  await w.done(
    'alone',
    'git checkout -q --orphan fresh; git commit -qm fresh; git branch -f dispatch/alone fresh; git checkout -q dispatch/alone',
  )
  expect(await w.dispatch(['land', 'alone'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('in common'),
  })
})
