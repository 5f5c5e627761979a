import { expect, it } from 'vitest'
import { verdictOn } from './vitals.ts'

const doomed = { class: 'auth' as const, message: 'No.' }
it.each([
  [{ costUsd: undefined }, undefined, undefined],
  [{ costUsd: undefined }, 1, undefined],
  [{ costUsd: 0.99 }, 1, undefined],
  [{ costUsd: 1 }, 1, 'budget'],
  [{ costUsd: 9 }, undefined, undefined],
  [{ costUsd: 9, doomed }, 1, 'doomed'],
  [{ costUsd: undefined, doomed }, undefined, 'doomed'],
])('%j of %s: %s', (facts, budget, verdict) => expect(verdictOn(facts, budget)).toBe(verdict))
