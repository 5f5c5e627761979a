import { describe, expect, it } from 'vitest'
import { type Before, type FailedEnd, pauseBefore, type Recovery, recoveryOf } from './recover.ts'

const NOW = Date.UTC(2026, 0, 2)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const end = (more: Partial<FailedEnd>): FailedEnd => ({
  class: 'overloaded',
  until: undefined,
  model: 'opus',
  kind: 'start',
  launched: true,
  progressed: false,
  silent: false,
  cooled: false,
  ...more,
})
const earlier = (more: Partial<Before>): Before => ({
  count: 1,
  began: 'earlier',
  origin: 'opus',
  tried: [],
  anew: false,
  kind: 'resume',
  ...more,
})

interface Given {
  end: Partial<FailedEnd>
  before?: Before
  retries?: number
  backoff?: number[]
  fallback?: string
  /** 0 unless given. */
  random?: number
}

function decided({ end: ended, before, retries = 5, backoff, fallback, random = 0 }: Given) {
  const found = recoveryOf(end(ended), before, { retries, backoff }, fallback, NOW, () => random)
  return found && { ...found, until: found.until - NOW }
}

describe('what goes on by itself', () => {
  const rows: [string, Given, Partial<Recovery> | undefined][] = [
    ['overloaded: soon', { end: {} }, { until: MINUTE / 2, kind: 'resume', model: null, count: 1 }],
    ['a little later than others', { end: {}, random: 1 }, { until: MINUTE * 0.6 }],
    ['the third time', { end: {}, before: earlier({ count: 2 }) }, { until: 2 * MINUTE, count: 3 }],
    ['the last time', { end: {}, before: earlier({ count: 4 }) }, { until: 8 * MINUTE, count: 5 }],
    ['never a sixth time', { end: {}, before: earlier({ count: 5 }) }, undefined],
    [
      'anew after something was done',
      { end: { progressed: true }, before: earlier({ count: 5 }) },
      { count: 1 },
    ],
    ['not where that is switched off', { end: {}, retries: 0 }, undefined],
    ['network', { end: { class: 'network' } }, { until: MINUTE / 2, kind: 'resume' }],
    ['a limit without a time', { end: { class: 'rate-limited' } }, { until: MINUTE }],
    ['a limit with one', { end: { class: 'rate-limited', until: NOW + 3 * HOUR } }, { until: 3 * HOUR }],
    [
      'a limit with one, a little later than others, but not much',
      { end: { class: 'rate-limited', until: NOW + 3 * HOUR }, random: 1 },
      { until: 3 * HOUR + MINUTE },
    ],
    ['a time that has come', { end: { class: 'rate-limited', until: NOW - HOUR } }, { until: 0 }],
    [
      'a time that had come before, too',
      { end: { class: 'rate-limited', until: NOW - HOUR }, before: earlier({ count: 2 }) },
      { until: 5 * MINUTE },
    ],
    ['a plan with a time', { end: { class: 'quota', until: NOW + 3 * HOUR } }, { until: 3 * HOUR }],
    ['a plan without one', { end: { class: 'quota' } }, undefined],
    ['a plan that is used up for a month', { end: { class: 'quota', until: NOW + 700 * HOUR } }, undefined],
    ['pauses of the user', { end: {}, backoff: [7, 9], before: earlier({ count: 1 }) }, { until: 9 }],
    ['the last of them again', { end: {}, backoff: [7, 9], before: earlier({ count: 4 }) }, { until: 9 }],
    [
      'one that never had a worker',
      { end: { launched: false, kind: 'start', cooled: true, until: NOW + 9 } },
      { kind: 'start', count: 0, until: 9 },
    ],
    [
      'one that was spared counts for nothing',
      { end: { cooled: true, until: NOW + 9 }, before: earlier({ count: 5 }) },
      { count: 5, until: 9 },
    ],
    [
      'a conversation that grew too long',
      { end: { class: 'context-overflow' } },
      { kind: 'retry', anew: true, until: 0 },
    ],
    [
      'once',
      { end: { class: 'context-overflow', progressed: true }, before: earlier({ anew: true }) },
      undefined,
    ],
    [
      'a conversation that was not kept',
      { end: { class: 'crashed', silent: true }, before: earlier({}) },
      { kind: 'retry', count: 2 },
    ],
    ['a crash in one', { end: { class: 'crashed' }, before: earlier({}) }, undefined],
    [
      'a crash of a new one',
      { end: { class: 'crashed', silent: true }, before: earlier({ kind: 'retry' }) },
      undefined,
    ],
  ]
  it.each(rows)('%s', (_, given, expected) => {
    const found = decided(given)
    if (expected === undefined) expect(found).toBeUndefined()
    else expect(found).toMatchObject(expected)
  })

  it.each([
    'auth',
    'cli-missing',
    'model-unavailable',
    'denied',
    'timeout',
    'budget',
    'killed',
    'lost',
  ] as const)('never %s', (kind) => expect(decided({ end: { class: kind } })).toBeUndefined())
})

describe('another model', () => {
  const rows: [string, Given, string | null | undefined][] = [
    ['at once where nothing else helps', { end: { class: 'auth' } }, 'sonnet'],
    ['also where nothing is tried again', { end: { class: 'cli-missing' }, retries: 0 }, 'sonnet'],
    ['not while a short pause may do', { end: {} }, null],
    ['after one', { end: {}, before: earlier({ count: 1 }) }, 'sonnet'],
    ['instead of a long one', { end: { class: 'rate-limited', until: NOW + HOUR } }, 'sonnet'],
    ['not where nobody can be reached', { end: { class: 'network' }, before: earlier({ count: 1 }) }, null],
    ['not for a crash', { end: { class: 'crashed' } }, undefined],
  ]
  it.each(rows)('%s', (_, given, model) =>
    expect(decided({ ...given, fallback: 'sonnet' })?.model).toBe(model),
  )

  it('begins to count anew, and remembers what was tried and asked for', () =>
    expect(
      decided({
        end: { class: 'auth', model: 'haiku' },
        before: earlier({ tried: ['haiku'] }),
        fallback: 'x',
      }),
    ).toMatchObject({ model: 'x', count: 0, origin: 'opus', tried: ['haiku', 'x'], until: 0 }))

  it.each<[Partial<FailedEnd>, string]>([
    [{ progressed: true }, 'resume'],
    [{}, 'retry'],
    [{ launched: false, kind: 'start' }, 'start'],
  ])('after %j begins as %s', (ended, kind) =>
    expect(decided({ end: { class: 'auth', ...ended }, fallback: 'x' })?.kind).toBe(kind),
  )
})

it('names the moment at which a row of tries began', () => {
  expect(decided({ end: {} })?.began).toBe(new Date(NOW).toISOString())
  expect(decided({ end: {}, before: earlier({}) })?.began).toBe('earlier')
})

it('has no pause for what does not pass', () => {
  expect(pauseBefore('auth', 0, { retries: 5 })).toBeUndefined()
  expect(pauseBefore('quota', 0, { retries: 5, backoff: [1] })).toBeUndefined()
})
