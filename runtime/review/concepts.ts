/**
 * Kinds of defects, and how reviewers name them: two that speak of the same place in other words usually mean the same
 * kind, and two kinds at one place are two defects. Pure.
 *
 * A kind is a list of cues with commas between them, and any cue is enough. All words of a cue must be in the text,
 * in any order: `a|b` is either, `!` any negation. Words stand for their beginning (`concat` for `concatenated`), those
 * of up to three letters and those with `=` for themselves.
 */
import { CORRECTNESS } from './kinds-correctness.ts'
import { DESIGN } from './kinds-design.ts'
import { PERFORMANCE } from './kinds-performance.ts'
import { SECURITY } from './kinds-security.ts'
import { SYNONYMS } from './synonyms.ts'
import { spoken } from './words.ts'

/** One place in a cue that a word can fill. */
interface Slot {
  kind: string
  cue: number
  slot: number
}

/** Looks each word up by each of its beginnings, so that the number of cues does not matter. */
function readerOf(table: Record<string, string>): (text: string) => ReadonlySet<string> {
  const needed: number[] = []
  const whole = new Map<string, Slot[]>()
  const starts = new Map<string, Slot[]>()
  const add = (index: Map<string, Slot[]>, word: string, slot: Slot) =>
    index.set(word, [...(index.get(word) ?? []), slot])
  for (const [kind, cues] of Object.entries(table))
    for (const text of cues.split(',')) {
      const slots = text.trim().split(/\s+/)
      const cue = needed.push(slots.length) - 1
      slots.forEach((words, slot) => {
        for (const word of words.split('|')) {
          const bare = word.replace(/^=(?=.)/, '')
          add(bare !== word || bare.length < 4 ? whole : starts, bare, { kind, cue, slot })
        }
      })
    }
  return (text) => {
    const filled = new Map<number, Set<number>>()
    const kinds = new Set<string>()
    const fill = ({ kind, cue, slot }: Slot) => {
      const slots = filled.get(cue) ?? new Set()
      filled.set(cue, slots.add(slot))
      if (slots.size === needed[cue]) kinds.add(kind)
    }
    for (const word of new Set(spoken(text))) {
      for (const slot of whole.get(word) ?? []) fill(slot)
      for (let end = 4; end <= word.length; end++)
        for (const slot of starts.get(word.slice(0, end)) ?? []) fill(slot)
    }
    return kinds
  }
}

export const conceptsOf = readerOf({ ...SECURITY, ...PERFORMANCE, ...DESIGN, ...CORRECTNESS })
export const synonymsOf = readerOf(SYNONYMS)
