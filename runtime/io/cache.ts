/** A small JSON file that can be deleted at any time: damaged or unwritable, it only costs asking again. */
import { dirname } from 'node:path'
import * as v from 'valibot'
import { DispatchError, errorCode } from './errors.ts'
import { makeFolder } from './folders.ts'
import { replace } from './publishing.ts'
import { readIfThere } from './reading.ts'

/** What was kept, or undefined for a file that is not there or not of this shape. */
export function readCache<S extends v.GenericSchema>(schema: S, path: string): v.InferOutput<S> | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(readIfThere(path) ?? 'null'))
    return parsed.success ? parsed.output : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** A home that cannot be written only costs the asking next time. */
export function keepCache(path: string, value: unknown): void {
  try {
    makeFolder(dirname(path))
    replace(path, `${JSON.stringify(value)}\n`)
  } catch (error) {
    const code = errorCode(error) ?? ''
    if (!(error instanceof DispatchError) && !['ENOTDIR', 'EEXIST', 'ENOENT'].includes(code)) throw error
  }
}
