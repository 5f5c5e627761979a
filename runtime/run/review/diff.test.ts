import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeLink } from '../../io/handling.ts'
import { type Scratch, scratch } from '../../worktree/scratch.ts'
import { writeDiff } from './diff.ts'

let at: Scratch
let repository: string
const tree = async (rev: string) => (await at.git('r', 'rev-parse', `${rev}^{tree}`)).trim()
/** What lies in the work tree, as a tree. */
async function snapshot(): Promise<string> {
  await at.git('r', 'add', '--all', '--force')
  return (await at.git('r', 'write-tree')).trim()
}

beforeAll(async () => {
  at = scratch()
  repository = (await at.repository('r')).top
  at.write('r/old name.ts', Array.from({ length: 30 }, (_, n) => `const line${n} = ${n}\n`).join(''))
  at.write('r/gone.ts', 'x\n')
  at.write('r/hidden.ts', 'before\n')
  await at.git('r', 'add', '.')
  await at.git('r', 'commit', '--quiet', '-m', 'base')
})
afterAll(() => at.remove())

async function patch(from: string, to: string) {
  const patchPath = join(at.folder, 'runs', 'diff-1.patch')
  const { files, bytes } = await writeDiff({ top: repository, from, to, patchPath, env: process.env })
  const text = readFileSync(patchPath, 'utf8')
  expect(bytes).toBe(Buffer.byteLength(text))
  return { files, text }
}

describe('the patch of a batch', () => {
  let made: { files: string[]; text: string }
  beforeAll(async () => {
    const from = await tree('HEAD')
    at.write('r/a.txt', 'two\n')
    at.write('r/src/nëw.ts', 'export const fresh = 1\n')
    at.write('r/.gitignore', '*.log\n')
    at.write('r/kept.log', 'ignored, and committed all the same\n')
    at.write('r/logo.png', Uint8Array.from([137, 80, 78, 71, 0, 1, 2, 3]))
    at.write('r/.gitattributes', '*.ts -diff\n')
    at.write('r/hidden.ts', 'after\n')
    await at.shell(
      'r',
      'rm gone.ts && mv "old name.ts" "new name.ts" && echo "const more = 1" >> "new name.ts"',
    )
    at.write('r/run.sh', 'echo\n')
    chmodSync(join(repository, 'run.sh'), 0o755)
    makeLink('a.txt', join(repository, 'link'))
    // None of this may run or change what is seen.
    for (const [key, value] of [
      ['diff.external', 'touch pwned'],
      ['diff.noprefix', 'true'],
      ['diff.x.textconv', 'touch pwned'],
      ['core.fsmonitor', 'touch pwned'],
    ] as const)
      await at.git('r', 'config', key, value)
    made = await patch(from, await snapshot())
  })

  test('names every file, of a rename both names', () =>
    expect(made.files).toEqual(
      [
        ...['.gitattributes', '.gitignore', 'a.txt', 'gone.ts', 'hidden.ts', 'kept.log', 'link', 'logo.png'],
        ...['new name.ts', 'old name.ts', 'run.sh', 'src/nëw.ts'],
      ].sort(),
    ))

  test.each([
    ['new files', '+export const fresh = 1'],
    ['files that git ignores, when they are in the tree', '+ignored, and committed all the same'],
    ['names as they are', 'diff --git a/src/nëw.ts b/src/nëw.ts'],
    ['what was renamed', 'rename to new name.ts'],
    ['what is gone', 'deleted file mode 100644'],
    ['links', 'new file mode 120000'],
    ['what may be run', 'new file mode 100755'],
    ['binary files by name', 'Binary files /dev/null and b/logo.png differ'],
    ['text that the repository wants to hide', '+after'],
    ['what was changed in a renamed file that is hidden', '+const more = 1'],
  ])('holds %s', (_, text) => expect(made.text).toContain(text))

  test('holds no bytes of binary files', () => expect(made.text).not.toContain('\0'))

  test('made again is the same', async () => {
    const to = await snapshot()
    const from = await tree('HEAD')
    expect(await patch(from, to)).toEqual(await patch(from, to))
  })

  test('of nothing is an empty file', async () => {
    const same = await tree('HEAD')
    expect(await patch(same, same)).toEqual({ files: [], text: '' })
  })

  test('ran nothing of the repository', async () => {
    expect((await at.git('r', 'status', '--porcelain')).includes('pwned')).toBe(false)
  })
})

test('of twenty megabytes is a file, not a text in memory', async () => {
  const from = await tree('HEAD')
  at.write('r/big.txt', 'a line that is long enough to be one of many\n'.repeat(450_000))
  const made = await patch(from, await snapshot())
  expect(made.text.length).toBeGreaterThan(20_000_000)
})

test('a tree that is not there is a refusal with git’s words', async () =>
  expect(patch('0'.repeat(40), await tree('HEAD'))).rejects.toThrow('git could not compare the trees'))
