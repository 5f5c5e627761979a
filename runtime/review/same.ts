/**
 * Do two findings mean one defect? Pure, and careful: two defects taken for one hide one, while one told twice costs a
 * look. What speaks for it and against it is added up: the place, the kind of defect, names from the code, words.
 */
import { conceptsOf } from './concepts.ts'
import { distance, type Location } from './location.ts'
import { alike, common, type Words, wordsOf } from './words.ts'

export interface Seen {
  location: Location
  gate: string
  words: Words
  concepts: ReadonlySet<string>
}

/** `location` has the one name of the file that all spellings of it have. */
export function seen(finding: { gate: string; description: string }, location: Location): Seen {
  return {
    location,
    gate: finding.gate,
    words: wordsOf(finding.description),
    // What is to be done often says in other words what is wrong; the defect itself counts first.
    concepts: conceptsOf(finding.description),
  }
}

/** Beyond this the same words mean the same mistake made twice, which is two defects. */
export const NEAR = 8
/** Lines apart that still are one place: reviewers name the call, the line above it, or the function's head. */
const CLOSE = 5
/** By lines apart: how much a place speaks for one defect, where reviewers say nothing else in common. */
const PLACE = [0.4, 0.38, 0.28, 0.2, 0.12, 0.08]
const FAR = -0.3
const ANYWHERE = 0

const KIND = 0.45
const OTHER_KIND = 0.2
const ONE_KIND = 0.06
const NAME = 0.15
const OTHER_NAMES = 0.1
const OTHER_GATE = 0.2
/** So alike is what one reviewer would say of both. */
const TWIN = 0.3

/** Enough to be one defect; less than `MAYBE` is nothing that two need to be told of each other. */
export const SAME = 0.36
const MAYBE = 0.25

/** A range so wide names a whole function, and says as little of the place as none. */
const WIDE = 15
const isWide = ({ lines }: Location) => lines !== undefined && lines[1] - lines[0] > WIDE

/** How much speaks for one defect; 0: they are two, and alike; undefined: nothing to tell of each other. */
export function likeness(one: Seen, other: Seen): number | undefined {
  const between = distance(one.location, other.location)
  if (between !== undefined && between > NEAR) return undefined
  const apart = isWide(one.location) || isWide(other.location) ? undefined : between
  const kinds = common(one.concepts, other.concepts)
  const said = alike(one.words.stems, other.words.stems)
  const names = common(one.words.names, other.words.names)
  const otherKind = one.concepts.size > 0 && other.concepts.size > 0 && kinds.length === 0
  const otherNames = one.words.names.size > 0 && other.words.names.size > 0 && names.length === 0
  // The same words about another name, on another line: a mistake that was made twice.
  if (otherNames && apart !== 0 && said > TWIN) return 0
  const score =
    (apart === undefined ? ANYWHERE : apart > CLOSE ? FAR : (PLACE[apart] ?? FAR)) +
    said +
    (kinds.length > 0
      ? KIND
      : otherKind
        ? -OTHER_KIND
        : one.concepts.size === other.concepts.size
          ? 0
          : -ONE_KIND) +
    (otherNames ? -OTHER_NAMES : NAME * Math.min(2, names.length)) -
    (one.gate === other.gate ? 0 : OTHER_GATE)
  return score < MAYBE ? undefined : score
}
