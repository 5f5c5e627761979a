/**
 * Which profile and model each document of a `start --all` asks for, without a YAML parser.
 *
 * This is not the reader of these documents, it only judges whether the reader can find nothing in them but what
 * is seen here: front matter in its plainest form and nothing like a `profile:` elsewhere. Otherwise undefined,
 * and the person is asked.
 */
export interface Wish {
  model: string | undefined
  profile: string | undefined
}

const FENCE = '---'
/** What another reader might take for a fence: `--- `, `----`, `---yaml`, `...`, `+++`, a byte order mark. */
const LIKE_A_FENCE = /^\s*(?:---|\.\.\.|\+\+\+)/
const KEY = /^(id|title|model|profile|worktree|base|after|priority|timeout|budget):[ \t]+(.*)$/
/** Scalars that are one thing in every YAML: no tag, anchor, alias, block, flow mapping, escape or comment. */
const BARE = /^[\p{L}\p{N}][^:#{}[\]&*!|>'"%@`\\]*$/u
const QUOTED = /^(?:"([^"\\]*)"|'([^']*)')$/
const LIST = /^\[[\w ,.-]*\]$/
/** YAML reads these as something other than a text, e.g. `model: null` as no model. */
const NO_NAME = /^(?:null|true|false|yes|no|on|off|y|n|[\d.].*)$/i

const MENTIONS = /profile["']?\s*:/i
const HARMLESS = /^\s*profile:[ \t]*(?:read-only|edit)\s*$/
/** Headings, items, quotations and numbered lines are no mapping keys. */
const PROSE = /^\s*(?:[-*+>#]|\d+[.)])\s/

/** Further line ends that a JavaScript `^` or an older YAML would see. */
const OTHER_LINE_ENDS = /[\r\u0085\p{Zl}\p{Zp}]/u

export function readWishes(text: string): Wish[] | undefined {
  if (OTHER_LINE_ENDS.test(text)) return undefined
  const [before, ...documents] = splitAt(text.split('\n'))
  if (before === undefined || before.some((line) => line.trim() !== '')) return undefined
  // Fences alternate: front matter, body, front matter, body …
  if (documents.length === 0 || documents.length % 2 !== 0) return undefined
  const wishes: Wish[] = []
  for (const [index, lines] of documents.entries()) {
    if (index % 2 === 1) {
      if (lines.some(isSuspicious)) return undefined
      continue
    }
    const wish = readFrontMatter(lines)
    if (wish === undefined) return undefined
    wishes.push(wish)
  }
  return wishes
}

function splitAt(lines: string[]): string[][] {
  const parts: string[][] = [[]]
  for (const line of lines) {
    if (line === FENCE) parts.push([])
    else parts.at(-1)?.push(line)
  }
  return parts
}

const isSuspicious = (line: string) =>
  LIKE_A_FENCE.test(line) || (MENTIONS.test(line) && !HARMLESS.test(line) && !PROSE.test(line))

function readFrontMatter(lines: string[]): Wish | undefined {
  const found = new Map<string, string>()
  for (const line of lines) {
    if (line.trim() === '') continue
    const [, key, raw] = KEY.exec(line.trimEnd()) ?? []
    const value = raw === undefined ? undefined : readScalar(raw)
    if (key === undefined || value === undefined || found.has(key)) return undefined
    if (key === 'model' && value === raw?.trim() && NO_NAME.test(value)) return undefined
    found.set(key, value)
  }
  if (!found.has('id')) return undefined
  return { model: found.get('model'), profile: found.get('profile') }
}

function readScalar(raw: string): string | undefined {
  if (BARE.test(raw) || LIST.test(raw)) return raw
  const quoted = QUOTED.exec(raw)
  return quoted?.[1] ?? quoted?.[2]
}
