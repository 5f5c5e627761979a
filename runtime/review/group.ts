/**
 * Findings that mean one defect, together; those of which rules cannot tell, apart with a mark that they may. Pure.
 *
 * The surest pairs first. A group takes no two findings of one reviewer, who listed them as two, and nothing that is
 * surely another defect than any of its findings: so no chain of small steps joins what is far apart.
 */
import { candidates } from './candidates.ts'
import { byInput, type Entry, isRepeated } from './entry.ts'
import { likeness, SAME } from './same.ts'

interface Pair {
  one: Entry
  other: Entry
  score: number
}

/** By a finding: those that may be the same defect, and how much speaks for it. */
type Likes = Map<Entry, Map<Entry, number>>

interface Grouped {
  groups: Entry[][]
  /** Symmetric: what may be the same defect and did not come into the same group. */
  unclear: Map<Entry, Set<Entry>>
}

/** So much surer than another finding of the same reviewer must one be, that this one is meant and not the other. */
const MARGIN = 0.08
/** Surer than any likeness. */
const REPEATED = 9

export function grouped(entries: readonly Entry[]): Grouped {
  const groupOf = new Map(entries.map((entry) => [entry, [entry]]))
  const unclear: Grouped['unclear'] = new Map()
  for (const list of byFile(entries)) {
    const likes: Likes = new Map()
    for (const { one, other, score } of pairsOf(list, likes)) {
      const [left = [], right = []] = [groupOf.get(one), groupOf.get(other)]
      if (left === right) continue
      const isSure = score >= SAME && score - rival(likes, one, other) >= MARGIN
      if (isSure && left.every((a) => right.every((b) => (likes.get(a)?.get(b) ?? 0) > 0))) {
        const joined = [...left, ...right]
        for (const entry of joined) groupOf.set(entry, joined)
      } else {
        unclear.set(one, (unclear.get(one) ?? new Set()).add(other))
        unclear.set(other, (unclear.get(other) ?? new Set()).add(one))
      }
    }
  }
  return { groups: [...new Set(groupOf.values())], unclear }
}

function byFile(entries: readonly Entry[]): Iterable<Entry[]> {
  const files = new Map<string, Entry[]>()
  for (const entry of entries) {
    const list = files.get(entry.seen.location.file)
    if (list === undefined) files.set(entry.seen.location.file, [entry])
    else list.push(entry)
  }
  return files.values()
}

/** The surest first; noted in `likes` both ways. */
function pairsOf(list: readonly Entry[], likes: Likes): Pair[] {
  const pairs: Pair[] = []
  for (const [one, other] of candidates(list)) {
    const score = isRepeated(one, other)
      ? REPEATED
      : one.input.reviewer === other.input.reviewer
        ? undefined
        : likeness(one.seen, other.seen)
    if (score === undefined) continue
    note(likes, one, other, score)
    note(likes, other, one, score)
    pairs.push({ one, other, score })
  }
  const [low, high] = [
    ({ one, other }: Pair) => (byInput(one.input, other.input) < 0 ? one : other).input,
    ({ one, other }: Pair) => (byInput(one.input, other.input) < 0 ? other : one).input,
  ]
  return pairs.sort((a, b) => b.score - a.score || byInput(low(a), low(b)) || byInput(high(a), high(b)))
}

function note(likes: Likes, one: Entry, other: Entry, score: number): void {
  const inner = likes.get(one) ?? new Map<Entry, number>()
  likes.set(one, inner.set(other, score))
}

/** How like the one is to what else the other's reviewer found, or the other way round. */
function rival(likes: Likes, one: Entry, other: Entry): number {
  const among = (entry: Entry, taken: Entry) =>
    Math.max(
      0,
      ...[...(likes.get(entry) ?? [])].map(([next, score]) =>
        next !== taken && next.input.reviewer === taken.input.reviewer && !isRepeated(next, taken)
          ? score
          : 0,
      ),
    )
  return Math.max(among(one, other), among(other, one))
}
