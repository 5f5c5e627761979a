/** What lies at a path: looked at, not read. */
import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs'
import { explained } from './disk.ts'
import { errorCode, refused } from './errors.ts'

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

/** Refuses a path that is a symbolic link: what lies behind it is not ours to write. */
export function refuseLink(path: string): void {
  if (!statIfThere(path)?.isSymbolicLink()) return
  throw refused({
    what: 'this is a symbolic link, and nothing is read or written through it',
    where: path,
    next: 'Remove the link; the runtime creates the real folder.',
  })
}

/** What a symbolic link says, byte for byte as text; undefined for what is none. */
export function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'EINVAL' || code === 'ENOTDIR') return undefined
    throw explained(error, path, 'read')
  }
}
