/** What stands behind an item's brackets: its words, which are its identity, and perhaps a note. */
import { cutProgress, SEPARATOR } from './grammar.ts'
import type { Item, Mark } from './plan.ts'

/**
 * Splits each item again where its text is known from an earlier look, so that an em dash that was always in the text
 * is not taken for the start of a note. The longest known text wins.
 */
export const withTexts = (items: readonly Item[], known: ReadonlySet<string>): Item[] =>
  items.map(({ text: _, note: __, ...item }) => ({ ...item, ...textAndNote(item.body, item.mark, known) }))

/** Unknown text: behind an em dash stands a note where the item has come to an end; before that it is part of the words. */
export function textAndNote(
  body: string,
  mark: Mark,
  known: ReadonlySet<string> | undefined,
): { text: string; note?: string } {
  const words = cutProgress(body)
  const running = mark === 'open' || mark === 'doing'
  const split = (at: number) =>
    at < 0
      ? { text: words === '' ? body : words }
      : { text: body.slice(0, at), note: (running ? words : body).slice(at + SEPARATOR.length) }
  if (known?.has(words)) return split(-1)
  for (
    let at = body.lastIndexOf(SEPARATOR);
    known !== undefined && at > 0;
    at = body.lastIndexOf(SEPARATOR, at - 1)
  )
    if (known.has(body.slice(0, at))) return split(at)
  const first = running ? -1 : words.indexOf(SEPARATOR)
  return split(first > 0 ? first : -1)
}

/** The body without a trailing `(in progress)`. */
export const withoutProgress = (body: string) => cutProgress(body) || body
