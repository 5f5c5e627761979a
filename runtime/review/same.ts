/**
 * Do two findings mean one defect? What speaks for it and against it is added up: the place, the kind of defect,
 * names from the code, words. Careful, because two defects taken for one hide one. Pure.
 *
 * Each weight is the logarithm of the odds that such a sign changes. They were fitted to fixtures/dev.yaml and
 * blind-a.yaml and rounded; corpus.test.ts tells how they fare on what they were not fitted to.
 */
import { conceptsOf, synonymsOf } from './concepts.ts'
import { distance, type Location } from './location.ts'
import { type Rarity, shared } from './rarity.ts'
import { type Finding, SEVERITIES, type Severity } from './report.ts'
import { common, type Words, wordsOf } from './words.ts'

export interface Seen {
  location: Location
  gate: string
  severity: Severity
  /** What is to be done included: it often has the words in which another says what is wrong. */
  words: Words
  /** Stems, synonyms and kinds: a kind that half the findings are of tells as little as a word that half of them have. */
  marks: ReadonlySet<string>
  /** Names in what is wrong, without those in what is to be done. */
  names: ReadonlySet<string>
  numbers: ReadonlySet<string>
  concepts: ReadonlySet<string>
}

type Said = Pick<Finding, 'gate' | 'severity' | 'description' | 'suggestion'>

/** `location` has the one name of the file that all spellings of it have. */
export function seen({ gate, severity, description, suggestion = '' }: Said, location: Location): Seen {
  const wrong = wordsOf(description)
  const advice = wordsOf(suggestion)
  const concepts = conceptsOf(description)
  // What the file is about, all that is said of it is about.
  const topic = wordsOf(location.file.replace(/\W/g, ' ')).stems
  const stems = new Set([...wrong.stems, ...advice.stems].filter((stem) => !topic.has(stem)))
  return {
    location,
    gate,
    severity,
    words: { stems, names: new Set([...wrong.names, ...advice.names]) },
    marks: new Set([
      ...stems,
      ...[...synonymsOf(`${description} ${suggestion}`)].map((word) => `~${word}`),
      ...[...concepts].map((kind) => `(${kind})`),
    ]),
    names: wrong.names,
    numbers: new Set(`${description} ${suggestion}`.match(/\d+/g)),
    concepts,
  }
}

/** Beyond this the same words mean the same mistake made twice, which is two defects. */
export const NEAR = 8
/** By lines apart: reviewers name the call, the line above it, or the function's head. */
const PLACE = [1.7, 0.5, -0.9, -1.5, -1.8, -2]
const FAR = -4.6
const ANYWHERE = -0.4

const KIND = 0.7
const OTHER_KIND = -1.5
/** For the first two names. */
const NAME = 0.5
const OTHER_NAMES = -1.3
const NUMBER = 0.8
const OTHER_GATE = -1.8
/** Critical for one and medium for the other. */
const OTHER_SEVERITY = -1.5
/** For each rare word up to so many, and for the share of the shorter text that they make. */
const WORD = 0.8
const WORDS = 4
const SHARE = 2.5
/** So alike is what one reviewer would say of both. */
const TWIN = 0.4

/** A range so wide names a whole function, and says as little of the place as none. */
const WIDE = 15
const isWide = ({ lines }: Location) => lines !== undefined && lines[1] - lines[0] > WIDE

export interface Compared {
  /** Lines between them, where both have a place. */
  apart: number | undefined
  /** Share of all their words that both have, 0 to 1. */
  alike: number
  /** How much speaks for one defect; of what else their reviewers found, see rivals.ts. */
  score: number
  /** The same words about another name, on another line: a mistake that was made twice, or one named in two ways. */
  isTwin: boolean
}

/** @returns undefined where the places are too far apart to tell */
export function compare(one: Seen, other: Seen, rarity: Rarity): Compared | undefined {
  const between = distance(one.location, other.location)
  if (between !== undefined && between > NEAR) return undefined
  const apart = isWide(one.location) || isWide(other.location) ? undefined : between
  const { weight, share, alike } = shared(one.marks, other.marks, rarity)
  const otherNames =
    one.names.size > 0 && other.names.size > 0 && common(one.words.names, other.words.names) === 0
  const score =
    (apart === undefined ? ANYWHERE : (PLACE[apart] ?? FAR)) +
    WORD * Math.min(WORDS, weight) +
    SHARE * share +
    (otherNames ? OTHER_NAMES : NAME * Math.min(2, sharedNames(one, other))) +
    (common(one.numbers, other.numbers) > 0 ? NUMBER : 0) +
    kindOf(one.concepts, other.concepts) +
    (one.gate === other.gate ? 0 : OTHER_GATE) +
    (Math.abs(rank(one) - rank(other)) > 1 ? OTHER_SEVERITY : 0)
  return { apart, alike, score, isTwin: otherNames && apart !== 0 && share > TWIN }
}

/** Names of both; where there are none, names of one that the other has as words. */
const sharedNames = (one: Seen, other: Seen) =>
  common(one.names, other.names) ||
  common(one.names, other.words.stems) + common(other.names, one.words.stems)

function kindOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  if (one.size === 0 || other.size === 0) return 0
  return common(one, other) > 0 ? KIND : OTHER_KIND
}

const rank = ({ severity }: Seen) => SEVERITIES.indexOf(severity)
