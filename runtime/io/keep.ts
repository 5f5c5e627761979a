/** Keeps the code of a bundle for `compiled.ts`. Where that cannot be, the next run compiles for itself again. */
import { mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Compiled, inFile, isOurFolder } from './compiled.ts'
import { DispatchError, errorCode } from './errors.ts'
import { removeAll } from './handling.ts'
import { replace } from './publishing.ts'
import { statIfThere } from './stat.ts'

/** Files, at most: a handful for each version of dispatch and of Node that is in use. */
const MOST = 15

export function keep(folder: string, name: string, compiled: Compiled): void {
  try {
    // The home itself is made by whoever has something to say in it.
    for (const each of [dirname(folder), folder]) make(each)
    if (!isOurFolder(folder)) return
    replace(join(folder, name), inFile(compiled), 0o600)
    prune(folder)
  } catch (error) {
    if (!(error instanceof DispatchError) && errorCode(error) === undefined) throw error
  }
}

function make(folder: string): void {
  try {
    mkdirSync(folder, 0o700)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

/** The oldest go, and with them what a killed writer left. */
function prune(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name))
  const made = new Map(files.map((file) => [file, statIfThere(file)?.mtimeMs ?? 0]))
  const byAge = files.sort((a, b) => (made.get(b) ?? 0) - (made.get(a) ?? 0))
  for (const file of byAge.slice(MOST)) removeAll(file)
}
