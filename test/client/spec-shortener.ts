/** What the roles write for examples/url-shortener: as little as carries the play. */
import type { Files } from './spec-roles.ts'

const testOf = (module: string, names: string, ...tests: [name: string, body: string][]) => ({
  [`src/${module}.test.ts`]: `import { expect, test } from 'vitest'
import { ${names} } from './${module}.ts'

${tests.map(([name, body]) => `test('${name}', () => {\n${body.replace(/^/gm, '  ')}\n})\n`).join('\n')}`,
})
const RESULT = `import { done, failed, type Result } from './result.ts'\n`

export const SHORTENER: Files = {
  'T001-red': testOf(
    'slug',
    'nameOf, numberOf',
    [
      'a number is written in base 62',
      "expect([0, 61, 62].map(nameOf)).toEqual(['0', 'Z', '10'].map((value) => ({ ok: true, value })))",
    ],
    [
      'what is no name is refused',
      "for (const name of ['', ' ', '-1', 'é']) expect(numberOf(name)).toMatchObject({ ok: false })",
    ],
    ['a name is read as it was written', "expect(numberOf('10')).toEqual({ ok: true, value: 62 })"],
  ),
  'T001-green': {
    'src/slug.ts': `${RESULT}
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

export function nameOf(number: number): Result<string> {
  if (!Number.isSafeInteger(number) || number < 0) return failed(\`\${number} has no name\`)
  let name = ''
  for (let rest = number; name === '' || rest > 0; rest = Math.floor(rest / 62)) name = DIGITS.charAt(rest % 62) + name
  return done(name)
}

export function numberOf(name: string): Result<number> {
  if (!/^[0-9a-zA-Z]+$/.test(name)) return failed(\`\${name} is no name\`)
  const number = [...name].reduce((sum, digit) => sum * 62 + DIGITS.indexOf(digit), 0)
  return Number.isSafeInteger(number) ? done(number) : failed(\`\${name} is too long\`)
}
`,
  },
  'T002-red': testOf(
    'address',
    'addressOf',
    [
      'two spellings of one address are one',
      "expect(addressOf('HTTP://Example.COM:80/a?b#c')).toEqual({ ok: true, value: 'http://example.com/a?b' })",
    ],
    [
      'other schemes are refused',
      "for (const text of ['javascript:alert(1)', 'file:///etc/hosts', '', 'http://u:p@example.com']) expect(addressOf(text)).toMatchObject({ ok: false })",
    ],
  ),
  'T002-green': {
    'src/address.ts': `${RESULT}
export function addressOf(text: string): Result<string> {
  if (text.length > 2048) return failed('the address is too long')
  if (!URL.canParse(text)) return failed('this is no address')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return failed(\`\${url.protocol} is not shortened\`)
  if (url.username !== '' || url.password !== '') return failed('it holds a name or a password')
  url.hash = ''
  return done(url.href)
}
`,
  },
  'T003-red': testOf(
    'expiry',
    'counts, endOf',
    ['an entry counts for seven days', 'expect(endOf(5)).toEqual({ ok: true, value: 5 + 7 * 86_400_000 })'],
    ['it ends in the moment of its end', 'expect([counts(10, 9), counts(10, 10)]).toEqual([true, false])'],
    [
      'a lifetime of nothing is refused',
      'for (const lifetime of [0, -1, Number.NaN, 366 * 86_400_000]) expect(endOf(5, lifetime)).toMatchObject({ ok: false })',
    ],
  ),
  'T003-green': {
    'src/expiry.ts': `${RESULT}
const DAY = 86_400_000

export const endOf = (now: number, lifetime: number = 7 * DAY): Result<number> =>
  lifetime > 0 && lifetime <= 365 * DAY ? done(now + lifetime) : failed(\`\${lifetime} is no lifetime\`)

export const counts = (end: number, now: number): boolean => now < end
`,
  },
  'T004-red': testOf(
    'store',
    'createStore',
    [
      'names come in order and are given once',
      "const store = createStore()\nexpect(['a', 'b'].map((address) => store.add(address, 10).name)).toEqual(['0', '1'])",
    ],
    [
      'an address is found while it counts',
      "const store = createStore()\nstore.add('a', 10)\nexpect([store.byAddress('a', 9)?.name, store.byAddress('a', 10), store.byName('0')?.end]).toEqual(['0', undefined, 10])",
    ],
  ),
  'T004-green': {
    'src/store.ts': `import { counts } from './expiry.ts'
import { nameOf } from './slug.ts'

export interface Entry {
  name: string
  address: string
  end: number
}

export function createStore() {
  const names = new Map<string, Entry>()
  const addresses = new Map<string, Entry>()
  return {
    add(address: string, end: number): Entry {
      const name = nameOf(names.size)
      if (!name.ok) throw new RangeError(name.reason)
      const entry = { name: name.value, address, end }
      names.set(entry.name, entry)
      addresses.set(address, entry)
      return entry
    },
    byName: (name: string): Entry | undefined => names.get(name),
    byAddress(address: string, now: number): Entry | undefined {
      const entry = addresses.get(address)
      return entry !== undefined && counts(entry.end, now) ? entry : undefined
    },
  }
}
`,
  },
  'T005-red': testOf(
    'visits',
    'createVisits',
    [
      'days are told apart',
      "const visits = createVisits()\nvisits.count('a', 86_399_999)\nvisits.count('a', 86_400_000)\nexpect(visits.of('a')).toEqual({ total: 2, days: [{ day: '1970-01-01', count: 1 }, { day: '1970-01-02', count: 1 }] })",
    ],
    ['an unknown name has none', "expect(createVisits().of('x')).toEqual({ total: 0, days: [] })"],
  ),
  'T005-green': {
    'src/visits.ts': `export interface Visits {
  total: number
  days: { day: string; count: number }[]
}

export function createVisits() {
  const known = new Map<string, Map<string, number>>()
  return {
    count(name: string, now: number): void {
      const days = known.get(name) ?? new Map<string, number>()
      const day = new Date(now).toISOString().slice(0, 10)
      known.set(name, days.set(day, (days.get(day) ?? 0) + 1))
    },
    of(name: string): Visits {
      const days = [...(known.get(name) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
      return {
        total: days.reduce((sum, [, count]) => sum + count, 0),
        days: days.map(([day, count]) => ({ day, count })),
      }
    },
  }
}
`,
  },
  'T006-red': testOf(
    'shortener',
    'createShortener',
    [
      'two spellings get one name',
      "const short = createShortener({ now: () => 0 })\nexpect(short.shorten('http://a.b')).toEqual(short.shorten('HTTP://A.B:80/#x'))",
    ],
    [
      'ended and unknown are told apart',
      "let now = 0\nconst short = createShortener({ now: () => now })\nshort.shorten('http://a.b', 10)\nexpect(short.resolve('0')).toEqual({ ok: true, value: 'http://a.b/' })\nnow = 10\nexpect([short.resolve('0'), short.resolve('1')]).toEqual([{ ok: false, reason: '0 ended' }, { ok: false, reason: '1 is unknown' }])\nexpect(short.visits('0').total).toBe(1)",
    ],
  ),
  'T006-green': {
    'src/shortener.ts': `import { addressOf } from './address.ts'
import { counts, endOf } from './expiry.ts'
import { done, failed, type Result } from './result.ts'
import { createStore } from './store.ts'
import { createVisits } from './visits.ts'

export function createShortener({ now }: { now: () => number }) {
  const store = createStore()
  const visits = createVisits()
  return {
    shorten(text: string, lifetime?: number): Result<string> {
      const address = addressOf(text)
      const end = endOf(now(), lifetime)
      if (!address.ok) return address
      if (!end.ok) return end
      return done((store.byAddress(address.value, now()) ?? store.add(address.value, end.value)).name)
    },
    resolve(name: string): Result<string> {
      const entry = store.byName(name)
      if (entry === undefined) return failed(\`\${name} is unknown\`)
      if (!counts(entry.end, now())) return failed(\`\${name} ended\`)
      visits.count(name, now())
      return done(entry.address)
    },
    visits: visits.of,
  }
}
`,
  },
}
