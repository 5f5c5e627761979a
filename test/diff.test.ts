/** `diff`: everything that a task changed, as a patch that makes the same of a fresh clone. */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { landingWorld } from './support/landing.ts'
import { DISPATCH } from './support/world.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Every kind of change that git knows, in every stage between untracked and committed. */
const CHANGES = `
sed -i s/1/1a/ a.txt; git mv b.txt 'moved ünï.txt'; git commit -qam work
chmod +x dir/c.txt; sed -i s/5/5b/ 'moved ünï.txt'; git add dir/c.txt
printf 'no end' > 'with space'; : > empty; ln -s a.txt link; head -c 5000 /dev/urandom > binary
printf 'x\\n' > "$(printf 'line\\nbreak')"; printf 'raw \\377\\n' > latin; mkdir deep; echo d > deep/d
printf '#!/bin/sh\\n' > tool; chmod 755 tool; echo ignored > skip.log
git add tool; rm -r .gitattributes`

const listing = (folder: string) =>
  execFileSync(
    'sh',
    [
      '-c',
      `find . -path ./.git -prune -o -name .dispatch -prune -o -name skip.log -prune -o \\( -type f -o -type l \\) -printf '%p %m %y %l ' -exec md5sum {} \\; | sort`,
    ],
    { cwd: folder, encoding: 'utf8' },
  )

test('a round trip: modes, renames, links, binary, no line end, any name; without touching anything', async () => {
  const w = landingWorld()
  w.put('.gitignore', '*.log\n')
  w.put('.gitattributes', '*.x text\n')
  w.commitAll('Ignore')
  w.git('clone', '-q', '.', '../clone')
  await w.done('one', CHANGES)
  w.git('config', 'diff.noprefix', 'true')
  w.git('config', 'color.ui', 'always')
  w.git('config', 'diff.external', 'false')
  const tree = await w.tree('one')
  const status = () =>
    execFileSync('git', ['status', '--porcelain'], { cwd: tree, env: w.env, encoding: 'utf8' })
  const [before, objects] = [status(), w.git('count-objects', '-v')]
  // Through a file: as text, bytes would be changed on the way.
  const made = w.process(['sh', '-c', `'${DISPATCH}' diff one > ../patch`])
  expect(await made.ended).toMatchObject({ code: 0, stderr: '' })
  const clone = join(w.folder, 'clone')
  execFileSync('git', ['apply', '../patch'], { cwd: clone, env: w.env })
  expect(listing(clone)).toBe(listing(tree))
  expect(status()).toBe(before)
  expect(w.git('count-objects', '-v')).toBe(objects)
})

test('--stat and --json; nothing changed is an empty patch', async () => {
  const w = landingWorld()
  await w.done('one', "sed -i s/1/1a/ a.txt; git mv b.txt 'n\u00fc b'; printf '\\0' > binary")
  await w.done('none', 'true')
  const stat = await w.ok(['diff', 'one', '--stat'])
  expect(stat).toMatch(/a\.txt +\| +2 \+-/)
  expect(stat).toContain('3 files changed')
  expect(JSON.parse(await w.ok(['diff', 'one', '--json']))).toEqual({
    id: 'one',
    base: w.head(),
    branch: 'dispatch/one',
    worktree: await w.tree('one'),
    files: [
      { path: 'a.txt', from: null, status: 'M', added: 1, removed: 1 },
      { path: 'binary', from: null, status: 'A', added: null, removed: null },
      { path: 'n\u00fc b', from: 'b.txt', status: 'R', added: 0, removed: 0 },
    ],
  })
  expect(await w.dispatch(['diff', 'none'])).toMatchObject({ code: 0, stdout: '' })
})

test('without a worktree it says that it shows everything there; later the branch, then what was landed', async () => {
  const w = landingWorld()
  w.write('do.plain', 'echo more >> a.txt')
  await w.start('plain', 'does')
  await w.ok(['wait', '--timeout', '20s'])
  w.put('mine', 'mine\n')
  const plain = await w.dispatch(['diff', 'plain'])
  expect(plain.stdout).toContain('+more')
  expect(plain.stdout).toContain('+mine')
  expect(plain.stderr).toContain('not its work alone')
  w.git('stash', '-q', '--include-untracked')
  await w.done('one', 'echo w > new; git add .; git commit -qm new')
  const whole = await w.ok(['diff', 'one'])
  rmSync(await w.tree('one'), { recursive: true })
  const gone = await w.dispatch(['diff', 'one'])
  expect(gone).toMatchObject({
    code: 0,
    stdout: whole,
    stderr: expect.stringContaining('committed on dispatch/one'),
  })
  await w.ok(['land', 'one'])
  w.git('update-ref', '-d', 'refs/heads/dispatch/one')
  const landed = await w.dispatch(['diff', 'one'])
  expect(landed).toMatchObject({ code: 0, stdout: whole, stderr: expect.stringContaining('landed on main') })
})
