/** Where a value stands in a YAML document, and what it is, for a complaint about it. */
import type { parseYamlDocument } from './yaml.ts'

export type YamlDocument = ReturnType<typeof parseYamlDocument>

/** The line of the value at `keys`, or of the nearest one around it that is there. */
export function lineOf(document: YamlDocument, text: string, keys: readonly unknown[]): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const range = rangeOf(document, keys.slice(0, depth))
    if (range !== undefined) return text.slice(0, range[0]).split('\n').length
  }
  return 1
}

/** Where the value at `keys` begins and ends in the text. */
export function rangeOf(document: YamlDocument, keys: readonly unknown[]): [number, number] | undefined {
  const node = document.getIn(keys, true)
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
  if (!Array.isArray(range)) return undefined
  const [begin, end] = range
  return typeof begin === 'number' && typeof end === 'number' ? [begin, end] : undefined
}

/** A value in a few words. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const shown = JSON.stringify(value) ?? typeof value
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown
}
