/** What a killed Codex leaves where its worker worked. */
import { join } from 'node:path'
import { errorCode } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { removeIfEmpty } from '../io/handling.ts'
import { statIfThere } from '../io/stat.ts'
import type { Backend } from './backend.ts'
import { mountPoints, removeRedirection, removeStubs } from './claude-rights-stubs.ts'

/** Its sandbox lays empty folders over these while a command runs, and makes them for that where they are not there. */
const MASKED = ['.agents', '.aws', '.codex']

export const tidyCodex: NonNullable<Backend['tidy']> = ({ cwd, gitDirs, since, others, containment }) => {
  if (containment !== 'sandbox') return
  // First, because git would be led astray.
  removeRedirection(cwd, since)
  removeStubs(cwd, gitDirs(), others)
  // Between laying one and mounting over it nobody sees that it is another's, whose command would fail: the last one
  // removes them.
  if (!others()) removeMasks(cwd, since)
}

/** Only what is empty and younger than the worker, and no other worker's mount: that one's would be lifted with it. */
export function removeMasks(cwd: string, since: Date, mounts = mountPoints): string[] {
  const masks = MASKED.map((name) => join(cwd, name)).filter((path) => {
    const stat = statIfThere(path)
    return stat?.isDirectory() === true && stat.birthtimeMs >= since.getTime() && namesIn(path).length === 0
  })
  const inUse = masks.length === 0 ? new Set<string>() : mounts()
  return masks.filter((path) => !inUse.has(path) && removed(path))
}

/** A folder that was made read-only meanwhile must not keep the end from being recorded. */
function removed(path: string): boolean {
  try {
    return removeIfEmpty(path)
  } catch (error) {
    const code = errorCode(error) ?? errorCode(error instanceof Error ? error.cause : undefined) ?? ''
    if (['EACCES', 'EPERM', 'EROFS', 'EBUSY'].includes(code)) return false
    throw error
  }
}
