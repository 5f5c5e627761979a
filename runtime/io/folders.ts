/** Folders: what they hold, and making them. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { explained } from './disk.ts'
import { errorCode } from './errors.ts'
import { systemTemporary } from './system.ts'

/** The names in a folder, sorted, without our temporary files; empty where there is no folder. */
export function namesIn(folder: string): string[] {
  // Often it is not there, and making an exception takes longer than this look.
  if (!existsSync(folder)) return []
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

/** The temporary names in a folder: somebody writes there just now, or was killed. */
export function temporariesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith('.') && name.endsWith('.tmp'))
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
  return realpathSync(mkdtempSync(join(systemTemporary(), prefix)))
}
