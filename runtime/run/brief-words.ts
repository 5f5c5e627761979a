/** How a brief shows what others wrote: marked on every line, so that nothing of it can pass for a part of the brief. Pure. */
import { harmlessLines, oneLine } from '../io/cells.ts'

/** Characters of a text that is shown; who needs all of it is told where it stands. */
const LONGEST = 1200

/** Line ends that an editor or a terminal may know besides our own. */
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029\v\f]/g

/** A text of several lines, each behind `> `. */
export function quoted(text: string, longest = LONGEST): string {
  const shown = harmlessLines(text.slice(0, longest).replace(LINE_ENDS, '\n')).trim()
  const more = text.length > longest ? ` … (${text.length - longest} more characters)` : ''
  return `${shown}${more}`
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')
}

/** A text as a single line. */
export function inLine(text: string, longest = 240): string {
  const line = oneLine(text.slice(0, longest + 1).replace(LINE_ENDS, ' '))
  return text.length > longest ? `${line.slice(0, longest)}…` : line
}

/** A name, a path or a command as it is to be taken: it cannot end its own quotes. */
export const code = (text: string): string => `\`${inLine(text, 300).replaceAll('`', "'")}\``

/** One entry a line; what is too much is counted. */
export function listed<T>(entries: readonly T[], show: (entry: T) => string, most = 20): string {
  const more = entries.length - most
  const lines = entries.slice(0, most).map((entry) => `- ${show(entry)}`)
  return [...lines, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n')
}

/** Parts that have something to say, each below its heading. */
export const sections = (parts: readonly (readonly [heading: string, text: string | undefined])[]): string =>
  parts
    .flatMap(([heading, text]) => (text === undefined || text === '' ? [] : [`## ${heading}\n\n${text}\n`]))
    .join('\n')
