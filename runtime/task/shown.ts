/** Which numbers an attempt was shown for which items: what it means when it says a number. */
import { join } from 'node:path'
import { makeFolder, namesIn } from '../io/folders.ts'
import { threeDigits } from '../io/numbered.ts'
import { replace } from '../io/publishing.ts'
import { readTextOf } from '../io/reading.ts'
import { refuseLink, statIfThere } from '../io/stat.ts'
import { byText } from './fold.ts'
import type { Item } from './plan.ts'

/** An item as it was shown: its words, which of the items with these words it is (from 0), and how many there are. */
export interface ShownItem {
  text: string
  nth: number
  of: number
}

/** The words of the items that workers were shown: ever, and the last time. */
export interface WordsShown {
  all: ReadonlySet<string>
  last: ReadonlySet<string>
}

const shownFolder = (taskDir: string) => join(taskDir, 'data', 'shown')

/** From now on these are the numbers that `attempt` means. */
export function recordShown(taskDir: string, attempt: number, items: readonly Item[]): ShownItem[] {
  const folder = shownFolder(taskDir)
  for (const path of [join(taskDir, 'data'), folder]) refuseLink(path)
  makeFolder(folder)
  const groups = byText(items)
  const seen = new Map<string, number>()
  const shown = items.map(({ text }) => {
    const nth = seen.get(text) ?? 0
    seen.set(text, nth + 1)
    return { text, nth, of: groups.get(text)?.length ?? 1 }
  })
  replace(join(folder, `${threeDigits(attempt)}.json`), `${JSON.stringify(shown)}\n`)
  return shown
}

export function shownTo(taskDir: string, attempt: number): ShownItem[] | 'none' | 'damaged' {
  return readShown(join(shownFolder(taskDir), `${threeDigits(attempt)}.json`))
}

/** Bytes: no list comes near this. */
const LARGEST = 1 << 20

function readShown(path: string): ShownItem[] | 'none' | 'damaged' {
  const stat = statIfThere(path)
  if (stat === undefined) return 'none'
  const text = stat.isFile() && stat.size <= LARGEST ? (readTextOf(path) ?? '') : ''
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every(isShownItem) ? list : 'damaged'
  } catch (error) {
    if (error instanceof SyntaxError) return 'damaged'
    throw error
  }
}

const isShownItem = (value: unknown): value is ShownItem =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'nth' in value &&
  typeof value.nth === 'number' &&
  'of' in value &&
  typeof value.of === 'number'

export function wordsShown(taskDir: string): WordsShown {
  const all = new Set<string>()
  let last = new Set<string>()
  for (const name of namesIn(shownFolder(taskDir))) {
    const list = readShown(join(shownFolder(taskDir), name))
    if (typeof list === 'string') continue
    last = new Set(list.map(({ text }) => text))
    for (const text of last) all.add(text)
  }
  return { all, last }
}
