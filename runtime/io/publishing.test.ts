import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { publish, replace } from './publishing.ts'

let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-publishing-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const names = () => readdirSync(folder).sort()

describe('publish', () => {
  it('creates once; the first text stays', () => {
    expect(publish(at('a'), 'first')).toBe(true)
    expect(publish(at('a'), 'second')).toBe(false)
    expect(readFileSync(at('a'), 'utf8')).toBe('first')
    expect(names()).toEqual(['a'])
  })

  it('leaves nothing behind when it cannot', () => {
    expect(() => publish(at('none', 'a'), 'x')).toThrow(expect.objectContaining({ code: 'ENOENT' }))
    mkdirSync(at('b'))
    expect(publish(at('b'), 'x')).toBe(false)
    expect(names()).toEqual(['b'])
  })

  it.each(['', 'text\r\n', '\uFEFF漢字 🎉\0'])('keeps %j', (text) => {
    publish(at('a'), text)
    expect(readFileSync(at('a'), 'utf8')).toBe(text)
  })

  it('does not write through a link', () => {
    writeFileSync(at('target'), 'mine')
    symlinkSync(at('target'), at('a'))
    expect(publish(at('a'), 'x')).toBe(false)
    expect(readFileSync(at('target'), 'utf8')).toBe('mine')
  })
})

describe('replace', () => {
  it('puts the whole text in the place of the old one, and keeps the mode', () => {
    writeFileSync(at('a'), 'old and longer')
    chmodSync(at('a'), 0o640)
    replace(at('a'), 'new')
    expect(readFileSync(at('a'), 'utf8')).toBe('new')
    expect(statSync(at('a')).mode & 0o777).toBe(0o640)
    expect(names()).toEqual(['a'])
  })

  it('whoever has the old file open keeps it', () => {
    writeFileSync(at('a'), 'old')
    linkSync(at('a'), at('kept'))
    replace(at('a'), 'new')
    expect(readFileSync(at('kept'), 'utf8')).toBe('old')
  })

  it('creates where there is nothing, with the mode that was asked for', () => {
    replace(at('a'), 'x', 0o600)
    expect(statSync(at('a')).mode & 0o777).toBe(0o600)
  })
})
