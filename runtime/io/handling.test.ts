import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { moveIfThere } from './handling.ts'

let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-handling-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const names = () => readdirSync(folder).sort()

describe('moving', () => {
  it('says whether there was something to move', () => {
    writeFileSync(at('a'), 'x')
    expect(moveIfThere(at('a'), at('b'))).toBe(true)
    expect(moveIfThere(at('a'), at('c'))).toBe(false)
    expect(names()).toEqual(['b'])
  })
})
