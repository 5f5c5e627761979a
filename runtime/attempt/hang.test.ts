import { describe, expect, it } from 'vitest'
import { type Look, pulseAfter, saySilent } from './hang.ts'

const MINUTE = 60_000
const look = (more: Partial<Look>): Look => ({
  at: 20 * MINUTE,
  began: 0,
  output: 0,
  cpu: 0,
  busy: false,
  ...more,
})

describe('the last sign of life', () => {
  const before = { alive: 10 * MINUTE, at: 19 * MINUTE, cpu: 5000 }
  const rows: [string, typeof before | undefined, Partial<Look>, number][] = [
    ['what was known, when nothing is new', before, { cpu: 5000 }, 10],
    ['its output', before, { cpu: 5000, output: 15 * MINUTE }, 15],
    ['not an older output', before, { cpu: 5000, output: 5 * MINUTE }, 10],
    ['not an output of the future', before, { cpu: 5000, output: 99 * MINUTE }, 20],
    ['now, when it used the processor', before, { cpu: 5000 + 0.08 * MINUTE }, 20],
    ['not what a runtime uses that only waits', before, { cpu: 5000 + 0.02 * MINUTE }, 10],
    ['now, when it has a child that works', before, { cpu: 5000, busy: true }, 20],
    ['now, when one of its processes ended', before, { cpu: 100 }, 20],
    ['its output, at the first look', undefined, { cpu: 100, output: 8 * MINUTE }, 8],
    ['its beginning, when it never said anything', undefined, { cpu: 100 }, 0],
    [
      'unknown and so now, at a first look at one that worked',
      undefined,
      { cpu: 2 * MINUTE, output: 8 * MINUTE },
      20,
    ],
  ]
  it.each(rows)('%s', (_, known, more, alive) =>
    expect(pulseAfter(known, look(more)).alive).toBe(alive * MINUTE),
  )

  it('is not judged by a moment: the processor time is kept until a while has passed', () => {
    const soon = pulseAfter(before, look({ at: before.at + 2000, cpu: 5000 + 600 }))
    expect(soon).toEqual(before)
    // In so many looks the little that it used has been much for that while.
    expect(pulseAfter(soon, look({ at: before.at + 10_000, cpu: 5000 + 600 })).alive).toBe(before.at + 10_000)
  })
})

it.each([
  [95_000, '95 s'],
  [12.4 * MINUTE, '12 min'],
])('says how long: %i', (ms, words) =>
  expect(saySilent('one', new Date(1000), 1000 + ms)).toBe(
    `No sign of life for ${words}: no output, no processor time, no child. See: dispatch log one. End it: dispatch stop one`,
  ),
)
