/** Lengths of time as people write them: `90s`, `3m`, `1h30m`, `500ms`; a bare number is seconds. */
import { type Complaint, DispatchError, EXIT } from '../io/errors.ts'

/** The longest that a timer of Node can wait (ms, 24 days); a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1
const NUMBER = String.raw`(\d+(?:\.\d+)?)`
const UNITS = new RegExp(`^(?:${NUMBER}h)?(?:${NUMBER}m)?(?:${NUMBER}s)?(?:${NUMBER}ms)?$`)
const BARE = /^\d+(?:\.\d+)?$/
const MS = [3_600_000, 60_000, 1000, 1]

export const A_DURATION = 'a length of time such as 90s, 3m, 1h30m or 500ms (at most 24 days)'

/** Milliseconds, or undefined for what is no length of time. */
export function durationOf(value: string | number): number | undefined {
  const ms = Math.round(typeof value === 'number' ? value * 1000 : fromText(value.trim()))
  return ms >= 0 && ms <= LONGEST ? ms : undefined
}

function fromText(text: string): number {
  if (BARE.test(text)) return Number(text) * 1000
  const parts = UNITS.exec(text.toLowerCase())
  if (parts === null || text === '') return Number.NaN
  return MS.reduce((sum, unit, i) => sum + Number(parts[i + 1] ?? 0) * unit, 0)
}

/**
 * Milliseconds.
 * @param exit 64 for what was typed as a flag, 65 for what stands in a file
 * @param about the flag or key, for the message
 */
export function parseDuration(
  text: string,
  exit: typeof EXIT.usage | typeof EXIT.data = EXIT.usage,
  about: Pick<Complaint, 'what' | 'where'> = { what: 'not a length of time' },
): number {
  const ms = durationOf(text)
  if (ms !== undefined) return ms
  throw new DispatchError(exit, { ...about, expected: A_DURATION, found: JSON.stringify(text) })
}

/** The shortest form that parseDuration reads back to the same milliseconds. */
export function showDuration(ms: number): string {
  const parts: string[] = []
  let rest = Math.round(ms)
  for (const [i, unit] of MS.entries()) {
    const count = Math.floor(rest / unit)
    rest -= count * unit
    if (count > 0) parts.push(`${count}${['h', 'm', 's', 'ms'][i]}`)
  }
  return parts.join('') || '0s'
}
