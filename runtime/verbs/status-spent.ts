import { type Spent, total } from '../attempt/spent.ts'

/** Where more than one task told what it used; of one, its own page tells. */
export function totalOf(tasks: readonly Partial<Spent>[]): string | undefined {
  const telling = tasks
    .map(({ cost_usd = null, tokens = null }) => ({ cost_usd, tokens }))
    .filter(({ cost_usd, tokens }) => cost_usd !== null || tokens !== null)
  return telling.length < 2 ? undefined : `together: ${spentWords(total(telling)).join(', ')}`
}

const spentWords = ({ cost_usd, tokens }: Spent): string[] => [
  ...(cost_usd === null ? [] : [`$${cost_usd.toFixed(2)}`]),
  ...(tokens === null ? [] : [`${tokens.input} tokens in, ${tokens.output} out`]),
]
