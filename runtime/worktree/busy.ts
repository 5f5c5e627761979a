/** Git in a repository where others work at the same time, and what is said when it fails. */
import { setTimeout as pause } from 'node:timers/promises'
import { type DispatchError, refused } from '../io/errors.ts'
import type { GitResult } from '../io/git.ts'

/** What git says when somebody else, such as the user in another terminal, is writing the same file just now. */
const BUSY = /could not lock|unable to create '.*\.lock'|cannot lock ref|unable to lock/i

/** Tries again, for two seconds or so, what fails only because git is busy; `between` clears what was half done. */
export async function persistently(
  run: () => Promise<GitResult>,
  between: () => Promise<void> = async () => {},
): Promise<GitResult> {
  for (let wait = 20; ; wait *= 2) {
    const result = await run()
    if (result.ok || wait > 1000 || !BUSY.test(result.stderr)) return result
    await between()
    await pause(wait * (0.5 + Math.random()))
  }
}

/** A refusal by git as one of ours (exit 1). */
export function failed(what: string, where: string, stderr: string): DispatchError {
  const lines = ['fatal:', 'error:'].flatMap((kind) =>
    stderr.split('\n').filter((line) => line.startsWith(kind)),
  )
  return refused({
    what,
    where,
    ...(stderr === '' ? {} : { found: lines.slice(0, 2).join('; ') || stderr.split('\n').at(-1) }),
    next: BUSY.test(stderr)
      ? 'If no git is running in this repository, remove the .lock file that is named above.'
      : 'Nothing was left behind. Mend that, then start the task again.',
  })
}
