/**
 * When a limit of Claude Code ends, from the words in which it says so (read in 2.1.329): `resets 3:45pm (Europe/Rome)`
 * within a day, `resets Oct 9, 10am (UTC)` beyond, `resets Oct 9` of a month's spending (a day of UTC), and
 * `…limit reached|<seconds since the epoch>` in older ones.
 */

const DAY = 24 * 60 * 60 * 1000
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const RESETS =
  /\bresets(?: at)? (?:([a-z]{3}) (\d{1,2})(?:, (\d{4}))?(?:,| at) )?(\d{1,2})(?::(\d{2}))? ?([ap])m(?: \(([\w+-]+(?:\/[\w+-]+)*)\))?/i
const RESETS_ON = /\bresets ([a-z]{3}) (\d{1,2})(?![\d:]| ?[ap]m|,| at)/i

/**
 * ISO 8601, or undefined for a text that names no time.
 * @param now milliseconds since the epoch
 */
export function untilIn(text: string, now: number): string | undefined {
  const seconds = /\|(\d{10})\b/.exec(text)?.[1]
  if (seconds !== undefined) return new Date(Number(seconds) * 1000).toISOString()
  const ofDay = RESETS_ON.exec(text)
  const [all, month = '', day, year, hour = '', minute = '0', half = '', zone] =
    RESETS.exec(text) ?? (ofDay && [...ofDay, undefined, '12', '0', 'a', 'UTC']) ?? []
  if (all === undefined) return undefined
  const clock = clockOf(zone)
  if (clock === undefined) return undefined
  const today = clock(now)
  const at = { hour: (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0), minute: Number(minute) }
  if (day === undefined) {
    const first = instant(clock, { ...today, ...at })
    return iso(first > now ? first : instant(clock, { ...today, ...at, day: today.day + 1 }))
  }
  const index = MONTHS.indexOf(month.toLowerCase())
  if (index < 0) return undefined
  const date = { ...at, month: index, day: Number(day) }
  if (year !== undefined) return iso(instant(clock, { ...date, year: Number(year) }))
  const thisYear = instant(clock, { ...date, year: today.year })
  return iso(thisYear > now - DAY ? thisYear : instant(clock, { ...date, year: today.year + 1 }))
}

const iso = (ms: number) => new Date(ms).toISOString()

interface Wall {
  year: number
  /** From 0. */
  month: number
  day: number
  hour: number
  minute: number
}
type Clock = (ms: number) => Wall

/** What a clock on the wall shows there; undefined for a zone that nobody knows. */
function clockOf(zone: string | undefined): Clock | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      ...(zone === undefined ? {} : { timeZone: zone }),
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      hourCycle: 'h23',
    })
    return (ms) => {
      const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
      const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
      return {
        year: part('year'),
        month: part('month') - 1,
        day: part('day'),
        hour: part('hour'),
        minute: part('minute'),
      }
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The moment at which that clock shows this; twice, because the offset may change in between. */
function instant(clock: Clock, wall: Wall): number {
  const wanted = asUtc(wall)
  let at = wanted
  for (let i = 0; i < 2; i++) at += wanted - asUtc(clock(at))
  return at
}

const asUtc = ({ year, month, day, hour, minute }: Wall) => Date.UTC(year, month, day, hour, minute)
