import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './folders.ts'
import { parseLsof, workingIn } from './working-in.ts'

test('a process in the folder or below it, not one beside it', async () => {
  const folder = temporaryFolder('working-')
  for (const name of ['in/sub', 'inside']) mkdirSync(join(folder, name), { recursive: true })
  const children = ['in/sub', 'inside'].map((name) =>
    spawn('sh', ['-c', 'echo; exec sleep 600'], { cwd: join(folder, name) }),
  )
  try {
    await Promise.all(children.map(({ stdout }) => once(stdout, 'data')))
    expect(workingIn(join(folder, 'in'))).toEqual([children[0]?.pid])
  } finally {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
})

test('what lsof prints', () =>
  expect(parseLsof('p12\nfcwd\nn/a b/c\np13\nfcwd\nn/\n')).toEqual([
    { pid: 12, path: '/a b/c' },
    { pid: 13, path: '/' },
  ]))
