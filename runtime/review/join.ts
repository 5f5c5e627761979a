/**
 * Groups out of pairs: two groups become one where their findings are alike on average and every one of the one group
 * is linked to every one of the other, so that no chain of small steps joins what is far apart. Pure.
 *
 * In each round those join that are each other's best. That comes to the same as always joining the best pair of all,
 * and the order of the findings matters only where scores are equal.
 */
import type { Entry } from './entry.ts'

export interface Link {
  one: Entry
  other: Entry
  /** A whole number. */
  score: number
}

interface Group {
  /** Place of its first finding in the list. */
  rank: number
  entries: Entry[]
  /** Sums of the scores with each group to which all findings are linked. */
  sums: Map<Group, number>
}

/** @param enough what the mean score must exceed */
export function joined(list: readonly Entry[], links: readonly Link[], enough: number): Entry[][] {
  const groups = new Map(
    list.map((entry, rank) => [entry, { rank, entries: [entry], sums: new Map() } as Group]),
  )
  for (const { one, other, score } of links) {
    const [left, right] = [groups.get(one), groups.get(other)]
    if (left === undefined || right === undefined) continue
    left.sums.set(right, score)
    right.sums.set(left, score)
  }
  const all = new Set(groups.values())
  for (let open = [...all]; open.length > 0; ) {
    const best = new Map(open.map((group) => [group, bestOf(group, enough)]))
    const pairs = open.flatMap((group): [Group, Group][] => {
      const other = best.get(group)
      return other !== undefined && best.get(other) === group && group.rank < other.rank
        ? [[group, other]]
        : []
    })
    for (const [one, other] of pairs) {
      all.delete(one)
      all.delete(other)
      all.add(union(one, other))
    }
    open = pairs.length === 0 ? [] : [...all]
  }
  return [...all].map(({ entries }) => entries)
}

function bestOf(group: Group, enough: number): Group | undefined {
  let best: Group | undefined
  let most = enough
  for (const [other, sum] of group.sums) {
    const mean = sum / (group.entries.length * other.entries.length)
    if (mean > most || (mean === most && best !== undefined && isBefore(group, other, best))) {
      best = other
      most = mean
    }
  }
  return best
}

/** One order for all pairs, so that of equally good ones there is always one that both take for the best. */
function isBefore({ rank }: Group, one: Group, other: Group): boolean {
  const low = Math.min(rank, one.rank) - Math.min(rank, other.rank)
  return low < 0 || (low === 0 && Math.max(rank, one.rank) < Math.max(rank, other.rank))
}

function union(one: Group, other: Group): Group {
  const group: Group = {
    rank: Math.min(one.rank, other.rank),
    entries: [...one.entries, ...other.entries],
    sums: new Map(),
  }
  for (const part of [one, other]) for (const next of part.sums.keys()) next.sums.delete(part)
  for (const [next, sum] of one.sums) {
    const more = other.sums.get(next)
    if (more === undefined) continue
    group.sums.set(next, sum + more)
    next.sums.set(group, sum + more)
  }
  return group
}
