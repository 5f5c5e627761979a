/**
 * Reads what `keep.ts` kept of a bundle. The engine runs it unseen, so it counts only where nobody else could have
 * written it, and only as it was written: the engine checks its own version and flags and the length of the source,
 * but not these bytes. Hence a file holds them twice: comparing costs nothing, where a digest would cost a good part
 * of what is saved.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'
import { errorCode } from './errors.ts'

export interface Compiled {
  code: Buffer
  /** How often it was written anew; less than 256. */
  made: number
}

/** Bytes at the end of a file, the last of which is `made`. */
const TAIL = 8

/** Bytes; several times what the largest bundle comes to. */
const LARGEST = 16 << 20

/** Only an absolute home is believed, as in config/home.ts. Undefined where files have no owner. */
export function compiledFolder({ DISPATCH_HOME, HOME }: NodeJS.ProcessEnv): string | undefined {
  const home = DISPATCH_HOME || (HOME && `${HOME}/.dispatch`)
  return home?.startsWith('/') && process.getuid !== undefined ? `${home}/cache/compiled` : undefined
}

/** The engine refuses what was made under other flags, so each set of them has a file of its own. */
export function compiledName(bundle: string, flags: readonly string[]): string {
  const given = flags.join(' ').trim()
  const name = `${bundle}-${process.version}-${process.arch}`
  return given === '' ? name : `${name}-${sumOf(given)}`
}

function sumOf(text: string): string {
  let sum = 7
  for (let at = 0; at < text.length; at++) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) >>> 0
  return sum.toString(36)
}

/** Undefined for whatever is not wholly as it should be. */
export function readCompiled(folder: string, name: string): Compiled | undefined {
  try {
    if (!isOurFolder(folder)) return undefined
    // Never waits, should there be a pipe; never follows a link.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    const file = openSync(`${folder}/${name}`, flags)
    try {
      const stat = fstatSync(file)
      return stat.isFile() && isOurs(stat) && stat.size <= LARGEST ? read(file, stat.size) : undefined
    } finally {
      closeSync(file)
    }
  } catch (error) {
    // Not there, or not for us; the verb needs none of it.
    if (errorCode(error) === undefined) throw error
    return undefined
  }
}

export function isOurFolder(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && isOurs(stat)
}

/** Nobody else may write it. */
const isOurs = ({ uid, mode }: Stats) => uid === process.getuid?.() && (mode & 0o022) === 0

function read(file: number, size: number): Compiled | undefined {
  const length = (size - TAIL) / 2
  const all = Buffer.allocUnsafeSlow(size)
  if (!Number.isInteger(length) || length <= 0 || readSync(file, all) !== size) return undefined
  const isTwice = all.compare(all, length, 2 * length, 0, length) === 0
  return isTwice ? { code: all.subarray(0, length), made: all[size - 1] ?? 0 } : undefined
}

export const inFile = ({ code, made }: Compiled) =>
  Buffer.concat([code, code, Buffer.alloc(TAIL - 1), Buffer.of(made)])

/** Runs that surely write it anew, and all that may. */
const FIRST = 3
const LAST = 15

/**
 * Is this run to write it anew? It holds the functions that runs came to, and what the first one does is seldom what
 * the next one does; to compare costs milliseconds. So the first few do it, then one of eight, and one day nobody.
 */
export const isDue = (made: number, lot = process.pid) => made < FIRST || (made < LAST && lot % 8 === 0)
