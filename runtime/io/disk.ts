/** A failure of the disk, told in one voice by all that read and write. */
import { DispatchError, EXIT, errorCode, unreadable } from './errors.ts'

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
