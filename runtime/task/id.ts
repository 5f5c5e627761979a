import { misused } from '../io/errors.ts'

const MOST = 64

/** A task id that may become part of a path. Anything else is refused before a path is built (exit 64). */
export function taskId(word: string): string {
  if (word.length <= MOST && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(word)) return word
  throw misused({
    what: 'not a task id',
    expected: `words of a-z and 0-9 joined by single hyphens, at most ${MOST} characters`,
    found: JSON.stringify(word.slice(0, MOST + 20)),
    next: 'For example: security-audit',
  })
}

export const isTaskId = (word: string) => word.length <= MOST && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(word)
