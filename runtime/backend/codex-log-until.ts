/**
 * When a limit of Codex ends, from the words in which it says so (0.169.0): `try again at 6:26 PM` today or
 * `at Nov 24th, 2026 6:26 PM`, both by this machine's clock, and its provider's `try again in 11.054s`, `in 3h12m`,
 * `in 2 days 3 hours`. Pure.
 */

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 }
const PART = /([\d.]+) ?(ms|d|h|m|s)[a-z]*[, ]*(?:and )?/y
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const AT = /try again at (?:([a-z]{3}) (\d{1,2})[a-z]{2}, (\d{4}) )?(\d{1,2}):(\d{2}) ([ap])m/i

/**
 * ISO 8601, or undefined for a text that names no time.
 * @param now milliseconds since the epoch
 */
export function untilIn(text: string, now: number): string | undefined {
  const at = clockTime(text, now) ?? distance(text, now)
  return at === undefined || Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

function clockTime(text: string, now: number): number | undefined {
  const [all, month = '', day, year, hour = '', minute = '', half = ''] = AT.exec(text) ?? []
  if (all === undefined) return undefined
  const hours = (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  if (day !== undefined)
    return new Date(
      Number(year),
      MONTHS.indexOf(month.toLowerCase()),
      Number(day),
      hours,
      Number(minute),
    ).getTime()
  const at = new Date(now)
  at.setHours(hours, Number(minute), 0, 0)
  // It says the day unless it is today: what is long past is of the day that has just ended.
  if (at.getTime() < now - UNITS.h) at.setDate(at.getDate() + 1)
  return at.getTime()
}

function distance(text: string, now: number): number | undefined {
  const [start] = /try again in (?=[\d.])/i.exec(text) ?? []
  if (start === undefined) return undefined
  const part = new RegExp(PART)
  part.lastIndex = text.toLowerCase().indexOf('try again in ') + start.length
  let wait = 0
  for (let found = part.exec(text); found !== null; found = part.exec(text)) {
    const [, amount, unit = ''] = found
    wait += Number(amount) * (Object.entries(UNITS).find(([name]) => name === unit)?.[1] ?? Number.NaN)
  }
  return wait > 0 ? now + wait : undefined
}
