/**
 * A finding means at most one of another reviewer's. So what else that reviewer found there counts: a pair that is the
 * likelier of several is surer than its words alone, and one that another outdoes is less so. Pure.
 */
import { type Entry, isRepeated } from './entry.ts'
import type { Compared } from './same.ts'

export interface Pair {
  one: Entry
  other: Entry
  compared: Compared
}

/** For being so much more alike than the next best, from -MARGIN to MARGIN. */
const AHEAD = 4.4
const MARGIN = 0.5
/** For each of up to two findings that are as near. */
const RIVAL = -1.3
/** Where one has no line the other may be anywhere: about as near as so many lines. */
const SOMEWHERE = 3

/** What is next to a finding, by the reviewer who found it. */
type Others = Map<Entry, Map<string, { entry: Entry; compared: Compared }[]>>

/** @returns the score of each pair, in whole thousandths: their sums do not depend on the order. */
export function scoresOf(pairs: readonly Pair[]): number[] {
  const others: Others = new Map()
  for (const { one, other, compared } of pairs) {
    note(others, one, other, compared)
    note(others, other, one, compared)
  }
  return pairs.map(({ one, other, compared }) => {
    const here = rivalsOf(others, one, other, compared)
    const there = rivalsOf(others, other, one, compared)
    const ahead = compared.alike - Math.max(here.alike, there.alike)
    const near = compared.apart === undefined ? 0 : Math.min(2, Math.max(here.near, there.near))
    const score = compared.score + AHEAD * Math.max(-MARGIN, Math.min(MARGIN, ahead)) + RIVAL * near
    return Math.round(1000 * (compared.isTwin ? Math.min(0, score) : score))
  })
}

function note(others: Others, one: Entry, other: Entry, compared: Compared): void {
  const byReviewer = others.get(one) ?? new Map()
  others.set(one, byReviewer)
  const list = byReviewer.get(other.input.reviewer)
  if (list === undefined) byReviewer.set(other.input.reviewer, [{ entry: other, compared }])
  else list.push({ entry: other, compared })
}

/** How alike the best of the others is, and how many are as near as `taken`. */
function rivalsOf(others: Others, one: Entry, taken: Entry, { apart = SOMEWHERE }: Compared) {
  let alike = 0
  let near = 0
  for (const { entry, compared } of others.get(one)?.get(taken.input.reviewer) ?? []) {
    if (entry === taken || isRepeated(entry, taken)) continue
    alike = Math.max(alike, compared.alike)
    if ((compared.apart ?? SOMEWHERE) <= apart) near += 1
  }
  return { alike, near }
}
