/**
 * The marks that verbs set, as facts: one write-once file a call in `data/marks/`, so that none is lost whatever is
 * saved over plan.md, whoever else writes, and wherever a writer is killed. No lock: workers cannot take one.
 *
 * `NNN.yaml` is a fact (JSON, which is YAML, since tick must not load a parser), `NNN.put` says that it stood in
 * plan.md at least once.
 */
import { claimFolder, makeFolder, namesIn } from '../io/folders.ts'
import { publishNumbered, threeDigits } from '../io/numbered.ts'
import { readTextOf } from '../io/reading.ts'
import { refuseLink, statIfThere } from '../io/stat.ts'
import { CHARACTER, type Item, type Mark } from './plan.ts'

/** What an item shows besides its words. */
export interface Shown {
  mark: Mark
  note?: string | undefined
  blocker?: string | undefined
  error?: string | undefined
}

/** A verb set a mark. */
export interface MarkFact extends Shown {
  number: number
  /** The item's words, which of the items with these words it is (from 0), and how many there were. */
  item: string
  nth: number
  of: number
  /** What the item showed before. */
  was: Shown
  /** Facts that a person had undone by then: they count no more. */
  overruled: number[]
  /** ISO 8601, UTC. */
  at: string
  attempt: number
}

/** Marks that were missing from a text were put back; the same text again is somebody's will. */
export interface RestoredFact {
  number: number
  restored: number[]
  /** Fingerprint of the text they were missing from. */
  over: string
  at: string
  attempt: number
}

export type Fact = MarkFact | RestoredFact

export interface Facts {
  marks: MarkFact[]
  restored: RestoredFact[]
  /** Numbers of facts that stood in plan.md once. */
  put: ReadonlySet<number>
  /** The highest number that was looked at. */
  last: number
  problems: string[]
}

const isMark = (fact: Fact): fact is MarkFact => 'item' in fact
const isRestored = (fact: Fact): fact is RestoredFact => 'over' in fact

const folderOf = (taskDir: string) => `${taskDir}/data/marks`

/** Refuses links, since a worker owns this folder and what is written here must not land elsewhere. */
export function makeMarksFolder(taskDir: string): void {
  for (const path of [`${taskDir}/data`, folderOf(taskDir)]) refuseLink(path)
  makeFolder(folderOf(taskDir))
}

/** Publishes a fact and returns its number. */
export const publishMark = (taskDir: string, fact: Omit<MarkFact, 'number'>): number =>
  publishNumbered(folderOf(taskDir), '.yaml', `${JSON.stringify(fact)}\n`)

export const publishRestored = (taskDir: string, fact: Omit<RestoredFact, 'number'>): number =>
  publishNumbered(folderOf(taskDir), '.yaml', `${JSON.stringify(fact)}\n`)

export function recordPut(taskDir: string, numbers: Iterable<number>): void {
  for (const number of numbers) claimFolder(`${folderOf(taskDir)}/${threeDigits(number)}.put`)
}

/** Gaps in the numbers, at most, that are looked into one by one. */
const GAPS = 100

/** All facts. `known` saves reading the same write-once file again; a file that is no fact is told and skipped. */
export function readFacts(taskDir: string, known = new Map<number, Fact | string>()): Facts {
  const names = namesIn(folderOf(taskDir))
  const numbers = new Set<number>()
  const put = new Set<number>()
  for (const name of names) {
    const [, digits, suffix] = /^(\d{3,9})\.(yaml|put)$/.exec(name) ?? []
    if (digits !== undefined) (suffix === 'put' ? put : numbers).add(Number(digits))
  }
  const last = [...numbers].reduce((a, b) => Math.max(a, b), 0)
  // A listing that races with writers may show a file and not an older one; who sees a fact must see all before it.
  if (last - numbers.size <= GAPS) for (let n = 1; n < last; n++) numbers.add(n)
  const facts: Fact[] = []
  const problems: string[] = []
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const fact = known.get(number) ?? readFact(taskDir, number)
    if (fact === undefined) continue
    known.set(number, fact)
    if (typeof fact === 'string') problems.push(fact)
    else facts.push(fact)
  }
  return { marks: facts.filter(isMark), restored: facts.filter(isRestored), put, last, problems }
}

/** Bytes: no mark comes near this. */
const LARGEST = 1 << 20

function readFact(taskDir: string, number: number): Fact | string | undefined {
  const path = `${folderOf(taskDir)}/${threeDigits(number)}.yaml`
  const stat = statIfThere(path)
  if (stat === undefined) return undefined
  const text = stat.isFile() && stat.size <= LARGEST ? (readTextOf(path) ?? '') : ''
  const fact = factOf(number, parsed(text))
  return fact ?? `this is not the record of a mark and does not count: ${path}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The fact that a parsed file holds, or undefined where it holds something else. */
export function factOf(number: number, value: unknown): Fact | undefined {
  if (!isRecord(value)) return undefined
  const { item, nth, of, was, overruled, restored, over, at, attempt } = value
  const common = { number, at: textOf(at) ?? '', attempt: countOf(attempt) ?? 0 }
  if (typeof over === 'string' && restored !== undefined)
    return { ...common, restored: countsOf(restored), over }
  const shown = shownOf(value)
  const place = countOf(nth)
  if (typeof item !== 'string' || item === '' || shown === undefined || place === undefined) return undefined
  return {
    ...common,
    ...shown,
    item,
    nth: place,
    of: countOf(of) ?? 1,
    was: (isRecord(was) ? shownOf(was) : undefined) ?? { mark: 'open' },
    overruled: countsOf(overruled),
  }
}

function shownOf(value: Record<string, unknown>): Shown | undefined {
  const { mark, note, blocker, error } = value
  if (!isMarkWord(mark)) return undefined
  return { mark, note: textOf(note), blocker: textOf(blocker), error: textOf(error) }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
const isMarkWord = (value: unknown): value is Mark =>
  typeof value === 'string' && Object.hasOwn(CHARACTER, value)
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const countOf = (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
const countsOf = (value: unknown): number[] =>
  Array.isArray(value) ? value.map(countOf).filter((n) => n !== undefined) : []

/** Milliseconds between the first and the last tick that still count as one stroke. */
const STROKE = 2000

/** Every one of at least three items is done, and verbs ticked them all at once: nobody saw any progress. */
export function strokeOf(facts: readonly MarkFact[], items: readonly Item[]): boolean {
  if (items.length < 3 || items.some(({ mark }) => mark !== 'done')) return false
  const seen = new Map<string, number>()
  const times = items.map(({ text }) => {
    const nth = seen.get(text) ?? 0
    seen.set(text, nth + 1)
    return Date.parse(facts.find((f) => f.mark === 'done' && f.item === text && f.nth === nth)?.at ?? '')
  })
  // A missing or unreadable time is NaN, and NaN is never small enough.
  return Math.max(...times) - Math.min(...times) <= STROKE
}
