/** A YAML file of ours with a known shape: what it holds, or a complaint that names the line. */
import * as v from 'valibot'
import { unreadable } from './errors.ts'
import { plainYaml } from './plain-yaml.ts'
import { ownIfThere, readTextOf } from './reading.ts'
import { parseYaml, parseYamlDocument } from './yaml.ts'
import { lineOf } from './yaml-place.ts'

/** Bytes. None of our files comes near this; parsing what is larger would take seconds. */
const LARGEST = 1 << 20

/**
 * @returns undefined where there is no file
 * @throws exit 65 for anything else than the shape; the file stays as it is
 */
export function readChecked<S extends v.GenericSchema>(
  schema: S,
  path: string,
  what: string,
): v.InferOutput<S> | undefined {
  const complain = (line: number, expected: string, found: string) =>
    unreadable({ what, where: `${path}:${line}`, expected, found, next: 'The file was left as it is.' })
  const size = ownIfThere(path)?.size
  if (size === undefined) return undefined
  if (size > LARGEST) throw complain(1, `at most ${LARGEST} bytes`, `${size}`)
  const text = readTextOf(path)
  if (text === undefined) return undefined
  // What we wrote ourselves needs no library; what is to be complained of is read once more, with its lines.
  const plain = v.safeParse(schema, plainYaml(text))
  if (plain.success) return plain.output
  const result = v.safeParse(schema, parseYaml(text, path))
  if (result.success) return result.output
  const [issue] = result.issues
  const keys = issue.path?.map(({ key }) => key) ?? []
  throw complain(
    lineOf(parseYamlDocument(text, path), text, keys),
    `${keys.join('.') || 'a mapping'}: ${issue.expected}`,
    issue.received,
  )
}
