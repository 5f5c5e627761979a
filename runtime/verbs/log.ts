import { observe } from '../attempt/observe.ts'
import { findBackend } from '../backend/registry.ts'
import { onChange } from '../io/changes.ts'
import { forReader } from '../io/console.ts'
import { refused, unreadable } from '../io/errors.ts'
import { readFrom } from '../io/reading.ts'
import { needed, nothingMore, parse } from './args.ts'
import { existing } from './ground.ts'
import { readingRoot } from './root.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch log <id> [--follow]   the transcript of the newest attempt, readable

Example: dispatch log security-audit --follow
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { follow: { type: 'boolean', short: 'f' } }, help)
  nothingMore(positionals.slice(1), help)
  const root = readingRoot(io)
  const id = existing(root, needed(positionals[0], 'the task id', help))
  const { attempt, problems } = observe(root, id)
  if (attempt?.launch === undefined && problems[0] !== undefined)
    throw unreadable({ what: `the transcript of ${id} cannot be shown; ${problems[0]}` })
  if (attempt?.launch === undefined)
    throw refused({ what: `${id} has no transcript yet`, next: `See: dispatch status ${id}` })
  const { transcript } = findBackend(attempt.launch.backend)
  const { log, stderr, folder } = attempt.paths
  const readers = [linesOf(log, transcript), linesOf(stderr, (line) => `! ${line}`)]
  const isOver = () => observe(root, id).exit !== undefined
  // Asked before it is read: what is there then is all that ever comes.
  const print = () => {
    const over = isOver()
    for (const read of readers) for (const line of read(over)) io.stdout(forReader(`${line}\n`))
    return over
  }
  if (!print() && values.follow) await untilOver(print, folder)
  return 0
}

/** Bytes of a line that are shown: a longer one is no line of a transcript, and would have to be held in memory. */
const LONGEST = 4 << 20

/** A function that returns the lines that came since it was last called; at the end also one without a line end. */
export function linesOf(
  path: string,
  show: (line: string) => string | undefined,
  longest = LONGEST,
): (over: boolean) => string[] {
  let offset = 0
  /** Bytes of a line that is too long, so far; 0 in all others. */
  let skipped = 0
  return (over) => {
    const shown: string[] = []
    const add = (line: string) => {
      const text = show(line)
      if (text !== undefined) shown.push(text)
    }
    const endSkipped = (more: number) => {
      shown.push(`… (${skipped + more} bytes)`)
      skipped = 0
    }
    for (;;) {
      const slice = readFrom(path, offset, longest)
      if (skipped > 0) {
        const end = slice.indexOf(0x0a)
        if (end === -1) skipped += slice.length
        else endSkipped(end)
        offset += end === -1 ? slice.length : end + 1
        if (slice.length > 0) continue
        if (over && skipped > 0) endSkipped(0)
        return shown
      }
      const end = slice.lastIndexOf(0x0a) + 1
      offset += end
      if (end > 0)
        slice
          .subarray(0, end - 1)
          .toString('utf8')
          .split('\n')
          .forEach(add)
      else if (slice.length === longest) {
        skipped = slice.length
        offset += slice.length
      } else {
        if (over && slice.length > 0) {
          offset += slice.length
          add(slice.toString('utf8'))
        }
        return shown
      }
    }
  }
}

/** @param print prints what is new, and says whether nothing more comes */
function untilOver(print: () => boolean, folder: string): Promise<void> {
  return new Promise((resolve) => {
    const changes = onChange(() => {
      if (!print()) return
      changes.close()
      resolve()
    }, 1000)
    changes.follow([folder])
  })
}
