/** How much a word tells: one that two findings of many have tells much, one that all have tells nothing. Pure. */

export interface Rarity {
  /** Of a word, 0 to 1. */
  of: (word: string) => number
  /** Of all words of a text. */
  total: (words: ReadonlySet<string>) => number
}

export function rarityIn(texts: readonly ReadonlySet<string>[]): Rarity {
  const counts = new Map<string, number>()
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  const scale = Math.log(texts.length + 1)
  const weights = new Map(
    // Two findings of one defect are expected to share a word: only what further ones have is common.
    [...counts].map(([word, count]) => [word, 1 - Math.log(Math.max(1, count - 1)) / scale]),
  )
  const of = (word: string) => weights.get(word) ?? 1
  const totals = new WeakMap<ReadonlySet<string>, number>()
  const total = (words: ReadonlySet<string>) => {
    const known = totals.get(words)
    if (known !== undefined) return known
    const sum = [...words].reduce((all, word) => all + of(word), 0)
    totals.set(words, sum)
    return sum
  }
  return { of, total }
}

/** What two texts have in common: its weight, its share of the shorter text, and its share of both (Dice). */
export function shared(
  one: ReadonlySet<string>,
  other: ReadonlySet<string>,
  rarity: Rarity,
): { weight: number; share: number; alike: number } {
  const [fewer, more] = one.size < other.size ? [one, other] : [other, one]
  let weight = 0
  for (const word of fewer) if (more.has(word)) weight += rarity.of(word)
  const [left, right] = [rarity.total(one), rarity.total(other)]
  return {
    weight,
    share: weight / Math.max(1, Math.min(left, right)),
    alike: left + right === 0 ? 0 : (2 * weight) / (left + right),
  }
}
