/**
 * A fact of a run on disk: written once, as JSON, which is YAML that needs no library to read (a plan of ten thousand
 * tasks is read at every `next`). What somebody wrote by hand is read as YAML all the same.
 */

import { dirname } from 'node:path'
import * as v from 'valibot'
import { refused, unreadable } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { publish } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { parseYaml } from '../io/yaml.ts'

/** @returns false where it was written before, which then counts */
export function writeFact(path: string, value: unknown): boolean {
  makeFolder(dirname(path))
  return publish(path, `${JSON.stringify(value)}\n`)
}

/**
 * @returns undefined where there is none
 * @throws exit 65 with the path; the file stays
 */
export function readFact<S extends v.GenericSchema>(schema: S, path: string): v.InferOutput<S> | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  const result = v.safeParse(schema, contentOf(text, path))
  if (result.success) return result.output
  const [issue] = result.issues
  throw unreadable({
    what: 'this fact of a run is damaged',
    where: path,
    expected: `${issue.path?.map(({ key }) => String(key)).join('.') || 'a mapping'}: ${issue.expected}`,
    found: issue.received,
    next: 'The file was left as it is. Put it right, or remove it: what it stood for is then done again.',
  })
}

function contentOf(text: string, path: string): unknown {
  if (!text.startsWith('{')) return parseYaml(text, path)
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return parseYaml(text, path)
  }
}

/** Of a fact that has to be there. @throws exit 1 */
export function needed<T>(fact: T | undefined, path: string): T {
  if (fact !== undefined) return fact
  throw refused({
    what: 'a fact of this run is gone',
    where: path,
    next: 'Restore the file, or remove the folder of the run and begin it anew: what is committed is kept.',
  })
}
