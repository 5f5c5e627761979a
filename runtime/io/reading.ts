/** Reading files, of which any may be missing, no file at all, or still growing. */
import { closeSync, constants, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs'
import { explained } from './disk.ts'
import { errorCode, unreadable } from './errors.ts'
import { statIfThere } from './stat.ts'

/** The text of a file, or undefined where there is none (a missing folder on the way counts as none). */
export const readIfThere = (path: string): string | undefined =>
  ifThere(path, () => (isThere(path) ? readFileSync(path, 'utf8') : undefined))

/** @throws exit 65 for what is no file: a folder, or a pipe that would be waited for */
export const readBytesIfThere = (path: string): Buffer | undefined =>
  ifThere(path, () => (isThere(path) ? readFileSync(path) : undefined))

/** The text of what was looked at just now, and found to be a file. */
export const readTextOf = (path: string): string | undefined =>
  ifThere(path, () => readFileSync(path, 'utf8'))

function isThere(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat !== undefined && !stat.isFile()) throw noFile(path, 'a folder, a pipe or a device')
  return stat !== undefined
}

function ifThere<T>(path: string, read: () => T | undefined): T | undefined {
  try {
    return read()
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'ELOOP') throw noFile(path, 'a link that leads nowhere')
    throw explained(error, path, 'read')
  }
}

/** The same for what workers write: they could lay a link to something that they may not read and we may. */
export function readOwnIfThere(path: string): Buffer | undefined {
  return ownIfThere(path) === undefined ? undefined : readBytesIfThere(path)
}

/** What lies there, if it is a file. @throws exit 65 for anything else, a link to a file too */
export function ownIfThere(path: string): Stats | undefined {
  const stat = statIfThere(path)
  if (stat === undefined || stat.isFile()) return stat
  throw noFile(path, stat.isSymbolicLink() ? 'a symbolic link' : 'a folder, a pipe or a device')
}

const noFile = (path: string, found: string) =>
  unreadable({
    what: 'this cannot be read',
    where: path,
    expected: 'a file',
    found,
    next: 'It was left as it is. Remove it, or put the file back.',
  })

/** Bytes of a growing file from `offset` on, at most `limit`; empty at its end or where there is no file (or a link). */
export function readFrom(path: string, offset: number, limit = 4 << 20): Buffer {
  const stat = statIfThere(path)
  if (!stat?.isFile() || stat.size <= offset) return Buffer.alloc(0)
  return readSlice(path, offset, Math.min(limit, stat.size - offset))
}

function readSlice(path: string, offset: number, length: number): Buffer {
  const file = openToRead(path)
  try {
    const buffer = Buffer.alloc(length)
    return buffer.subarray(0, readSyncAt(file, buffer, offset))
  } finally {
    closeSync(file)
  }
}

function openToRead(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY)
  } catch (error) {
    throw explained(error, path, 'read')
  }
}

function readSyncAt(file: number, buffer: Buffer, offset: number): number {
  let got = 0
  while (got < buffer.length) {
    const n = readSync(file, buffer, got, buffer.length - got, offset + got)
    if (n === 0) break
    got += n
  }
  return got
}
