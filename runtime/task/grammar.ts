/** How one line of a plan is written: the marker, the heading, the fence. */

export const SEPARATOR = ' — '
export const ITEM_EXAMPLE = '`- [ ] Review the login flow`'
const BULLET = String.raw`(?:[-*+]|\d{1,9}[.)])`
/** 1 up to the bracket (2 is the indentation), 3 mark, 4 the gap, 5 body, 6 white space at the end, 7 line end. */
export const ITEM = new RegExp(
  String.raw`^(\uFEFF?([ \t]*)${BULLET}[ \t]+\[)([ ~xX?!])(\][ \t]+)([^ \t\r\n](?:[^\r\n]*[^ \t\r\n])?)([ \t]*)(\r\n|\r|\n|)$`,
)
const LIKE_ITEM = new RegExp(String.raw`^[ \t]*${BULLET}[ \t]*\[([^[\]]{0,3})\](.?)`, 'su')
const UNCLOSED = new RegExp(String.raw`^[ \t]*${BULLET}[ \t]+\[[ ~xX?!]?[ \t][^\]]*$`)
export const LIST_LINE = new RegExp(String.raw`^[ \t]*${BULLET}(?:[ \t]|$)`)
const LIKE_MARK = /^[xXvV~?!✓✔√•*/-]{0,2}$/u
const IN_PROGRESS = /[ \t]*\(in progress\)$/i
export const isInProgress = (body: string) => body.endsWith(')') && IN_PROGRESS.test(body)
export const cutProgress = (body: string) => (body.endsWith(')') ? body.replace(IN_PROGRESS, '') : body)
export const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/s
export const FENCE = new RegExp(String.raw`^[ \t]*(?:${BULLET}[ \t]+)?(\x60{3,}(?=[^\x60]*$)|~{3,})`)

/** The lines of a text, each with its line end. By hand, as the next: an expression for each line takes `status` long. */
export function linesOf(text: string): string[] {
  const lines: string[] = []
  for (let from = 0; from < text.length; ) {
    let to = from
    while (to < text.length && !isLineEnd(text.charCodeAt(to))) to++
    to += text.startsWith('\r\n', to) ? 2 : 1
    lines.push(text.slice(from, to))
    from = to
  }
  return lines
}

/** A line without its end, and without a byte order mark. */
export function bare(line: string): string {
  let end = line.length
  while (end > 0 && isLineEnd(line.charCodeAt(end - 1))) end--
  return line.slice(line.charCodeAt(0) === 0xfeff ? 1 : 0, end)
}

const isLineEnd = (c: number) => c === 10 || c === 13

/** An item was meant here, but the marker is none. */
export function looksBroken(content: string): boolean {
  if (!content.includes('[')) return false
  const like = LIKE_ITEM.exec(content)
  if (like === null) return UNCLOSED.test(content)
  const [, inside = '', next = ''] = like
  return LIKE_MARK.test(inside.trim()) && !/^[([:]$/.test(next) // those would be a link
}
