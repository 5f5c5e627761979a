/**
 * Do two findings mean one defect? Pure, and careful: two defects taken for one hide one, while one told twice costs a
 * look. Only a plain yes merges; what cannot be told stays two, and they refer to each other.
 */
import { conceptsOf } from './concepts.ts'
import { distance, type Location } from './location.ts'
import { alike, common, type Words, wordsOf } from './words.ts'

export interface Seen {
  location: Location
  gate: string
  task: string | undefined
  words: Words
  concepts: ReadonlySet<string>
}

/** `file` is the one name that all spellings of it have. */
export function seen(
  finding: { gate: string; task?: string | undefined; description: string; suggestion?: string | undefined },
  location: Location,
): Seen {
  return {
    location,
    gate: finding.gate,
    task: finding.task,
    words: wordsOf(finding.description),
    // What is to be done often says in other words what is wrong; the defect itself counts first.
    concepts: conceptsOf(finding.description),
  }
}

/** Lines apart that still are one place: reviewers name the call, the line above it, or the function's head. */
const CLOSE = 3
/** Beyond this the same words mean the same mistake made twice, which is two defects. */
export const NEAR = 12

/** So alike is what one reviewer would say of both. */
const TWIN = 0.3

interface Verdict {
  is: 'same' | 'different' | 'unclear'
  /** 0 to 1; of two that both are the same, the surer one is joined first. */
  score: number
}

export function compare(one: Seen, other: Seen): Verdict {
  if (one.location.file !== other.location.file) return { is: 'different', score: 0 }
  const apart = distance(one.location, other.location)
  const shared = common(one.concepts, other.concepts)
  const said = alike(one.words.stems, other.words.stems)
  const names = common(one.words.names, other.words.names)
  const otherKind = one.concepts.size > 0 && other.concepts.size > 0 && shared.length === 0
  const otherNames = one.words.names.size > 0 && other.words.names.size > 0 && names.length === 0
  const kinds = shared.reduce((sum, kind) => sum + (VAGUE.has(kind) ? 0.5 : 1), 0)
  const score =
    said +
    (apart !== undefined && apart > CLOSE ? 0.25 : 0.45) * Math.min(1, kinds) +
    0.15 * Math.min(2, names.length) -
    (otherKind ? 0.35 : 0) -
    (otherNames ? 0.1 : 0)
  const needed = threshold(apart, one.gate === other.gate)
  if (needed === undefined) return { is: 'different', score: 0 }
  // The same words about another name, on another line: a mistake that was made twice.
  const isTwin = otherNames && apart !== 0 && said > TWIN
  if (score >= needed && !isTwin) return { is: 'same', score }
  return { is: score >= needed - 0.2 && !otherKind ? 'unclear' : 'different', score }
}

/** Kinds that go with many others. */
const VAGUE = new Set(['config', 'default', 'empty', 'stale', 'unused', 'types', 'validation', 'idempotency'])

/** How sure one must be, by how far apart they are; undefined: never. */
function threshold(apart: number | undefined, sameGate: boolean): number | undefined {
  const otherGate = sameGate ? 0 : 0.1
  if (apart === undefined) return 0.45 + otherGate
  if (apart <= CLOSE) return 0.42 + otherGate
  if (apart <= NEAR) return 0.8 + otherGate
  return undefined
}
