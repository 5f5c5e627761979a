/**
 * Files that are complete whenever they are visible: written under a unique temporary name in the same folder,
 * flushed, then linked (write-once) or renamed (replace).
 */
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { explained } from './disk.ts'
import { errorCode } from './errors.ts'
import { randomName } from './random.ts'
import { statIfThere } from './stat.ts'

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
