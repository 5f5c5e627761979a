/** Waiting in tests: for what has no event, or whose event nobody sends to a test. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'

/** Looks every few milliseconds until `look` says something true, which is returned. @throws after the deadline */
export async function until<T>(
  look: () => T | Promise<T>,
  what: string | (() => string) = 'what was waited for did not happen',
  deadline = 20_000,
): Promise<NonNullable<T>> {
  for (const end = Date.now() + deadline; ; await sleep(10)) {
    const seen = await look()
    if (seen) return seen
    if (Date.now() > end) return expect.fail(typeof what === 'string' ? what : what())
  }
}
