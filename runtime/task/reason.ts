/** The quote behind an item that says what blocks it or why it failed. */
import { bare, FENCE, HEADING, LIST_LINE } from './grammar.ts'

const REASON = /^[ \t]*>[ \t]*(?:\*\*)?(Blocker|Error)(?:\*\*)?:(?:\*\*)?[ \t]*(.*)$/is

export interface Reason {
  /** Where a quote belongs: the index of the line behind the item's own paragraph. */
  insertAt: number
  kind?: 'blocker' | 'error'
  text?: string
  /** The quote's lines, `from` included, `to` not. */
  from: number
  to: number
}

/**
 * The quote `> **Blocker:** …` or `> Error: …` that belongs to the item in line `at`: behind its own paragraph, blank
 * lines between allowed. All further lines of that quote belong to it, whatever they say.
 */
export function reasonAt(lines: readonly string[], at: number, indent: string): Reason {
  const line = (n: number) => bare(lines[n] ?? '')
  const isQuote = (n: number) => /^[ \t]*>/.test(line(n))
  let insertAt = at + 1
  while (insertAt < lines.length && continues(line(insertAt), indent)) insertAt++
  for (let n = insertAt; n < lines.length; n++) {
    if (line(n).trim() === '') continue
    if (!isQuote(n)) break
    const [, label, first = ''] = REASON.exec(line(n)) ?? []
    if (label === undefined) continue
    let to = n + 1
    while (to < lines.length && isQuote(to)) to++
    const rest = Array.from({ length: to - n - 1 }, (_, k) => line(n + 1 + k).replace(/^[ \t]*> ?/, ''))
    const kind = label.toLowerCase() === 'error' ? 'error' : 'blocker'
    return { insertAt, kind, text: [first, ...rest].join('\n').trim(), from: n, to }
  }
  return { insertAt, from: insertAt, to: insertAt }
}

function continues(content: string, indent: string): boolean {
  const words = content.trimStart()
  if (words === '' || content.length - words.length <= indent.length) return false
  return !(
    /^(?:>|<!--)/.test(words) ||
    LIST_LINE.test(content) ||
    FENCE.test(content) ||
    HEADING.test(content)
  )
}
