import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publishNumbered } from './numbered.ts'

let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-numbered-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('numbers are claimed by creating', () => {
  it.each([
    [[], 1],
    [['001.md'], 2],
    [['001.md', '004.md'], 5],
    [['001.md', '002.read'], 3],
    [['009.md', '010.md'], 11],
    [['999.md'], 1000],
    [['x.md', '7.md', '.tmp'], 1],
  ])('after %j comes %i', (there, number) => {
    for (const name of there) writeFileSync(at(name), '')
    expect(publishNumbered(folder, '.md', 'x')).toBe(number)
  })

  it('different ones for everybody', () => {
    const numbers = Array.from({ length: 20 }, () => publishNumbered(folder, '.md', 'x'))
    expect(new Set(numbers).size).toBe(20)
  })
})
