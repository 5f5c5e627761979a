/** A commit that is killed with SIGKILL at each of its steps, and made by the next call. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { batchToCommit, COMMITTED } from '../../test/support/batch-to-commit.ts'
import { runLogged } from '../io/logged.ts'
import { readIfThere } from '../io/reading.ts'
import { commitBatch } from './commit.ts'

type Batch = Awaited<ReturnType<typeof batchToCommit>>

/** Runs it in a process of its own that is killed when its n-th call of git is over; says whether it came that far. */
async function killedAfter(b: Batch, n: number): Promise<boolean> {
  const log = join(b.folder, 'log')
  // Git puts its own folder first for what it starts itself, so that hooks and our check are not counted.
  b.put(
    '.git/path/git',
    `#!/bin/sh
real=$(PATH=\${PATH#*:} command -v git)
echo . >> '${b.folder}/calls'
n=$(wc -l < '${b.folder}/calls')
"$real" "$@"; code=$?
[ $n -eq ${n} ] && kill -9 $PPID
exit $code
`,
  )
  chmodSync(join(b.top, '.git/path/git'), 0o755)
  const module = JSON.stringify(new URL('./commit.ts', import.meta.url).href)
  b.put(
    '.git/child.mts',
    `import { commitBatch } from ${module}
     const input = ${JSON.stringify({ ...b.input, env: undefined })}
     await commitBatch({ ...input, env: process.env })`,
  )
  const ending = await runLogged(
    [process.execPath, '--import', import.meta.resolve('tsx'), join(b.top, '.git/child.mts')],
    { cwd: b.top, env: { ...process.env, PATH: `${b.top}/.git/path:${process.env.PATH}` }, log },
  )
  if (ending.signal === 'SIGKILL') return true
  expect(ending, readIfThere(log)).toEqual({ code: 0, signal: null })
  return false
}

test('killed behind any call of git: the next one makes the commit, once, and nothing of the user’s is lost', async () => {
  let killed = 0
  for (;;) {
    const b = await batchToCommit()
    if (!(await killedAfter(b, killed + 1))) break
    killed += 1
    const result = await commitBatch(b.input)
    expect({ killed, result }).toMatchObject({ result: { commit: expect.any(String) } })
    expect(b.git('rev-list', '--count', `${b.start}..HEAD`).trim()).toBe('1')
    expect(b.files().sort()).toEqual(COMMITTED)
    b.untouched()
  }
  expect(killed).toBeGreaterThan(15)
}, 300_000)
