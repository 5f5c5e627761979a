import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { executing, recordEnvironment } from './environment.ts'
import { runPaths } from './paths.ts'

function paths() {
  const root = mkdtempSync(join(tmpdir(), 'environment-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const made = runPaths(root, 'demo')
  mkdirSync(made.folder, { recursive: true })
  return made
}

test('what decides which program runs is that of `run`; the rest is the caller’s', () => {
  const at = paths()
  recordEnvironment(at, { PATH: '/usr/bin', HOME: '/home/user', SECRET: 'hidden', NODE_PATH: undefined })
  expect(
    executing(at, { PATH: '/evil:/usr/bin', NODE_PATH: '/evil', LD_PRELOAD: '/evil.so', PORT: '1' }),
  ).toEqual({
    PATH: '/usr/bin',
    HOME: '/home/user',
    PORT: '1',
  })
})

test('nothing recorded: the caller’s own', () => {
  expect(executing(paths(), { PATH: '/usr/bin' })).toEqual({ PATH: '/usr/bin' })
})
