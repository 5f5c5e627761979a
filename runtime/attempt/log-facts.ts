/** What a worker's log says, read in slices: all of it at the end, or what was added since the last look. */
import type { LogFacts } from '../backend/backend.ts'
import { findBackend } from '../backend/registry.ts'
import { readFrom } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'

/** Bytes of a line that are read; what is longer is no event, and is passed over. */
const LONGEST_LINE = 16 << 20

export interface OpenLog {
  /** Reads what was added. */
  advance(): void
  /** What the whole lines so far tell. */
  facts(): LogFacts
}

/** @param offset where to begin (bytes); in the middle of a line, the rest of that line makes no sense and is passed over */
export function openLog(backend: string, path: string, offset = 0): OpenLog & { end(): LogFacts } {
  const reader = findBackend(backend).reader()
  let at = offset
  let begun: Buffer[] = []
  let length = 0
  const take = (end: Buffer) => {
    if (length + end.length <= LONGEST_LINE) reader.lines([Buffer.concat([...begun, end]).toString('utf8')])
    begun = []
    length = 0
  }
  const advance = () => {
    for (;;) {
      const slice = readFrom(path, at)
      if (slice.length === 0) return
      at += slice.length
      const first = slice.indexOf(0x0a)
      const last = slice.lastIndexOf(0x0a)
      if (first !== -1) take(slice.subarray(0, first))
      if (last > first)
        reader.lines(
          slice
            .subarray(first + 1, last)
            .toString('utf8')
            .split('\n'),
        )
      const rest = slice.subarray(last + 1)
      length += rest.length
      if (length <= LONGEST_LINE) begun.push(rest)
      else begun = []
    }
  }
  return {
    advance,
    facts: () => reader.facts(),
    end: () => {
      if (length > 0) take(Buffer.alloc(0))
      return reader.facts()
    },
  }
}

/** A whole log, its last line complete or not. */
export function readLog(backend: string, path: string): LogFacts {
  const log = openLog(backend, path)
  log.advance()
  return log.end()
}

/** The last 4 kB of a file. */
export function tailOf(path: string): string {
  const size = statIfThere(path)?.size ?? 0
  return readFrom(path, Math.max(0, size - 4096)).toString('utf8')
}
