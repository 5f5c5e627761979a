import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findProgram } from './which.ts'

let folder: string
const program = (path: string, mode = 0o755) => {
  writeFileSync(join(folder, path), '#!/bin/sh\n')
  chmodSync(join(folder, path), mode)
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch which-'))
  for (const name of ['a', 'b', 'a/folder']) mkdirSync(join(folder, name))
  program('a/plain', 0o644)
  program('b/plain')
  program('b/folder')
  program('b/both')
  program('a/both')
  symlinkSync(join(folder, 'b/plain'), join(folder, 'a/link'))
  symlinkSync(join(folder, 'nowhere'), join(folder, 'a/dangling'))
  symlinkSync(join(folder, 'a/loop'), join(folder, 'a/loop'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it.each([
  ['both', 'a/both'],
  ['plain', 'b/plain'],
  ['folder', 'b/folder'],
  ['link', 'a/link'],
  ['dangling', undefined],
  ['loop', undefined],
  ['nothing', undefined],
  ['', undefined],
  ['../b/plain', undefined],
])('%j is %s', (name, found) => {
  const PATH = ['', '.', join(folder, 'gone'), join(folder, 'a'), join(folder, 'b')].join(':')
  expect(findProgram(name, { PATH })).toBe(found && join(folder, found))
})

it('finds nothing through a relative or empty entry, for that would come from a repository', () => {
  const here = relative(process.cwd(), join(folder, 'b'))
  expect(findProgram('plain', { PATH: `${here}::.` })).toBeUndefined()
  expect(findProgram(`./${here}/plain`, { PATH: here })).toBeUndefined()
  expect(findProgram('plain', {})).toBeUndefined()
})

it('takes an absolute path as it is', () => {
  expect(findProgram(join(folder, 'b/plain'), {})).toBe(join(folder, 'b/plain'))
  expect(findProgram(join(folder, 'a/plain'), {})).toBeUndefined()
})
