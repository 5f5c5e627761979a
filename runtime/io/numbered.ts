/** Files named by a number that nobody else has. */
import { join } from 'node:path'
import { namesIn } from './folders.ts'
import { publish } from './publishing.ts'

/** `001`, `002` …: the form of every number on disk. */
export const threeDigits = (n: number) => String(n).padStart(3, '0')

/**
 * Publishes `data` under the next free number of a folder, `NNN<suffix>`. The number is claimed by creating the
 * file, never by counting, so any number of callers get different ones.
 */
export function publishNumbered(folder: string, suffix: string, data: string | Uint8Array): number {
  const numberOf = (name: string) => Number(/^(\d{3,})\./.exec(name)?.[1] ?? 0)
  for (;;) {
    const next = namesIn(folder).reduce((most, name) => Math.max(most, numberOf(name)), 0) + 1
    if (publish(join(folder, `${threeDigits(next)}${suffix}`), data)) return next
  }
}
