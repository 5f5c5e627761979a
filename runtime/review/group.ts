/**
 * Findings that mean one defect, together; those of which rules cannot tell, apart with a mark that they may. Pure.
 */
import { candidates } from './candidates.ts'
import { byInput, byText, type Entry, isRepeated } from './entry.ts'
import { joined, type Link } from './join.ts'
import { type Rarity, rarityIn } from './rarity.ts'
import { type Pair, scoresOf } from './rivals.ts'
import { compare } from './same.ts'

interface Grouped {
  groups: Entry[][]
  /** Symmetric: what may be the same defect and did not come into the same group. */
  unclear: Map<Entry, Set<Entry>>
}

/** In thousandths, as all scores here. Enough to be one defect, on average of all pairs of a group. */
const SAME = 800
/** What two need to be told of each other. */
const MAYBE = -500
/** Less than this keeps two out of one group, whatever others say for it. */
const NEVER = -1000
/** The same words at the same place, listed twice by one reviewer. */
const REPEATED = 9000

export function grouped(entries: readonly Entry[]): Grouped {
  const rarity = rarityIn(entries.map(({ seen }) => seen.marks))
  const groups: Entry[][] = []
  const unclear: Grouped['unclear'] = new Map()
  const mark = (one: Entry, other: Entry) => unclear.set(one, (unclear.get(one) ?? new Set()).add(other))
  for (const list of byFile(entries)) {
    const links = linksOf(list, rarity)
    const found = joined(list, links, SAME)
    groups.push(...found)
    const groupOf = new Map(found.flatMap((group) => group.map((entry) => [entry, group])))
    for (const { one, other, score } of links)
      if (score >= MAYBE && groupOf.get(one) !== groupOf.get(other)) {
        mark(one, other)
        mark(other, one)
      }
  }
  return { groups, unclear }
}

/** By what they say first, so that the order in which a reviewer lists them does not matter. */
const byWords = (a: Entry, b: Entry) =>
  byText(a.finding.description, b.finding.description) ||
  byText(a.finding.location, b.finding.location) ||
  byInput(a.input, b.input)

function byFile(entries: readonly Entry[]): Iterable<Entry[]> {
  const files = new Map<string, Entry[]>()
  for (const entry of [...entries].sort(byWords)) {
    const list = files.get(entry.seen.location.file)
    if (list === undefined) files.set(entry.seen.location.file, [entry])
    else list.push(entry)
  }
  return files.values()
}

/** Two findings of one reviewer, who listed them as two, have no link. */
function linksOf(list: readonly Entry[], rarity: Rarity): Link[] {
  const repeated: Link[] = []
  const pairs: Pair[] = []
  for (const [one, other] of candidates(list)) {
    if (isRepeated(one, other)) repeated.push({ one, other, score: REPEATED })
    if (one.input.reviewer === other.input.reviewer) continue
    const compared = compare(one.seen, other.seen, rarity)
    if (compared !== undefined) pairs.push({ one, other, compared })
  }
  const scores = scoresOf(pairs)
  const links = pairs.map(({ one, other }, n): Link => ({ one, other, score: scores[n] ?? NEVER }))
  return [...repeated, ...links.filter(({ score }) => score > NEVER)]
}
