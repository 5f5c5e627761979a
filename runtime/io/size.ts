/** How much of the disk a folder takes. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from './errors.ts'

/** Bytes on disk of all below, links not followed, a file with several names counted once; what goes away meanwhile not at all. */
export function sizeOf(path: string, seen = new Set<string>()): number {
  try {
    const stat = lstatSync(path)
    const inode = `${stat.dev}:${stat.ino}`
    if (stat.nlink > 1 && !stat.isDirectory()) {
      if (seen.has(inode)) return 0
      seen.add(inode)
    }
    const own = stat.blocks * 512
    if (!stat.isDirectory()) return own
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name), seen), own)
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(errorCode(error) ?? '')) return 0
    throw error
  }
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** For people: `0 bytes`, `12 kB`, `3.4 MB`. */
export function sayBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}
