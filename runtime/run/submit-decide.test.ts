import { expect, test } from 'vitest'
import { type Course, courseOf, type Earlier } from './submit-decide.ts'

const one = (n: number, more: Partial<Earlier> = {}): Earlier => ({
  n,
  accepted: undefined,
  told: false,
  same: true,
  ...more,
})

test.each<[string, Earlier[], number | undefined, Course]>([
  ['the first', [], undefined, { kind: 'new' }],
  ['the same while it is verified', [one(1)], undefined, { kind: 'rejoin', n: 1 }],
  ['another while one is verified', [one(1, { same: false })], undefined, { kind: 'behind', n: 1 }],
  [
    'the same after a refusal that nobody heard',
    [one(1, { accepted: false })],
    undefined,
    { kind: 'tell', n: 1 },
  ],
  [
    'the same after a refusal that was told',
    [one(1, { accepted: false, told: true })],
    undefined,
    { kind: 'new' },
  ],
  ['another after a refusal', [one(1, { accepted: false, same: false })], undefined, { kind: 'new' }],
  [
    'the same as an earlier one, while the next is verified',
    [one(1, { accepted: false, told: true }), one(2, { same: false })],
    undefined,
    { kind: 'behind', n: 2 },
  ],
  ['the accepted one again', [one(1, { accepted: true })], 1, { kind: 'over', same: true }],
  ['another after acceptance', [one(1, { accepted: true, same: false })], 1, { kind: 'over', same: false }],
  ['the same where only the fact was written before a kill', [one(1)], 1, { kind: 'over', same: true }],
  [
    'the refused one after another was accepted',
    [one(1, { accepted: false }), one(2, { accepted: true, same: false })],
    2,
    { kind: 'over', same: false },
  ],
])('%s', (_, earlier, accepted, course) => expect(courseOf(earlier, accepted)).toEqual(course))
