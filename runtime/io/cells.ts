/** How much room a text takes on a terminal: counted in cells, because an emoji or a Chinese character takes two. */
import { stripVTControlCharacters } from 'node:util'

/**
 * Nothing but letters that every terminal draws in one cell: Latin, Greek, Cyrillic, punctuation, our own marks. Most
 * lines are that, and no expression need be made for them: with classes of Unicode it takes a hot verb's time.
 */
function isNarrow(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (!(c >= 0x20 && c <= 0x7e) && !OTHER_NARROW.some(([from, to]) => c >= from && c <= to)) return false
  }
  return true
}
const OTHER_NARROW = [
  [0xa0, 0x2ff],
  [0x370, 0x482],
  [0x48a, 0x523],
  [0x2010, 0x2027],
  [0x22ef, 0x22ef],
  [0x25cb, 0x25cb],
  [0x25cf, 0x25cf],
  [0x2713, 0x2713],
] as const
/** What Unicode calls East Asian Wide or Fullwidth (UAX 11), by block, and what is an emoji by itself. */
const isWide = (character: string) =>
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}])/u.test(
    character,
  )
/** Marks that sit on the character before them, and what is not seen at all. */
const isNothing = (character: string) => /^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(character)
/** A character that asks to be drawn as an emoji (variation selector 16). */
const AS_EMOJI = '\ufe0f'
/** Control characters, line breaks of Unicode, and what turns the direction of writing: they would move what stands around them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for; \p{Cc} costs `status` milliseconds
const UNSEEN = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g

let segmenter: Intl.Segmenter | undefined
/** What a person takes for one character, each with its cells. */
function* characters(text: string): Generator<[string, number]> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  for (const { segment } of segmenter.segment(text)) yield [segment, cellsOfOne(segment)]
}

function cellsOfOne(character: string): number {
  if (isNothing(character)) return 0
  return isWide(character) || character.includes(AS_EMOJI) ? 2 : 1
}

/** Cells of one line; colours count nothing. */
export function cells(text: string): number {
  if (isNarrow(text)) return text.length
  const bare = stripVTControlCharacters(text)
  if (isNarrow(bare)) return bare.length
  let sum = 0
  for (const [, width] of characters(bare)) sum += width
  return sum
}

/** A line of at most so many cells; what was cut off is shown by `…`. Without colours. */
export function cut(text: string, most: number): string {
  if (cells(text) <= most) return text
  let kept = ''
  let room = most - 1
  for (const [character, width] of characters(text)) {
    room -= width
    if (room < 0) break
    kept += character
  }
  return most < 1 ? '' : `${kept.trimEnd()}…`
}

/** Filled with spaces to so many cells. */
export const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - cells(text)))

/** Broken between words into lines of at most so many cells; a longer word is broken too. */
export function wrap(text: string, most: number): string[] {
  if (cells(text) <= most) return [text]
  const lines: string[] = []
  let line = ''
  const add = (word: string) => {
    const longer = line === '' ? word : `${line} ${word}`
    if (cells(longer) <= most) line = longer
    else if (line !== '') {
      lines.push(line)
      line = ''
      add(word)
    } else for (const [character] of characters(word)) push(character)
  }
  const push = (character: string) => {
    if (line !== '' && cells(line + character) > most) {
      lines.push(line)
      line = ''
    }
    line += character
  }
  for (const word of text.split(' ')) add(word)
  return [...lines, line]
}

/** A line that can do nothing to a terminal: a model's text may hold escape sequences. Spaces stay. */
export const harmless = (line: string) =>
  isNarrow(line) ? line : stripVTControlCharacters(line).replaceAll('\t', '  ').replace(UNSEEN, ' ')

/** The same for several lines, each of which stays one. */
export const harmlessLines = (text: string) => text.split(/\r?\n/).map(harmless).join('\n')

/** The same with all white space as single spaces: any text on one line. */
export const oneLine = (text: string) => harmless(text).replace(/\s+/g, ' ').trim()
