/**
 * Which findings of a file are worth comparing: those near each other, and those without lines that share a word or a
 * kind. So the work grows with the number of findings and not with that of their pairs. Pure.
 */
import { byInput, type Entry } from './entry.ts'
import { NEAR } from './same.ts'

/** No review has more at one place, or with one word in one file: that many tell nothing of each other. */
const CROWD = 100

/** Each pair once. */
export function* candidates(list: readonly Entry[]): Generator<[Entry, Entry]> {
  const placed = list
    .filter(({ seen }) => seen.location.lines !== undefined)
    .sort((a, b) => firstOf(a) - firstOf(b) || byInput(a.input, b.input))
  yield* neighbours(placed)
  yield* alike(list, new Set(placed))
}

function* neighbours(placed: readonly Entry[]): Generator<[Entry, Entry]> {
  for (const [n, one] of placed.entries()) {
    const end = (one.seen.location.lines?.[1] ?? 0) + NEAR
    for (const other of placed.slice(n + 1, n + 1 + CROWD)) {
      if (firstOf(other) > end) break
      yield [one, other]
    }
  }
}

/** Those without lines, with whatever could be meant by them. */
function* alike(list: readonly Entry[], placed: ReadonlySet<Entry>): Generator<[Entry, Entry]> {
  const lost = list.filter((entry) => !placed.has(entry))
  if (lost.length === 0) return
  const having = new Map<string, Entry[]>()
  for (const entry of list)
    for (const mark of marksOf(entry)) {
      const found = having.get(mark)
      if (found === undefined) having.set(mark, [entry])
      else found.push(entry)
    }
  const done = new Set<Entry>()
  for (const one of lost) {
    done.add(one)
    const others = new Set<Entry>(list.length <= CROWD ? list : [])
    for (const mark of marksOf(one)) {
      const found = having.get(mark) ?? []
      if (found.length <= CROWD) for (const other of found) others.add(other)
    }
    for (const other of others) if (!done.has(other)) yield [one, other]
  }
}

const marksOf = ({ seen: { words, names, concepts } }: Entry): string[] => [
  ...words.stems,
  ...[...names].map((name) => `\`${name}`),
  ...[...concepts].map((kind) => `(${kind})`),
]

const firstOf = ({ seen }: Entry) => seen.location.lines?.[0] ?? 0
