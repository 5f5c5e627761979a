import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './folders.ts'
import { sayBytes, sizeOf } from './size.ts'

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [12_345, '12 kB'],
  [3_400_000, '3.4 MB'],
  [7e12, '7.0 TB'],
  [7e16, '70000 TB'],
])('%d is %s', (bytes, said) => expect(sayBytes(bytes)).toBe(said))

test('a folder: all below, a file with two names once, links not followed', () => {
  const folder = temporaryFolder('size-')
  try {
    mkdirSync(join(folder, 'sub'))
    const empty = sizeOf(folder)
    writeFileSync(join(folder, 'sub/file'), Buffer.alloc(100_000))
    const one = sizeOf(folder) - empty
    expect(one).toBeGreaterThanOrEqual(100_000)
    linkSync(join(folder, 'sub/file'), join(folder, 'again'))
    symlinkSync(join(folder, 'sub'), join(folder, 'link'))
    expect(sizeOf(folder) - empty).toBeLessThan(one + 20_000)
    expect(sizeOf(join(folder, 'none'))).toBe(0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
