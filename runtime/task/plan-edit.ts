/** Changing one item of a plan: text in, text out, and no byte outside that item's own lines differs. */
import { ITEM, linesOf, SEPARATOR } from './grammar.ts'
import { CHARACTER, type Item, type Mark } from './plan.ts'
import { reasonAt } from './reason.ts'
import { withoutProgress } from './words.ts'

export interface Details {
  /** One line behind an em dash; replaces the note that is there. Absent: that one stays. */
  note?: string | undefined
  /** Goes into a quote behind the item, in the place of the one that is there. Absent: that one stays. */
  blocker?: string | undefined
  error?: string | undefined
}

/** Sets an item's mark; `item` comes from parsing this very text. */
export function setMark(text: string, item: Item, mark: Mark, details: Details = {}): string {
  const lines = linesOf(text)
  markLines(lines, item, mark, tidied(details))
  return lines.join('')
}

/** The same on lines that each hold their line end; changes `lines` in place. Details are tidied by the caller. */
export function markLines(lines: string[], item: Item, mark: Mark, details: Details): void {
  const at = item.line - 1
  const found = ITEM.exec(lines[at] ?? '')
  if (found === null) throw new Error(`line ${item.line} holds no item`)
  const [, head = '', , before = ' ', gap = '', body = '', space = '', end = ''] = found
  const character = mark === 'done' && before === 'X' ? before : CHARACTER[mark]
  lines[at] = head + character + gap + bodyOf(item, body, mark, details.note) + space + end
  const reason = details.blocker ?? details.error
  if (reason === undefined) return
  const label = details.blocker === undefined ? 'Error:' : '**Blocker:**'
  quote(lines, at, item.indent, `${label} ${reason}`)
}

/** What people write beside the mark, so that it can be read without knowing `[~]`. */
const PROGRESS = ' (in progress)'

function bodyOf(item: Item, body: string, mark: Mark, note: string | undefined): string {
  if (note !== undefined) return item.text + SEPARATOR + note
  if (mark === 'doing') return `${withoutProgress(body)}${PROGRESS}`
  return item.mark === 'open' || item.mark === 'doing' || mark === 'open' ? withoutProgress(body) : body
}

function quote(lines: string[], at: number, indent: string, words: string): void {
  const { insertAt, kind, from, to } = reasonAt(lines, at, indent)
  const end = endOf(lines[at] ?? '') || endOf(lines[0] ?? '') || '\n'
  const quoted = words.split('\n').map((line) => `${indent}>${line === '' ? '' : ` ${line}`}${end}`)
  const place = kind === undefined ? insertAt : from
  const last = (kind === undefined ? insertAt : to) - 1
  if (endOf(lines[last] ?? '') === '') {
    // The file ends here without a line end, and shall again.
    if (place > last) lines[last] += end
    quoted.push((quoted.pop() ?? '').slice(0, -end.length))
  } else if (kind === undefined && /^[ \t]*>/.test(lines[place] ?? '')) quoted.push(end) // somebody's own quote stays one
  lines.splice(place, kind === undefined ? 0 : to - from, ...quoted)
}

const endOf = (line: string) => /(?:\r\n|\r|\n)$/.exec(line)?.[0] ?? ''

/** Details as they can stand in the file and be found again there: a note is one line, nothing is empty or binary. */
export function tidied({ note, blocker, error }: Details): Details {
  return {
    ...optional('note', clean(note)?.replace(/\s*[\r\n]+\s*/g, ' ')),
    ...optional('blocker', clean(blocker)),
    ...optional('error', clean(error)),
  }
}

const optional = (key: keyof Details, value: string | undefined): Details =>
  value === undefined || value === '' ? {} : { [key]: value }

const clean = (words: string | undefined) =>
  words === undefined
    ? undefined
    : Buffer.from(words.replaceAll('\0', ''), 'utf8') // half a surrogate pair would not come back as it went
        .toString('utf8')
        .replace(/\r\n?/g, '\n')
        .trim()
