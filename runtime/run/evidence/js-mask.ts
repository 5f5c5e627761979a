/**
 * JavaScript and TypeScript with what stands in strings, comments and regular expressions blanked, so that a pattern
 * finds code only. Lengths and lines stay; quotes stay too. Pure.
 */

/** After these a slash begins a regular expression and is no division. */
const BEFORE_REGEX =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>\n]|\b(?:return|typeof|case|in|of|delete|void|throw|new|await|yield|else|do))\s*$/

export function maskJs(source: string): string {
  const out: string[] = []
  /** Open braces in the code of each template that we are in. */
  const templates: number[] = []
  let at = 0
  const keep = (length: number) => {
    out.push(source.slice(at, at + length))
    at += length
  }
  const blank = (end: number) => {
    out.push(source.slice(at, end).replace(/[^\n]/g, ' '))
    at = end
  }
  const template = () => {
    let end = at
    while (end < source.length && source[end] !== '`' && !source.startsWith('${', end))
      end += source[end] === '\\' ? 2 : 1
    blank(Math.min(end, source.length))
    if (source[at] === '`') keep(1)
    else if (at < source.length) {
      templates.push(0)
      keep(2)
    }
  }
  while (at < source.length) {
    const character = source.charAt(at)
    const open = templates.length - 1
    if (source.startsWith('//', at) || (at === 0 && source.startsWith('#!'))) blank(lineEnd(source, at))
    else if (source.startsWith('/*', at)) blank(after(source, '*/', at + 2))
    else if (character === "'" || character === '"') {
      keep(1)
      blank(closing(source, character, at))
      if (source[at] === character) keep(1)
    } else if (character === '`') {
      keep(1)
      template()
    } else if (character === '/' && BEFORE_REGEX.test(out.slice(-40).join('').slice(-40))) {
      keep(1)
      blank(regexEnd(source, at))
      if (source[at] === '/') keep(1)
    } else if (character === '}' && templates[open] === 0) {
      templates.pop()
      keep(1)
      template()
    } else {
      if (open >= 0 && character === '{') templates[open] = (templates[open] ?? 0) + 1
      if (open >= 0 && character === '}') templates[open] = (templates[open] ?? 0) - 1
      keep(1)
    }
  }
  return out.join('')
}

const lineEnd = (source: string, from: number) => {
  const end = source.indexOf('\n', from)
  return end === -1 ? source.length : end
}

const after = (source: string, mark: string, from: number) => {
  const end = source.indexOf(mark, from)
  return end === -1 ? source.length : end + mark.length
}

/** A string that does not end on its line is an apostrophe in text; it ends with the line. */
function closing(source: string, quote: string, from: number): number {
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1
    else if (source[at] === quote || source[at] === '\n') return at
  }
  return source.length
}

function regexEnd(source: string, from: number): number {
  let inClass = false
  for (let at = from; at < source.length; at += 1) {
    const character = source[at]
    if (character === '\\') at += 1
    else if (character === '\n' || (character === '/' && !inClass)) return at
    else if (character === '[') inClass = true
    else if (character === ']') inClass = false
  }
  return source.length
}

/** Where the bracket that opens at `from` is closed; the end of the text where it is not. */
export function matching(masked: string, from: number): number {
  let depth = 0
  for (let at = from; at < masked.length; at += 1) {
    const character = masked.charAt(at)
    if ('([{'.includes(character)) depth += 1
    else if (')]}'.includes(character)) {
      depth -= 1
      if (depth <= 0) return at
    }
  }
  return masked.length
}
