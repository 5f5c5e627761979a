/**
 * The configuration says which programs are run: so it counts only while nobody else can change it. A group is left to
 * the user (on many systems it is theirs alone); `doctor` points it out.
 */
import { dirname } from 'node:path'
import { refused } from '../io/errors.ts'
import { realPath, statIfThere } from '../io/stat.ts'

const GROUP = 0o020
const OTHERS = 0o002
const STICKY = 0o1000

/** @throws exit 1 where somebody else owns the file, or everybody may write it or put another one in its place */
export function refuseForeign(path: string, uid = process.getuid?.()): void {
  const real = realPath(path)
  const file = real === undefined ? undefined : statIfThere(real)
  if (real === undefined || file === undefined || !file.isFile()) return
  const folder = dirname(real)
  const shared = statIfThere(folder)?.mode ?? 0
  const problem =
    // Root may read what is anybody's; a container often has no other user.
    uid !== undefined && uid !== 0 && file.uid !== uid && file.uid !== 0
      ? { where: real, found: 'somebody else owns it', next: `If it is yours: sudo chown ${uid} '${real}'` }
      : (file.mode & OTHERS) !== 0
        ? { where: real, found: 'everybody may write it', next: `chmod o-w '${real}'` }
        : (shared & OTHERS) !== 0 && (shared & STICKY) === 0
          ? { where: folder, found: 'everybody may write in this folder', next: `chmod o-w '${folder}'` }
          : undefined
  if (problem !== undefined)
    throw refused({
      what: 'the configuration says which programs are run, and others could change it',
      ...problem,
      next: `Look into it, then: ${problem.next}`,
    })
}

/** May the group of the file change it? */
export function isGroupWritable(path: string): boolean {
  const real = realPath(path)
  return real !== undefined && ((statIfThere(real)?.mode ?? 0) & GROUP) !== 0
}
