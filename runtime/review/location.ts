/** `location` of a finding, as reviewers spell it: a file, and the lines in it where they are known. Pure. */
import { plainPath } from '../spec/tasks.ts'

export interface Location {
  file: string
  /** First and last line; undefined where none is named. */
  lines: [number, number] | undefined
}

const LINES = [
  // src/a.ts:12, :12:5, :12-20, :L12
  /^(?<file>.+?):L?(?<first>\d+)(?:(?::\d+)?(?:\s*[-–]\s*L?(?<last>\d+)))?(?::\d+)?(?:,.*)?$/,
  // src/a.ts#L12-L20
  /^(?<file>.+?)#L(?<first>\d+)(?:C\d+)?(?:-L(?<last>\d+)(?:C\d+)?)?$/,
  // src/a.ts (lines 12–20), src/a.ts, line 12, src/a.ts line 12 to 20
  /^(?<file>.+?)[\s,]*\(?\s*(?:at\s+)?lines?\s*(?<first>\d+)(?:\s*(?:[-–]|to)\s*(?<last>\d+))?\)?$/i,
]

export function locationOf(text: string): Location {
  const bare = text.replace(/[`'"*]/g, '').trim()
  for (const pattern of LINES) {
    const { file, first, last } = pattern.exec(bare)?.groups ?? {}
    if (file === undefined || first === undefined) continue
    const [from, to] = [Number(first), Number(last ?? first)]
    return { file: fileOf(file), lines: [Math.min(from, to), Math.max(from, to)] }
  }
  // src/a.ts:save() and src/a.ts, in save(): a place without lines
  return { file: fileOf(bare.split(/[\s,(]|:(?!\d)/)[0] ?? bare), lines: undefined }
}

/** As git's patches name files (`a/…`, `b/…`), or as they are. */
const fileOf = (path: string) => plainPath(path.replace(/[\s,(]+$/, '')).replace(/^[ab]\/(?=.*\/)/, '')

/** Lines between two places; 0 where they touch, undefined where one is not known. */
export function distance(one: Location, other: Location): number | undefined {
  if (one.lines === undefined || other.lines === undefined) return undefined
  return Math.max(0, other.lines[0] - one.lines[1], one.lines[0] - other.lines[1])
}

/**
 * One name for each file, however it was spelled: a path that is the end of exactly one longer one is that one.
 * @returns by the path as it was read
 */
export function sameFiles(paths: Iterable<string>): Map<string, string> {
  const all = [...new Set(paths)]
  const names = new Map<string, string>()
  const byEnd = new Map<string, Set<string>>()
  for (const path of all) {
    const parts = path.replace(/^\//, '').split('/')
    parts.forEach((_, n) => {
      const end = parts.slice(n).join('/')
      byEnd.set(end, (byEnd.get(end) ?? new Set()).add(path))
    })
  }
  for (const path of all) {
    const longer = [...(byEnd.get(path.replace(/^\//, '')) ?? [])].filter(
      (other) => other.length > path.length,
    )
    // Of `/home/me/r/src/a.ts` and `src/a.ts` the shorter is the name that a repository knows.
    const [only, second] = longer.filter((other) => !isAbsolute(other))
    const target = only !== undefined && second === undefined ? only : path
    names.set(path, isAbsolute(target) ? (shorter(target, all) ?? target) : target)
  }
  return names
}

const isAbsolute = (path: string) => path.startsWith('/')

/** The longest relative path among all that an absolute one ends with. */
const shorter = (path: string, all: string[]) =>
  all
    .filter((other) => !isAbsolute(other) && other.includes('/') && path.endsWith(`/${other}`))
    .sort((a, b) => b.length - a.length)[0]
