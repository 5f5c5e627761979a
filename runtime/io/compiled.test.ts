/** What is kept of a compiled bundle, and when it does not count. That the engine takes it: test/compiled.test.ts. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compiledFolder, compiledName, isDue, readCompiled } from './compiled.ts'
import { keep } from './keep.ts'

let home: string
let folder: string
const at = (...names: string[]) => join(folder, ...names)
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'compiled-'))
  folder = join(home, 'cache/compiled')
})
afterEach(() => rmSync(home, { recursive: true }))

const code = Buffer.from('some code of the engine, sixteen-fold '.repeat(16))
const read = () => readCompiled(folder, 'x')

it('is read as it was kept', () => {
  expect(read()).toBeUndefined()
  keep(folder, 'x', { code, made: 3 })
  expect(read()).toEqual({ code, made: 3 })
  keep(folder, 'x', { code: Buffer.from('other'), made: 255 })
  expect(read()).toEqual({ code: Buffer.from('other'), made: 255 })
})

it('is for the user alone', () => {
  keep(folder, 'x', { code, made: 1 })
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(at('x')).mode & 0o777).toBe(0o600)
})

describe('does not count', () => {
  beforeEach(() => keep(folder, 'x', { code, made: 1 }))
  const changed = (change: (bytes: Buffer) => Buffer) => () =>
    writeFileSync(at('x'), change(readFileSync(at('x'))))
  const flipped = (where: number) =>
    changed((bytes) => {
      bytes[where] = (bytes[where] ?? 0) ^ 1
      return bytes
    })

  it.each<[string, () => void]>([
    ['emptied', changed(() => Buffer.alloc(0))],
    ['cut off', changed((bytes) => bytes.subarray(0, -1))],
    ['cut in half', changed((bytes) => bytes.subarray(0, bytes.length / 2))],
    ['longer', changed((bytes) => Buffer.concat([bytes, bytes]))],
    ['a bit turned over', flipped(100)],
    ['a bit turned over at the end of the copy', flipped(2 * code.length - 1)],
    ['a bit turned over in the copy', flipped(code.length + 100)],
    ['nothing but the count', changed((bytes) => bytes.subarray(2 * code.length))],
    ['something else', changed(() => Buffer.from('x'.repeat(999)))],
    ['writable by the group', () => chmodSync(at('x'), 0o620)],
    ['writable by everybody', () => chmodSync(at('x'), 0o602)],
    ['in a folder that others may write', () => chmodSync(folder, 0o770)],
    [
      'a link',
      () => {
        renameSync(at('x'), at('y'))
        symlinkSync('y', at('x'))
      },
    ],
    [
      'behind a link',
      () => {
        renameSync(folder, `${folder}-real`)
        symlinkSync('compiled-real', folder)
      },
    ],
    [
      'a folder',
      () => {
        rmSync(at('x'))
        mkdirSync(at('x'))
      },
    ],
    [
      'a pipe',
      () => {
        rmSync(at('x'))
        execFileSync('mkfifo', [at('x')])
      },
    ],
  ])('what is %s', (_, harm) => {
    expect(read()).toBeDefined()
    harm()
    expect(read()).toBeUndefined()
  })

  it.runIf(process.getuid?.() === 0)('what another user owns, or lies in such a folder', () => {
    chownSync(at('x'), 1, 1)
    expect(read()).toBeUndefined()
    chownSync(at('x'), 0, 0)
    expect(read()).toBeDefined()
    chownSync(folder, 1, 1)
    expect(read()).toBeUndefined()
  })
})

describe('where it cannot be kept', () => {
  it('because there is no home yet, none is made', () => {
    rmSync(home, { recursive: true })
    keep(folder, 'x', { code, made: 1 })
    expect(() => statSync(home)).toThrow('ENOENT')
    mkdirSync(home)
  })

  it.each<[string, () => void]>([
    ['a file lies in the place of the folder', () => writeFileSync(join(home, 'cache'), '')],
    ['the folder is somebody else’s to write', () => mkdirSync(folder, { recursive: true, mode: 0o777 })],
    [
      'the folder is a link',
      () => {
        mkdirSync(join(home, 'cache'))
        symlinkSync(home, folder)
      },
    ],
  ])('because %s, nothing happens', (_, prepare) => {
    const umask = process.umask(0)
    prepare()
    process.umask(umask)
    keep(folder, 'x', { code, made: 1 })
    expect(read()).toBeUndefined()
    expect(() => statSync(at('x'))).toThrow()
  })
})

it('the oldest go, what a killed writer left with them', () => {
  keep(folder, 'x', { code, made: 1 })
  for (const name of [...Array(30).keys()].map(String).concat('.x.killed.tmp')) {
    writeFileSync(at(name), '')
    utimesSync(at(name), 1e9, 1e9)
  }
  keep(folder, 'y', { code, made: 1 })
  const names = readdirSync(folder)
  expect(names).toHaveLength(15)
  expect(names).toEqual(expect.arrayContaining(['x', 'y']))
})

it.each([
  [{ HOME: '/home/me' }, '/home/me/.dispatch/cache/compiled'],
  [{ HOME: '/home/me', DISPATCH_HOME: '/there' }, '/there/cache/compiled'],
  [{ HOME: '/home/me', DISPATCH_HOME: 'there' }, undefined],
  [{ HOME: 'me' }, undefined],
  [{}, undefined],
])('for %j it lies in %s', (env, expected) => expect(compiledFolder(env)).toBe(expected))

it('has a name for each bundle, version of Node and set of flags', () => {
  const names = [
    ['a', []],
    ['b', []],
    ['a', ['--x']],
    ['a', ['--x', '--y']],
    ['a', ['--y']],
  ] as const
  const made = names.map(([bundle, flags]) => compiledName(bundle, flags))
  expect(new Set(made).size).toBe(names.length)
  for (const name of made) expect(name).toMatch(/^[\w.-]+$/)
  expect(made[0]).toBe(`a-${process.version}-${process.arch}`)
  expect(compiledName('a', ['', ' '])).toBe(made[0])
})

it.each([
  [0, 1, true],
  [2, 1, true],
  [3, 1, false],
  [3, 16, true],
  [14, 8, true],
  [14, 9, false],
  [15, 8, false],
])('written %i times, it is the turn of process %i: %s', (made, pid, due) =>
  expect(isDue(made, pid)).toBe(due),
)
