/** The names that somebody may have meant, nearest first. Pure. */
import { spelled } from './known.ts'

export function nearest(word: string, names: readonly string[], most = 3): string[] {
  const wanted = spelled(word)
  return [...new Set(names)]
    .map((name) => ({ name, far: distance(wanted, spelled(name)) }))
    .filter(({ far }) => far < 1)
    .sort((a, b) => a.far - b.far)
    .slice(0, most)
    .map(({ name }) => name)
}

/** 0 is the same, 1 and more is a different name: the share of letters to change, less where one holds the other. */
function distance(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  if (shorter >= 2 && (a.startsWith(b) || b.startsWith(a))) return 0.1
  if (shorter >= 3 && (a.includes(b) || b.includes(a))) return 0.2
  const changes = edits(a, b)
  const allowed = Math.max(1, Math.floor(Math.max(a.length, b.length) / 2.5))
  return changes <= allowed ? 0.3 + changes / 100 : 1
}

/** Levenshtein's distance, two neighbours changing places counting as one edit. */
function edits(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}
