/** Files and folders as they are: added to, linked, copied, moved, removed. */
import { appendFileSync, constants, copyFileSync, renameSync, rmdirSync, rmSync, symlinkSync } from 'node:fs'
import { explained } from './disk.ts'
import { errorCode } from './errors.ts'

/** Adds to the end of a file, which is created where there is none; what it holds, its mode and a link stay. */
export function append(path: string, text: string): void {
  try {
    appendFileSync(path, text)
  } catch (error) {
    throw explained(error, path)
  }
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

/** Removes a folder that holds nothing; says whether it did. */
export function removeIfEmpty(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch (error) {
    const code = errorCode(error) ?? ''
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(code)) return false
    throw explained(error, path)
  }
}
