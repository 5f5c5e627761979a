/** plan.md on disk, which people, editors and any number of workers write without a lock. */
import { join } from 'node:path'
import { type DispatchError, unreadable } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { moveIfThere, removeAll } from '../io/handling.ts'
import { publish } from '../io/publishing.ts'
import { randomName } from '../io/random.ts'
import { readBytesIfThere } from '../io/reading.ts'
import { refuseLink, statIfThere } from '../io/stat.ts'
import { type Folded, fingerprint, fold } from './fold.ts'
import { ITEM_EXAMPLE } from './grammar.ts'
import { type Fact, publishRestored, readFacts, recordPut } from './marks.ts'
import { type Item, type Scan, scanPlan } from './plan.ts'
import type { WordsShown } from './shown.ts'
import { withTexts } from './words.ts'

/** One look at plan.md. Without `text` there is nothing in it to work with, and `damage` says why. */
export interface Settled {
  text: string | undefined
  damage: Scan['damage']
  /** What the file was when it was read; it is another one as soon as this differs. */
  version: string
}

const NOTHING: ReadonlySet<string> = new Set()

/** Milliseconds between two looks at a file that somebody is writing, and the number of looks. A verb looks twice: 200 ms in all. */
const PAUSE = 20
const LOOKS = 6
/** A text that lacks known items is taken for a half-written one while it is younger than this, in milliseconds. */
const FRESH = 100
/** Rounds in which somebody else was quicker. After that the others write what is recorded, and `status` counts it. */
const ROUNDS = 200

/**
 * Reads plan.md, and waits a little where somebody seems to be in the middle of writing it: an editor that truncates
 * first. `expected` are the words of the items that a whole text has, unless a person took them out.
 */
export function readSettled(taskDir: string, expected: ReadonlySet<string>): Settled {
  const path = join(taskDir, 'plan.md')
  for (let looks = 1; ; looks++) {
    refuseLink(path)
    const version = versionOf(path)
    const { text, damage, items } = contentOf(path)
    const settled = { text, damage, version }
    if (looks === LOOKS) return settled
    if (text !== undefined && !(isFresh(path) && lacks(items, expected))) return settled
    pause(PAUSE)
  }
}

/** Bytes. What is longer would keep everybody who looks waiting. */
const LARGEST = 1 << 20

interface Content extends Pick<Settled, 'text' | 'damage'> {
  items: Item[]
}

function contentOf(path: string): Content {
  const expected = `a checklist, one item a line, such as ${ITEM_EXAMPLE}`
  const nothing = (found: string) => ({ text: undefined, damage: { line: 1, expected, found }, items: [] })
  const stat = statIfThere(path)
  if (stat === undefined) return nothing('no file')
  if (!stat.isFile()) return nothing('something that is no file')
  if (stat.size > LARGEST) return nothing(`${stat.size} bytes, and no plan is that long`)
  const bytes = readBytesIfThere(path)
  if (bytes === undefined) return nothing('no file')
  const text = bytes.toString('utf8')
  // Bytes that are no UTF-8 would not be written back as they were.
  if (!Buffer.from(text, 'utf8').equals(bytes)) return nothing('bytes that are not UTF-8')
  const { damage, items } = scanPlan(text)
  return { text: damage === undefined ? text : undefined, damage, items }
}

/** The complaint about a plan.md that cannot be used. The file stays as it is. */
export function damagedPlan(taskDir: string, { damage }: Settled, recorded: boolean): DispatchError {
  const newest = namesIn(join(taskDir, 'attempts'))
    .filter((name) => /^\d{3,}$/.test(name))
    .sort((a, b) => Number(a) - Number(b))
    .at(-1)
  const launched =
    newest === undefined
      ? ''
      : `; the plan as launched stands in ${join(taskDir, 'attempts', newest, 'prompt.md')}`
  return unreadable({
    what: `plan.md is empty or damaged${recorded ? ', the mark was recorded all the same and is not lost' : ''}`,
    where: `${join(taskDir, 'plan.md')}:${damage?.line ?? 1}`,
    expected: damage?.expected,
    found: damage?.found,
    next: `Nothing was written over it. Restore the checklist${launched}.`,
  })
}

/**
 * Writes all facts into plan.md. No lock: who finds that the file changed meanwhile begins again, and who has written
 * looks again for facts that came too late, so that the last writer leaves a text that holds them all.
 *
 * @param own the fact that this is about
 */
export function writeFolded(
  taskDir: string,
  own: number,
  shown: WordsShown,
  stamp: () => { at: string; attempt: number },
): Folded {
  const path = join(taskDir, 'plan.md')
  const known = new Map<number, Fact | string>()
  let written: { text: string; last: number } | undefined
  for (let round = 1; ; round++) {
    const facts = readFacts(taskDir, known)
    const settled = readSettled(taskDir, written === undefined ? shown.last : NOTHING)
    if (settled.text === undefined) throw damagedPlan(taskDir, settled, true)
    const { text } = settled
    // Our own text is nobody's will: if it came too late and covered newer marks, they count.
    const mine = written?.text === text ? written : undefined
    const restored =
      mine === undefined ? facts.restored : facts.restored.filter(({ number }) => number <= mine.last)
    const folded = fold(text, { marks: facts.marks, restored }, shown.all)
    if (folded.text === text) recordPut(taskDir, [own])
    if (folded.text === text || round === ROUNDS) return folded
    if (!replaceIf(path, folded.text, () => versionOf(path) === settled.version)) continue
    written = { text: folded.text, last: facts.last }
    const back = folded.applied.filter((number) => facts.put.has(number))
    recordPut(taskDir, folded.applied)
    if (back.length > 0) publishRestored(taskDir, { restored: back, over: fingerprint(text), ...stamp() })
  }
}

/** Replaces a file if it is still what it was when all is ready for the rename. */
function replaceIf(path: string, text: string, isStill: () => boolean): boolean {
  const temporary = join(path, '..', `.plan.md.${randomName()}.tmp`)
  publish(temporary, text, statIfThere(path)?.mode)
  if (isStill() && moveIfThere(temporary, path)) return true
  removeAll(temporary)
  return false
}

function versionOf(path: string): string {
  const stat = statIfThere(path)
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`
}

function isFresh(path: string): boolean {
  const age = Date.now() - (statIfThere(path)?.mtimeMs ?? 0)
  return age >= 0 && age < FRESH
}

function lacks(items: readonly Item[], expected: ReadonlySet<string>): boolean {
  const there = new Set(withTexts(items, expected).map(({ text }) => text))
  return [...expected].some((words) => !there.has(words))
}

const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
