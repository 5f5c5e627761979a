import { describe, expect, test } from 'vitest'
import { locationOf } from './location.ts'
import { rarityIn } from './rarity.ts'
import { compare, seen } from './same.ts'

const BASE = {
  location: 'src/cart.ts:20',
  gate: 'correctness',
  severity: 'high',
  description: 'Discount is applied before shipping.',
  suggestion: undefined,
} as const
type Change = { [K in keyof typeof BASE]?: string | undefined }
const seenOf = (change: Change) => {
  const finding = { ...BASE, ...change } as typeof BASE
  return seen(finding, locationOf(finding.location))
}
const score = (one: Change, other: Change) => compare(seenOf(one), seenOf(other), rarityIn([]))?.score

describe('for one defect speaks', () => {
  test.each<[string, Change, Change, Change]>([
    ['the same line rather than the next', {}, {}, { location: 'src/cart.ts:21' }],
    [
      'the next line rather than the fourth',
      {},
      { location: 'src/cart.ts:19' },
      { location: 'src/cart.ts:24' },
    ],
    ['no line rather than the seventh', {}, { location: 'src/cart.ts' }, { location: 'src/cart.ts:27' }],
    ['the line rather than a function around it', {}, {}, { location: 'src/cart.ts:1-60' }],
    ['the same gate', {}, {}, { gate: 'style' }],
    ['a near severity', { severity: 'critical' }, {}, { severity: 'medium' }],
    ['the same words', {}, {}, { description: 'Voucher was taken off afterwards.' }],
    [
      'more words, where all are shared',
      { description: 'Apples bring cider delight' },
      { description: 'Apples bring cider delight' },
      { description: 'Apples' },
    ],
    [
      'what is to be done',
      { suggestion: 'Clamp quantities.' },
      { suggestion: 'Clamp.' },
      { suggestion: 'Stop.' },
    ],
    [
      'a name rather than its words',
      { description: '`net_sum` rises' },
      { description: '`net_sum` falls' },
      { description: 'Net sum falls' },
    ],
    [
      'no name rather than another',
      { description: '`total` up' },
      { description: 'Sinks' },
      { description: '`tax` up' },
    ],
    ['a number', { description: 'Off for 3' }, { description: 'Bad at 3' }, { description: 'Bad at 4' }],
    [
      'a kind',
      { description: 'SQL injection' },
      { description: 'Use a placeholder in the query' },
      { description: 'Use a table' },
    ],
    [
      'none rather than another kind',
      { description: 'SQL injection' },
      { description: 'Odd' },
      { description: 'Typo, rename' },
    ],
    [
      'a word for a word',
      { description: 'Garbage piles up' },
      { description: 'Heap swells' },
      { description: 'Hill swells' },
    ],
  ])('%s', (_, one, nearer, other) =>
    expect(score(one, nearer)).toBeGreaterThan(score(one, other) ?? Number.POSITIVE_INFINITY),
  )
})

test('places too far apart are not compared', () =>
  expect(score({}, { location: 'src/cart.ts:29' })).toBeUndefined())

test("words of the file's path tell nothing", () => {
  const { marks } = seenOf({ description: 'Carts overflow.' })
  expect([...marks]).toContain('overflow')
  expect([...marks]).not.toContain('cart')
})
