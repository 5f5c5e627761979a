/** A file that another program writes, through an open file of ours; visible when it is whole. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { explained } from './disk.ts'
import { randomName } from './random.ts'

/**
 * Puts what `write` wrote to the open file in the place of `path`; nothing changes where it throws. Nothing of it is held
 * in memory.
 * @returns the size in bytes
 */
export async function writtenBy(path: string, write: (file: number) => Promise<void>): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomName()}.tmp`)
  try {
    const file = openSync(temporary, 'wx', 0o644)
    try {
      await write(file)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    const { size } = statSync(temporary)
    renameSync(temporary, path)
    return size
  } catch (error) {
    rmSync(temporary, { force: true })
    throw explained(error, path)
  }
}
