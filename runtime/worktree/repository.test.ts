import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeFolder } from '../io/folders.ts'
import { makeLink } from '../io/handling.ts'
import { findRepository } from './repository.ts'
import { found, type Scratch, scratch } from './scratch.ts'

let box: Scratch
beforeAll(() => {
  box = scratch()
})
afterAll(() => box.remove())

describe('findRepository', () => {
  test('a folder outside git, and one that is not there', () => {
    expect(findRepository(box.folder)).toBeUndefined()
    expect(findRepository(join(box.folder, 'nothing'))).toBeUndefined()
  })

  test('a folder in the main worktree, and inside .git', async () => {
    const { top } = await box.repository('plain ü')
    makeFolder(join(top, 'deep/er'))
    const expected = { top, common: join(top, '.git'), here: top, gitDir: join(top, '.git'), bare: false }
    expect(top).toBe(join(box.folder, 'plain ü'))
    expect(findRepository(join(top, 'deep/er'))).toEqual(expected)
    expect(findRepository(join(top, '.git/refs'))).toEqual(expected)
  })

  test('through a link the real path is found', async () => {
    const { top } = await box.repository('real')
    makeLink(top, join(box.folder, 'linked'))
    expect(findRepository(join(box.folder, 'linked'))?.top).toBe(top)
  })

  test('a linked worktree belongs to the main one', async () => {
    const { top, common } = await box.repository('main one')
    await box.git('main one', 'worktree', 'add', '--quiet', '../side', '-b', 'side')
    expect(findRepository(join(box.folder, 'side'))).toEqual({
      ...{ top, common, bare: false },
      here: join(box.folder, 'side'),
      gitDir: join(common, 'worktrees/side'),
    })
  })

  test('a line end in the path', async () => {
    const { top } = await box.repository('two\nlines')
    expect(top).toBe(join(box.folder, 'two\nlines'))
  })

  test('the environment of a git hook does not redirect it', async () => {
    const { top } = await box.repository('hooked')
    process.env.GIT_DIR = join(box.folder, 'elsewhere')
    try {
      expect(findRepository(top)?.top).toBe(top)
    } finally {
      delete process.env.GIT_DIR
    }
  })

  test('a submodule is a repository of its own, also from its linked worktree', async () => {
    await box.repository('library')
    await box.repository('super')
    await box.git('super', 'submodule', '--quiet', 'add', '../library', 'lib')
    const top = join(box.folder, 'super/lib')
    await box.git('super/lib', 'worktree', 'add', '--quiet', '-b', 'side', '../../lib side')
    expect(found(top)).toMatchObject({ top, common: join(box.folder, 'super/.git/modules/lib') })
    expect(found(join(box.folder, 'lib side'))).toMatchObject({ top, here: join(box.folder, 'lib side') })
  })

  test.each([
    ['project/.bare', 'project'],
    ['srv/one.git', 'srv/one.git'],
  ])('a bare repository %s keeps its state in %s', async (bare, top) => {
    await box.repository(`source of ${top}`)
    await box.git('.', 'clone', '--quiet', '--bare', `source of ${top}`, bare)
    await box.git(bare, 'worktree', 'add', '--quiet', join(box.folder, `${bare}-tree`), 'main')
    const expected = { top: join(box.folder, top), common: join(box.folder, bare), bare: true }
    expect(found(join(box.folder, bare))).toMatchObject({ ...expected, here: expected.top })
    const here = join(box.folder, `${bare}-tree`)
    expect(found(here)).toMatchObject({ ...expected, here })
  })
})
