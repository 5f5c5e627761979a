/** Standard input, output and error of this process. */
import { fstatSync, readSync, writeSync } from 'node:fs'
import { harmlessLines } from './cells.ts'
import { errorCode } from './errors.ts'

/** Is it a terminal? The streams that would tell take milliseconds to make: they are asked only where it may be one. */
export function isTerminal(file: 0 | 1): boolean {
  try {
    if (!fstatSync(file).isCharacterDevice()) return false
  } catch (error) {
    if (errorCode(error) === 'EBADF') return false
    throw error
  }
  return (file === 0 ? process.stdin : process.stdout).isTTY === true
}

/** What was piped in, to its end; undefined where standard input is a terminal or closed. */
export function pipedIn(): string | undefined {
  if (isTerminal(0)) return undefined
  try {
    fstatSync(0)
    return readToEnd()
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EBADF' || code === 'EOF' || code === 'EISDIR' || code === 'ENXIO') return undefined
    throw error
  }
}

/** A parent may have made the pipe non-blocking (Node's do), and may write later than we read. */
function readToEnd(): string {
  const chunks: Buffer[] = []
  const buffer = Buffer.alloc(1 << 16)
  for (;;) {
    try {
      const n = readSync(0, buffer)
      if (n === 0) return Buffer.concat(chunks).toString('utf8')
      chunks.push(Buffer.from(buffer.subarray(0, n)))
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error
      pause()
    }
  }
}

/** A few milliseconds, in which nothing else can be done. */
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3)

/** What a model wrote, as standard output gets it: byte for byte into a pipe or a file, harmless on a terminal. */
export const forReader = (text: string, onTerminal = isTerminal(1)): string =>
  onTerminal ? harmlessLines(text) : text

/** Written at once and whole, also into a pipe; a reader that went away ends us quietly, as it ends `cat`. */
export function write(file: 1 | 2, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at)
    } catch (error) {
      const code = errorCode(error)
      if (code === 'EAGAIN') {
        pause()
        continue
      }
      if (code === 'EPIPE') process.exit(141)
      throw error
    }
  }
}
