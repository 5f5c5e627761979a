/** Files that nobody may change: taken down by content, and compared with what lies there now. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readOwnIfThere } from '../../io/reading.ts'
import { realPath, statIfThere } from '../../io/stat.ts'
import type { Frozen } from '../facts.ts'

/** The file as it is to stay, or why it cannot be frozen, in a sentence without its subject. */
export function freeze(top: string, path: string): Frozen | string {
  if (path === '' || path.startsWith('/') || path.split('/').includes('..'))
    return 'is no path below the top level of the repository'
  const full = join(top, path)
  const stat = statIfThere(full)
  if (stat === undefined) return 'is not there'
  if (stat.isSymbolicLink()) return 'is a symbolic link; put the file itself there'
  if (!stat.isFile()) return 'is not a file'
  if (realPath(full) !== join(realPath(top) ?? top, path))
    return 'lies behind a symbolic link; put the folder itself there'
  if (stat.nlink > 1) return 'has a second name (a hard link); write it as a file of its own'
  const bytes = readOwnIfThere(full) ?? Buffer.alloc(0)
  return {
    path,
    hash: createHash('sha256').update(bytes).digest('hex'),
    mode: (stat.mode & 0o100) === 0 ? '100644' : '100755',
  }
}

/** What became of frozen files, one sentence for each that is not as it was. */
export function thawed(top: string, frozen: readonly Frozen[]): string[] {
  return frozen.flatMap(({ path, hash, mode }) => {
    const now = freeze(top, path)
    if (typeof now === 'string')
      return [`${path} is a frozen test, and now it ${now}. Put it back as it was accepted.`]
    if (now.hash !== hash)
      return [
        `${path} is a frozen test, and its content was changed. Put it back as it was accepted; if the test is wrong, report \`blocked\` and say why.`,
      ]
    return now.mode === mode
      ? []
      : [`${path} is a frozen test, and its mode was changed. Put it back: ${mode.slice(3)}.`]
  })
}
