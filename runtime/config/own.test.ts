import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadConfig } from './load.ts'
import { isGroupWritable, refuseForeign } from './own.ts'

let home: string
let path: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dispatch-own-'))
  path = join(home, 'config.yaml')
  writeFileSync(path, 'default: opus\n', { mode: 0o600 })
})
afterEach(() => rmSync(home, { recursive: true }))

it.each([0o600, 0o644, 0o664])('takes a file with the mode %o', (mode) => {
  chmodSync(path, mode)
  expect(loadConfig(home).default).toBe('opus')
  expect(isGroupWritable(path)).toBe(mode === 0o664)
})

it('refuses what everybody may write, also behind a link', () => {
  chmodSync(path, 0o666)
  expect(() => loadConfig(home)).toThrow(
    expect.objectContaining({
      exit: 1,
      message: expect.stringMatching(/others could change it[\s\S]*chmod o-w/),
    }),
  )
  chmodSync(path, 0o600)
  const real = join(home, 'real.yaml')
  writeFileSync(real, 'default: opus\n')
  chmodSync(real, 0o646)
  rmSync(path)
  symlinkSync(real, path)
  expect(() => loadConfig(home)).toThrow(real)
})

it('refuses a file in a folder where everybody may put another one', () => {
  chmodSync(home, 0o777)
  expect(() => loadConfig(home)).toThrow(/everybody may write in this folder/)
  chmodSync(home, 0o1777)
  expect(loadConfig(home).default).toBe('opus')
})

it("refuses somebody else's file, but for root", () => {
  const owner = process.getuid?.() ?? 0
  const others = () => refuseForeign(path, owner + 1)
  // What belongs to root is root's to change.
  if (owner === 0) expect(others).not.toThrow()
  else expect(others).toThrow(/somebody else owns it/)
  expect(() => refuseForeign(path, 0)).not.toThrow()
})

it('has nothing against a file that is not there', () => {
  rmSync(path)
  expect(loadConfig(home).exists).toBe(false)
  expect(isGroupWritable(path)).toBe(false)
})
