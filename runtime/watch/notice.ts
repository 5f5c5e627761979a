/**
 * What a monitor prints, so that nothing of it is lost: the client cuts a line at 500 characters, joins the lines that
 * come at once into one notice, and cuts that at 3,000 (measured on 2.1.329). Pure.
 */

const LINE = 500
/** A little less, for the line breaks and whatever else the client may count. */
const NOTICE = 2900

export interface Notice {
  text: string
  /** How many of the lines are in it; the others are for the next one. */
  taken: number
}

/** One line where all of it fits into one, else a line or more each. */
export function noticeOf(lines: string[]): Notice {
  const joined = lines.join(' · ')
  if (joined.length <= LINE) return { text: `${joined}\n`, taken: lines.length }
  let text = ''
  let taken = 0
  for (const line of lines) {
    const wrapped = `${wrap(line).join('\n')}\n`
    if (taken > 0 && text.length + wrapped.length > NOTICE) break
    text += wrapped
    taken += 1
  }
  return { text, taken }
}

/** At spaces where there are any. */
function wrap(line: string): string[] {
  if (line.length <= LINE) return [line]
  const space = line.lastIndexOf(' ', LINE)
  const at = space > 0 ? space : LINE - (isHighSurrogate(line.charCodeAt(LINE - 1)) ? 1 : 0)
  return [line.slice(0, at), ...wrap(line.slice(at).trimStart())]
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff
