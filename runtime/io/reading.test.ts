import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFrom, readIfThere } from './reading.ts'

let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-reading-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('reading', () => {
  it('knows nothing from empty', () => {
    writeFileSync(at('empty'), '')
    expect(readIfThere(at('empty'))).toBe('')
    expect(readIfThere(at('none'))).toBeUndefined()
    expect(readIfThere(at('empty', 'below'))).toBeUndefined()
    expect(() => readIfThere(folder)).toThrow(expect.objectContaining({ exit: 65 }))
  })

  it.each([
    [0, undefined, 'abcdef'],
    [2, undefined, 'cdef'],
    [2, 3, 'cde'],
    [6, undefined, ''],
    [9, undefined, ''],
  ])('from %i, at most %s', (offset, limit, text) => {
    writeFileSync(at('a'), 'abcdef')
    expect(readFrom(at('a'), offset, limit).toString()).toBe(text)
  })

  it('a growing file that is none, is empty', () => {
    writeFileSync(at('secret'), 'x')
    symlinkSync(at('secret'), at('link'))
    for (const path of [at('none'), folder, at('link')]) expect(readFrom(path, 0)).toHaveLength(0)
  })
})
