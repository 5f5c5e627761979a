/** Small changes in a YAML document that keep everything else in it, comments above all. */
import { refused } from '../io/errors.ts'
import type { ConfigDocument } from './load.ts'

export function printDocument(document: ConfigDocument, before: string): string {
  const text = document.toString({ lineWidth: 0 })
  return before.includes('\r\n') ? text.replace(/\r?\n/g, '\r\n') : text
}

/** `models:` with nothing after it becomes a mapping, its comment kept; anything else is the user's to mend. */
export function makeMapping(document: ConfigDocument, path: string, keys: unknown[]): void {
  const there = document.getIn(keys, true)
  const value = document.getIn(keys)
  if (there !== undefined && value !== null) {
    if (typeof there === 'object' && there !== null && 'items' in there) return
    throw refused({
      what: `${keys.join('.')} is no plain mapping (a YAML alias?), and is not changed from here`,
      where: path,
      next: 'Change it in the file itself.',
    })
  }
  const mapping = document.createNode({})
  if (typeof there === 'object' && there !== null && 'comment' in there && typeof there.comment === 'string')
    mapping.commentBefore = there.comment
  document.setIn(keys, mapping)
}

/** A node as the YAML library builds it; only what is needed here. */
interface Node {
  commentBefore?: string | null
  comment?: string | null
  items?: unknown[]
}
interface Pair {
  key: unknown
  value: unknown
}
interface Taken {
  comments: string[]
  /** What stood behind it, and around it. */
  next: Pair | undefined
  parent: Node
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null
const isPair = (value: unknown): value is Pair => isNode(value) && 'key' in value && 'value' in value

/** Takes a pair out of the document, together with the comments at it and in it. */
export function takePair(document: ConfigDocument, keys: readonly string[]): Taken | undefined {
  const parent: unknown = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true)
  if (!isNode(parent) || parent.items === undefined) return undefined
  const index = parent.items.findIndex((item) => isPair(item) && nameOf(item.key) === keys.at(-1))
  const [pair] = index === -1 ? [] : parent.items.splice(index, 1)
  if (!isPair(pair)) return undefined
  const next = parent.items[index]
  return { comments: commentsOf(pair), next: isPair(next) ? next : undefined, parent }
}

/** Gives them to the value at `heir`, else to what stood behind, else to the end of what stood around. */
export function putComments(document: ConfigDocument, taken: Taken, heir?: readonly string[]): void {
  const text = taken.comments.join('\n')
  if (text === '') return
  const pair = heir === undefined ? taken.next : pairAt(document, heir)
  if (pair === undefined) {
    taken.parent.comment = joined(taken.parent.comment, text)
    return
  }
  const key = isNode(pair.key) ? pair.key : document.createNode(pair.key)
  pair.key = key
  if (isNode(key)) key.commentBefore = joined(text, key.commentBefore)
}

/** A comment on the line of a top-level value that has none. */
export function commentBehind(document: ConfigDocument, key: string, text: string): void {
  const node: unknown = document.get(key, true)
  if (isNode(node) && !node.comment) node.comment = ` ${oneLine(text)}`
}

export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

/** Is there a mapping without a key? */
export function isEmptyAt(document: ConfigDocument, keys: readonly string[]): boolean {
  const node: unknown = document.getIn(keys, true)
  return isNode(node) && node.items !== undefined && node.items.length === 0
}

function pairAt(document: ConfigDocument, keys: readonly string[]): Pair | undefined {
  const parent: unknown = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true)
  const items = isNode(parent) ? (parent.items ?? []) : []
  return items.filter(isPair).find(({ key }) => nameOf(key) === keys.at(-1))
}

const nameOf = (key: unknown): string => String(isNode(key) && 'value' in key ? key.value : key)

const joined = (...texts: (string | null | undefined)[]) => texts.filter((text) => !!text).join('\n')

function commentsOf(value: unknown): string[] {
  if (isPair(value)) return [...commentsOf(value.key), ...commentsOf(value.value)]
  if (!isNode(value)) return []
  const { commentBefore, comment, items = [] } = value
  return [commentBefore ?? '', ...items.flatMap(commentsOf), comment ?? ''].filter((text) => text !== '')
}
