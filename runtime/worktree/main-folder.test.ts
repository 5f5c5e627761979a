import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFolder } from '../io/folders.ts'
import { makeLink, removeAll } from '../io/handling.ts'
import { mainFolder } from './main-folder.ts'
import { findRepository } from './repository.ts'
import { type Scratch, scratch } from './scratch.ts'

let box: Scratch
const at = (path: string) => join(box.folder, path)
beforeAll(async () => {
  box = scratch()
  await box.repository('plain')
  makeFolder(at('plain/deep/er'))
  makeLink(at('plain/deep'), at('into it'))
  await box.repository('plain/nested')
  await box.git('plain', 'worktree', 'add', '--quiet', '../side', '-b', 'side')
  makeFolder(at('side/sub'))
  await box.repository('library')
  await box.git('plain', 'submodule', '--quiet', 'add', '../library', 'vendor')
  await box.git('.', 'init', '--quiet', '--bare', 'bare.git')
  await box.git('.', 'init', '--quiet', '--bare', 'hidden/.bare')
  await box.repository('moved')
  makeFolder(at('elsewhere'))
  await box.git('moved', 'config', 'core.worktree', at('elsewhere'))
  makeFolder(at('plain/empty/.git'))
  makeFolder(at('outside'))
  await box.repository('damaged')
  removeAll(at('damaged/.git/HEAD'))
})
afterAll(() => box.remove())

test.each([
  'plain',
  'plain/deep/er',
  'into it',
  'plain/nested',
  'plain/vendor',
  'plain/.git',
  'plain/.git/refs/heads',
  'plain/empty',
  'side',
  'side/sub',
  'bare.git',
  'bare.git/refs',
  'hidden/.bare',
  'hidden',
  'moved',
  'elsewhere',
  'outside',
  'damaged',
  'nowhere',
])('%s: what git says', (path) => {
  expect(mainFolder(at(path))).toBe(findRepository(at(path))?.top)
})

test('the plain case needs no git', () => {
  const { PATH } = process.env
  process.env.PATH = at('outside')
  try {
    expect(findRepository(at('plain/deep'))).toBeUndefined()
    expect(mainFolder(at('plain/deep/er'))).toBe(at('plain'))
    expect(mainFolder(at('outside'))).toBeUndefined()
  } finally {
    process.env.PATH = PATH
  }
})
