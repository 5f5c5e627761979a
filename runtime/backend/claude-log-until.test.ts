import { expect, test } from 'vitest'
import { untilIn } from './claude-log-until.ts'

/** 14:30 in Rome. */
const NOW = Date.UTC(2026, 0, 2, 13, 30)

test.each<[string, string | undefined]>([
  ["You've hit your session limit · resets 3pm (Europe/Rome)", '2026-01-02T14:00'],
  ["You've hit your session limit · resets 3:45pm (Europe/Rome)", '2026-01-02T14:45'],
  ['Usage limit reached · resets at 2pm (Europe/Rome)', '2026-01-03T13:00'],
  ['resets 12am (Europe/Rome)', '2026-01-02T23:00'],
  ['resets 12pm (Europe/Rome)', '2026-01-03T11:00'],
  ["You've hit your weekly limit · resets Jan 9, 10am (UTC)", '2026-01-09T10:00'],
  ["You've hit your weekly limit · resets Jan 9 at 10:30am (UTC)", '2026-01-09T10:30'],
  ['resets Jan 1, 2027, 1am (UTC)', '2027-01-01T01:00'],
  ['resets Dec 31, 11pm (UTC)', '2026-12-31T23:00'],
  // The day on which the clocks are changed there.
  ['resets Mar 29, 2026, 3am (Europe/Rome)', '2026-03-29T01:00'],
  ['spend limit reached · resets Feb 8 · request an increase', '2026-02-08T00:00'],
  ['Claude AI usage limit reached|1767366000', '2026-01-02T15:00'],
  ['resets 3pm (Nowhere/Land)', undefined],
  ['resets Foo 9, 10am (UTC)', undefined],
  ['Too many requests', undefined],
  ['The build resets the cache at 3', undefined],
])('%s', (text, expected) =>
  expect(untilIn(text, NOW)).toBe(expected === undefined ? undefined : `${expected}:00.000Z`),
)
