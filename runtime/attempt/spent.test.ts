import { expect, it } from 'vitest'
import { spentIn, total } from './spent.ts'

const told = (session: string, cost: number | null, input: number | null, cumulative = false) => ({
  session_id: session,
  cost_usd: cost,
  tokens: input === null ? null : { input, output: 1 },
  cumulative,
})

it.each([
  ['nothing told', [told('a', null, null)], null, null],
  ['a process each', [told('a', 1, 10), told('a', 2, 5)], 3, 15],
  [
    'from the beginning of the conversation',
    [told('a', null, 10, true), told('a', null, 25, true)],
    null,
    25,
  ],
  ['two conversations', [told('a', null, 10, true), told('b', null, 7, true)], null, 17],
  [
    'the newest said nothing',
    [told('a', null, 10, true), told('a', null, null, true), told('b', null, 1, true)],
    null,
    11,
  ],
  ['one after the other CLI', [told('a', null, 10, true), told('b', 2, 5)], 2, 15],
])('%s', (_, exits, cost, input) => {
  const spent = spentIn(exits)
  expect([spent.cost_usd, spent.tokens?.input ?? null]).toEqual([cost, input])
})

it('adds up what was told', () =>
  expect(
    total([
      { cost_usd: null, tokens: null },
      { cost_usd: 1, tokens: { input: 1, output: 2 } },
      { cost_usd: 2, tokens: null },
    ]),
  ).toEqual({ cost_usd: 3, tokens: { input: 1, output: 2 } }))
