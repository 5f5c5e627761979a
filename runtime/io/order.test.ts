import { expect, it } from 'vitest'
import { byCode, byCount } from './order.ts'

it.each([
  [
    ['task-10', 'task-2', 'task-1'],
    ['task-1', 'task-2', 'task-10'],
  ],
  [
    ['b', 'a-b', 'ab', 'a', 'a1', '9'],
    ['9', 'a', 'a-b', 'a1', 'ab', 'b'],
  ],
  [
    ['v2-10', 'v10-2', 'v2-9'],
    ['v2-9', 'v2-10', 'v10-2'],
  ],
  [
    ['x-2', 'x-02', 'x-002'],
    ['x-002', 'x-02', 'x-2'],
  ],
  [
    ['n99999999999999999998', 'n99999999999999999999', 'n100000000000000000000'],
    ['n99999999999999999998', 'n99999999999999999999', 'n100000000000000000000'],
  ],
])('as people count: %j', (given, sorted) => {
  expect([...given].sort(byCount)).toEqual(sorted)
  expect([...given].reverse().sort(byCount)).toEqual(sorted)
})

it('agrees with the language of the machine on ids', () => {
  const intl = new Intl.Collator('en', { numeric: true })
  const ids = [
    'a',
    'a-1',
    'a-10',
    'a-2',
    'a1',
    'a10',
    'ab',
    'abc-def',
    'abc',
    '1',
    '10',
    '2-x',
    'z-9-a',
    'z-10',
  ]
  expect([...ids].sort(byCount)).toEqual([...ids].sort(intl.compare))
})

it('times in ISO 8601', () => {
  const times = ['2031-01-01T00:00:00.000Z', '2030-12-31T23:59:59.999Z', '', '2031-01-01T00:00:00.001Z']
  expect(times.sort(byCode)).toEqual([
    '',
    '2030-12-31T23:59:59.999Z',
    '2031-01-01T00:00:00.000Z',
    '2031-01-01T00:00:00.001Z',
  ])
  expect(byCode('a', 'a')).toBe(0)
})
