/**
 * Files that are complete whenever they are visible: written under a unique temporary name in the same folder,
 * flushed, then linked (write-once) or renamed (replace). Everything else about the file system that the rooms
 * need stands here too, so that a failure of the disk is reported in one voice.
 */
import {
  appendFileSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { DispatchError, EXIT, errorCode, refused, unreadable } from './errors.ts'
import { randomName } from './random.ts'

/** Creates `path` with `data`, whole or not at all. Returns false when it was already there (nothing changes). */
export function publish(path: string, data: string | Uint8Array, mode = 0o644): boolean {
  return withTemporary(path, data, mode, (temporary) => {
    try {
      linkSync(temporary, path)
      return true
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false
      throw error
    } finally {
      unlinkSync(temporary)
    }
  })
}

/** Puts `data` in the place of `path` in one step, with the old file's mode (`mode` for a new one); readers see the old text or the new one. */
export function replace(path: string, data: string | Uint8Array, mode = 0o644): void {
  withTemporary(path, data, statIfThere(path)?.mode ?? mode, (temporary) => renameSync(temporary, path))
}

function withTemporary<T>(
  path: string,
  data: string | Uint8Array,
  mode: number,
  put: (temporary: string) => T,
): T {
  const temporary = join(dirname(path), `.${basename(path)}.${randomName()}.tmp`)
  try {
    const file = openSync(temporary, 'wx', mode & 0o777)
    try {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    return put(temporary)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw explained(error, path)
  }
}

/** The text of a file, or undefined where there is none (a missing folder on the way counts as none). */
export function readIfThere(path: string): string | undefined {
  return readBytesIfThere(path)?.toString('utf8')
}

/** @throws exit 65 for what is no file: a folder, or a pipe that would be waited for */
export function readBytesIfThere(path: string): Buffer | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat !== undefined && !stat.isFile()) throw noFile(path, 'a folder, a pipe or a device')
    return stat === undefined ? undefined : readFileSync(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'ELOOP') throw noFile(path, 'a link that leads nowhere')
    throw explained(error, path, 'read')
  }
}

/** The same for what workers write: they could lay a link to something that they may not read and we may. */
export function readOwnIfThere(path: string): Buffer | undefined {
  if (statIfThere(path)?.isSymbolicLink()) throw noFile(path, 'a symbolic link')
  return readBytesIfThere(path)
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

/** `lstat`, or undefined where there is nothing. Links are not followed. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw explained(error, path, 'read')
  }
}

/** The path with every link on the way resolved, or undefined where there is nothing. */
export function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw explained(error, path, 'read')
  }
}

/** The names in a folder, sorted, without our temporary files; empty where there is no folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !(name.startsWith('.') && name.endsWith('.tmp')))
      .sort()
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw explained(error, folder, 'read')
  }
}

/** Makes a folder and those above it. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw explained(error, path)
  }
}

/** Creates exactly this folder. Returns false when it was already there: somebody else claimed it. */
export function claimFolder(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw explained(error, path)
  }
}

/** A new folder of one's own where the system keeps what is soon gone; its path holds no link. */
export function temporaryFolder(prefix: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), prefix)))
}

/** Makes a symbolic link where nothing is yet. */
export function makeLink(target: string, path: string): void {
  try {
    symlinkSync(target, path)
  } catch (error) {
    throw explained(error, path)
  }
}

/** Copies a file with its mode, sharing the blocks where the disk can; never onto something that is there. */
export function copyNew(from: string, to: string): void {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  } catch (error) {
    throw explained(error, to)
  }
}

/** Adds to the end of a file, which is created where there is none; what it holds, its mode and a link stay. */
export function append(path: string, text: string): void {
  try {
    appendFileSync(path, text)
  } catch (error) {
    throw explained(error, path)
  }
}

/** Moves a file or folder if it is there; says whether it was. */
export function moveIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw explained(error, from)
  }
}

/** Removes a file or a folder with all it holds; nothing happens where there is nothing. */
export function removeAll(path: string): void {
  rmSync(path, { recursive: true, force: true })
}

/** `001`, `002` …: the form of every number on disk. */
export const threeDigits = (n: number) => String(n).padStart(3, '0')

/**
 * Publishes `data` under the next free number of a folder, `NNN<suffix>`. The number is claimed by creating the
 * file, never by counting, so any number of callers get different ones.
 */
export function publishNumbered(folder: string, suffix: string, data: string | Uint8Array): number {
  const numberOf = (name: string) => Number(/^(\d{3,})\./.exec(name)?.[1] ?? 0)
  for (;;) {
    const next = namesIn(folder).reduce((most, name) => Math.max(most, numberOf(name)), 0) + 1
    if (publish(join(folder, `${threeDigits(next)}${suffix}`), data)) return next
  }
}

/** Refuses a path that is a symbolic link: what lies behind it is not ours to write. */
export function refuseLink(path: string): void {
  if (!statIfThere(path)?.isSymbolicLink()) return
  throw refused({
    what: 'this is a symbolic link, and nothing is read or written through it',
    where: path,
    next: 'Remove the link; the runtime creates the real folder.',
  })
}

/** Turns what the system says of a full or unwritable disk into a sentence; everything else stays what it is. */
export function explained(error: unknown, path: string, tried: 'read' | 'write' = 'write'): unknown {
  const code = errorCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new DispatchError(
      EXIT.later,
      {
        what: 'the disk is full, nothing was changed',
        where: path,
        next: 'Free some space, then run the same command again.',
      },
      { cause: error },
    )
  if (code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST' || code === 'ENOTEMPTY')
    return unreadable({
      what: `something else lies where a ${code === 'EISDIR' ? 'file' : 'folder'} should be (${code})`,
      where: path,
      next: 'It was left as it is. Move it away, then try again.',
    })
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new DispatchError(
      EXIT.no,
      {
        what:
          tried === 'read' ? `not permitted to read this (${code})` : `not permitted to write here (${code})`,
        where: path,
        next: `See whose it is, and who may ${tried} there, with \`ls -ld\`; mend that, then try again.`,
      },
      { cause: error },
    )
  return error
}
