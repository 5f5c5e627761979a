/**
 * Which commits are a run's batches: told by the lines that the runtime wrote into their messages, so that they are found
 * again after a rebase, too. A commit cannot hold its own name, and a note beside it could be lost.
 */
import { refused } from '../io/errors.ts'
import { askGit } from '../io/git.ts'
import type { BatchKey } from './facts.ts'

interface BatchCommit {
  commit: string
  keys: BatchKey[]
  tasks: string[]
}

/**
 * @param source the spec's folder, relative: another run's batches may have come in by a rebase, and touch other documents
 * @returns of commits of one batch the newest
 * @throws exit 1 where the base is no commit here any more
 */
export function findBatchCommits(
  top: string,
  base: string,
  head: string,
  source?: string,
): Map<BatchKey, string> {
  const found = new Map<BatchKey, string>()
  for (const { commit, keys } of batchCommits(top, base, head, source))
    for (const key of keys) if (!found.has(key)) found.set(key, commit)
  return found
}

/** Newest first. Only along the branch itself: what was merged into it belongs to others. */
function batchCommits(top: string, base: string, head: string, source?: string): BatchCommit[] {
  const list = (...paths: string[]) => {
    const words = ['log', '-z', '--first-parent', '--format=%H%n%B', '--grep=^Batch: ', `${base}..${head}`]
    const listed = askGit(top, [...words, '--', ...paths])
    return listed === undefined ? nothingOf(top, base, head) : commitsIn(listed)
  }
  if (source === undefined) return list()
  const ours = list(`:(top,literal)${source}/checkpoint.yaml`)
  if (ours.length > 0) return ours
  // Where git ignores the spec's folder, no commit touches it.
  const isIgnored = askGit(top, ['check-ignore', '--quiet', '--', `${source}/checkpoint.yaml`]) !== undefined
  return isIgnored ? list() : []
}

/** A branch that is gone has no commits; without the base nobody can tell. */
function nothingOf(top: string, base: string, head: string): [] {
  const isThere = (commit: string) =>
    askGit(top, ['rev-parse', '--verify', '--quiet', `${commit}^{commit}`]) !== undefined
  if (!isThere(head) || isThere(base)) return []
  throw refused({
    what: 'the commit that the run began at is not in this repository any more',
    where: base,
    next: 'Fetch it again, or begin the run anew: what is committed and completed stays.',
  })
}

/** Pure. Commits that were squashed into one bring the lines of all. */
export function commitsIn(log: string): BatchCommit[] {
  return log.split('\0').flatMap((entry) => {
    const [commit = '', ...lines] = entry.split('\n')
    const keys = lines.flatMap((line): BatchKey[] => {
      const [, key] = /^Batch: (\d+(?=\/\d+$)|final$)/.exec(line.trimEnd()) ?? []
      return key === undefined ? [] : [key === 'final' ? key : Number(key)]
    })
    const tasks = lines.flatMap((line) => /^Tasks: (.+)$/.exec(line.trimEnd())?.[1]?.split(/,\s*/) ?? [])
    return keys.length === 0 ? [] : [{ commit, keys, tasks }]
  })
}
