import { expect, it } from 'vitest'
import { verdictOn } from './vitals.ts'

const doomed = { class: 'auth' as const, message: 'No.' }
const pausing = { class: 'rate-limited' as const, message: 'Later.' }
const given = { budget: undefined, patience: undefined, silent: 0 }
it.each([
  [{ costUsd: undefined }, undefined, undefined],
  [{ costUsd: undefined }, 1, undefined],
  [{ costUsd: 0.99 }, 1, undefined],
  [{ costUsd: 1 }, 1, 'budget'],
  [{ costUsd: 9 }, undefined, undefined],
  [{ costUsd: 9, doomed }, 1, 'doomed'],
  [{ costUsd: undefined, doomed }, undefined, 'doomed'],
])('%j of %s: %s', (facts, budget, verdict) => expect(verdictOn(facts, { ...given, budget })).toBe(verdict))

it.each([
  [{ patience: 60_000, silent: 59_000 }, undefined],
  [{ patience: 60_000, silent: 61_000 }, 'doomed'],
  [{ patience: undefined, silent: 1e9 }, undefined],
])('of one that waits for the end of a limit, with %j: %s', (times, verdict) => {
  expect(verdictOn({ costUsd: undefined, pausing }, { ...given, ...times })).toBe(verdict)
  expect(verdictOn({ costUsd: undefined }, { ...given, ...times })).toBeUndefined()
})
