/**
 * A YAML file of the user's with a known shape: read with the line in every complaint, and changed so that comments,
 * order and keys of the user's own stay as they are.
 */
import * as v from 'valibot'
import { unreadable } from './errors.ts'
import { replace } from './publishing.ts'
import { readIfThere } from './reading.ts'
import { contentOf, parseYamlDocument, printYaml } from './yaml.ts'
import { describe, lineOf, rangeOf } from './yaml-place.ts'

/** Bytes; a document that people edit comes nowhere near. */
const LARGEST = 16 << 20

/** Complains of one value of the document, at its line. */
type Complain = (keys: readonly unknown[], expected: string, found?: string) => Error

interface Parsed<T> {
  value: T
  complain: Complain
}

/**
 * Schemas say what they expect in their messages.
 * @param what the document, for complaints: `tasks.yaml`
 * @throws exit 65 with the line; the file stays
 */
export function parseDocument<S extends v.GenericSchema>(
  schema: S,
  text: string,
  path: string,
): Parsed<v.InferOutput<S>> {
  if (text.length > LARGEST)
    throw unreadable({
      what: 'this is no document to edit by hand',
      where: `${path}:1`,
      expected: `at most ${LARGEST} bytes`,
    })
  const document = parseYamlDocument(text, path)
  const content = contentOf(document, path)
  const complain: Complain = (keys, expected, found) =>
    unreadable({
      what: keys.length === 0 ? 'this document is not usable' : `${pathOf(keys)} is not usable`,
      where: `${path}:${lineOf(document, text, keys)}`,
      expected,
      found: found ?? describe(at(content, keys)),
      next: 'The file was left as it is. Mend that line, then try again.',
    })
  const parsed = v.safeParse(schema, content ?? {})
  if (parsed.success) return { value: parsed.output, complain }
  const [issue] = parsed.issues
  throw complain(issue.path?.map(({ key }) => key) ?? [], issue.message, describe(issue.input))
}

/** The same of a file; undefined where there is none. */
export function readDocument<S extends v.GenericSchema>(
  schema: S,
  path: string,
): Parsed<v.InferOutput<S>> | undefined {
  const text = readIfThere(path)
  return text === undefined ? undefined : parseDocument(schema, text, path)
}

/**
 * Puts plain values in the place of those that are there, and changes no other byte.
 * @throws exit 65 where the file is not YAML
 */
export function replaceValues(path: string, changes: { keys: readonly unknown[]; value: string }[]): void {
  const text = readIfThere(path) ?? ''
  const document = parseYamlDocument(text, path)
  const places = changes.flatMap(({ keys, value }) => {
    const range = rangeOf(document, keys)
    return range === undefined ? [] : [{ begin: range[0], end: range[1], value }]
  })
  const changed = places
    .sort((a, b) => b.begin - a.begin)
    .reduce((rest, { begin, end, value }) => `${rest.slice(0, begin)}${value}${rest.slice(end)}`, text)
  if (changed !== text) replace(path, changed)
}

/**
 * Adds entries to a list at the top of a document, which is made where there is none. Comments and keys stay; only
 * where the list is there already, white space may change.
 */
export function addToList(path: string, key: string, entries: readonly unknown[]): void {
  const text = readIfThere(path) ?? ''
  const document = parseYamlDocument(text, path)
  const end = text.includes('\r\n') ? '\r\n' : '\n'
  const appended = () =>
    `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${printYaml({ [key]: entries })}`
  const added = () => {
    if (document.get(key) === null) document.set(key, document.createNode(entries))
    else for (const entry of entries) document.addIn([key], document.createNode(entry))
    return document.toString({ lineWidth: 0 })
  }
  replace(path, (document.has(key) ? added() : appended()).replace(/\r?\n/g, end))
}

const pathOf = (keys: readonly unknown[]) =>
  keys
    .map((key, n) => (typeof key === 'number' ? `[${key + 1}]` : `${n === 0 ? '' : '.'}${String(key)}`))
    .join('')

function at(content: unknown, keys: readonly unknown[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key as PropertyKey) : undefined,
    content,
  )
}
