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
import {
  claimFolder,
  explained,
  moveIfThere,
  namesIn,
  publish,
  publishNumbered,
  readFrom,
  readIfThere,
  realPath,
  refuseLink,
  replace,
  statIfThere,
} from './files.ts'

let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-files-'))
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
    expect(claimFolder(at('f'))).toBe(true)
    expect(claimFolder(at('f'))).toBe(false)
  })
})

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

  it('names, sorted, without what is half-made', () => {
    for (const name of ['b', 'a', '.hidden', '.b.xyz.tmp', 'c.tmp']) writeFileSync(at(name), '')
    expect(namesIn(folder)).toEqual(['.hidden', 'a', 'b', 'c.tmp'])
    expect(namesIn(at('none'))).toEqual([])
    expect(namesIn(at('a', 'below'))).toEqual([])
  })
})

describe('links and moves', () => {
  it('sees a link, and refuses it', () => {
    symlinkSync(at('nowhere'), at('link'))
    expect(statIfThere(at('link'))?.isSymbolicLink()).toBe(true)
    expect(realPath(at('link'))).toBeUndefined()
    expect(() => refuseLink(at('link'))).toThrow(expect.objectContaining({ exit: 1 }))
    expect(() => refuseLink(folder)).not.toThrow()
    expect(() => refuseLink(at('none'))).not.toThrow()
  })

  it('says whether there was something to move', () => {
    writeFileSync(at('a'), 'x')
    expect(moveIfThere(at('a'), at('b'))).toBe(true)
    expect(moveIfThere(at('a'), at('c'))).toBe(false)
    expect(names()).toEqual(['b'])
  })
})

describe('what the system refuses', () => {
  const refusal = Object.assign(new Error('no'), { code: 'EACCES' })
  it.each([
    ['read', /^not permitted to read this \(EACCES\): \/x\n.*read there.*ls -ld/],
    ['write', /^not permitted to write here \(EACCES\): \/x\n.*write there.*ls -ld/],
  ] as const)('is told as what was tried: %s', (tried, message) =>
    expect(explained(refusal, '/x', tried)).toMatchObject({
      exit: 1,
      message: expect.stringMatching(message),
    }),
  )
})
