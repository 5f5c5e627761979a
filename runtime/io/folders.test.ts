import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimFolder, namesIn } from './folders.ts'

let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-folders-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('folders', () => {
  it('names, sorted, without what is half-made', () => {
    for (const name of ['b', 'a', '.hidden', '.b.xyz.tmp', 'c.tmp']) writeFileSync(at(name), '')
    expect(namesIn(folder)).toEqual(['.hidden', 'a', 'b', 'c.tmp'])
    expect(namesIn(at('none'))).toEqual([])
    expect(namesIn(at('a', 'below'))).toEqual([])
  })

  it('are claimed by making them', () => {
    expect(claimFolder(at('f'))).toBe(true)
    expect(claimFolder(at('f'))).toBe(false)
  })
})
