/**
 * The plain corner of YAML in which our own records are written: `key: scalar`, a list or a mapping of scalars below
 * a key, a block of text. Reading them with the whole language took most of `status` (bench/). Anything that is not
 * surely the same here and there is left to the library: this never complains and never guesses. Few regular expressions:
 * making one takes longer than reading a record without.
 */
type Plain = Record<string, unknown>

/** Undefined: not of this kind, ask the library. */
export function plainYaml(text: string): Plain | undefined {
  if (isUnusual(text) || !text.endsWith('\n')) return undefined
  const lines = text.slice(0, -1).split('\n')
  const record: Plain = {}
  for (let at = 0; at < lines.length; ) {
    const [key, rest] = entryIn(lines[at] ?? '') ?? []
    if (key === undefined || key in record) return undefined
    let end = at + 1
    while (end < lines.length && (lines[end] === '' || lines[end]?.startsWith(' '))) end++
    const value = valueFrom(rest, lines.slice(at + 1, end))
    if (value === undefined) return undefined
    record[key] = value
    at = end
  }
  return record
}

/** Control characters, and what the language takes for a line end or a mark of its own. */
function isUnusual(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c < 0x20 ? c !== 0x0a : c > 0x7e && (c < 0xa0 || OTHERS.includes(c))) return true
  }
  return false
}
const OTHERS = [0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff]

/** `key: text` or `key:` alone; the key is of a-z, then digits and underscores too. */
function entryIn(line: string): [key: string, rest: string | undefined] | undefined {
  const colon = line.indexOf(':')
  if (!isKey(line, colon)) return undefined
  const key = line.slice(0, colon)
  if (line.length === colon + 1) return [key, undefined]
  return line[colon + 1] === ' ' && line.length > colon + 2 ? [key, line.slice(colon + 2)] : undefined
}

function isKey(line: string, end: number): boolean {
  for (let at = 0; at < end; at++) {
    const c = line.charCodeAt(at)
    const isLetter = c >= 97 && c <= 122
    if (!isLetter && (at === 0 || !((c >= 48 && c <= 57) || c === 95))) return false
  }
  return end > 0
}

function valueFrom(rest: string | undefined, below: string[]): unknown {
  if (rest === '|' || rest === '|-') return block(below, rest === '|' ? '\n' : '')
  if (rest !== undefined) return below.length > 0 ? undefined : scalar(rest)
  return list(below) ?? mapping(below)
}

function list(lines: string[]): unknown[] | undefined {
  const values = lines.map((line) => (line.startsWith('  - ') ? scalar(line.slice(4)) : undefined))
  return values.length === 0 || values.includes(undefined) ? undefined : values
}

function mapping(lines: string[]): Plain | undefined {
  const record: Plain = {}
  for (const line of lines) {
    const [key, rest] = line.startsWith('  ') ? (entryIn(line.slice(2)) ?? []) : []
    const value = rest === undefined ? undefined : scalar(rest)
    if (key === undefined || key in record || value === undefined) return undefined
    record[key] = value
  }
  return lines.length === 0 ? undefined : record
}

/** Only where the first line shows the indentation and the last one the end. */
function block(lines: string[], end: string): string | undefined {
  const last = lines.at(-1)
  if (!/^ {2}[^ ]/.test(lines[0] ?? '') || last === undefined || last.trim() === '') return undefined
  if (!lines.every((line) => line === '' || line.startsWith('  '))) return undefined
  return lines.map((line) => line.slice(2)).join('\n') + end
}

const WORDS = new Map<string, unknown>([
  ['null', null],
  ['true', true],
  ['false', false],
])

/** Undefined where it is not surely this value and nothing else. */
function scalar(text: string): unknown {
  if (WORDS.has(text)) return WORDS.get(text)
  if (text === '[]') return []
  if (text === '{}') return {}
  if (text[0] === '"') return quoted(text)
  if (!Number.isNaN(Number(text))) return NUMBER.test(text) ? Number(text) : undefined
  return isPlain(text) ? text : undefined
}

/** As JavaScript and the language write them alike, and no longer than both can tell exactly. */
const NUMBER = /^(?:0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,8})\.\d{1,12})$/

function quoted(text: string): unknown {
  const inside = text.slice(1, -1)
  if (text.length > 1 && text.endsWith('"') && !inside.includes('"') && !inside.includes('\\')) return inside
  return /^"(?:[^"\\]|\\["\\/bfnrt])*"$/.test(text) ? JSON.parse(text) : undefined
}

/**
 * A string without quotes: begins with a letter, a digit or a slash, can be no number (a commit may look much like
 * one), and holds nothing that the language reads as more than text.
 */
const isPlain = (text: string) =>
  isStart(text.charCodeAt(0)) &&
  !WORDS.has(text.toLowerCase()) &&
  !isLikeNumber(text) &&
  !text.includes(': ') &&
  !text.includes(' #') &&
  !text.endsWith(':') &&
  !text.endsWith(' ')

const isStart = (c: number) =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 47

function isLikeNumber(text: string): boolean {
  if (text[0] === '0' && 'xobXOB'.includes(text[1] ?? '0')) return true
  for (const character of text) if (!'0123456789eE.+_-'.includes(character)) return false
  return true
}
