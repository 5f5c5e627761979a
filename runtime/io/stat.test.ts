import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realPath, refuseLink, statIfThere } from './stat.ts'

let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-stat-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('what lies at a path', () => {
  it('sees a link, and refuses it', () => {
    symlinkSync(at('nowhere'), at('link'))
    expect(statIfThere(at('link'))?.isSymbolicLink()).toBe(true)
    expect(realPath(at('link'))).toBeUndefined()
    expect(() => refuseLink(at('link'))).toThrow(expect.objectContaining({ exit: 1 }))
    expect(() => refuseLink(folder)).not.toThrow()
    expect(() => refuseLink(at('none'))).not.toThrow()
  })
})
