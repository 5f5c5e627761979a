/** How a run's branch stands in git: read here, judged in branch-trouble.ts. One call of git where nothing happened. */
import { join } from 'node:path'
import { askGit } from '../io/git.ts'
import { readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { findRepository } from '../worktree/repository.ts'
import type { BatchFacts, RunFacts } from './facts.ts'

export type Operation = 'rebase' | 'merge' | 'cherry-pick' | 'revert'

export interface BranchNow {
  /** What is checked out by name; undefined: a commit without a branch. */
  checkedOut: string | undefined
  /** What somebody began here and did not end. */
  operation: Operation | undefined
  /** Newest commit of the run's branch; undefined: it is gone. */
  head: string | undefined
  /** What it was when the run was last at work. */
  expected: string
  /** The branch still holds that. */
  holds: boolean
  /** Commits since then that are no batch of ours, oldest first; where it does not hold, those since they parted. */
  since: { commit: string; subject: string }[]
}

const OPERATIONS: [string, Operation][] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
]

export const operationIn = (gitDir: string): Operation | undefined =>
  OPERATIONS.find(([name]) => statIfThere(join(gitDir, name)) !== undefined)?.[1]

export function readBranch(top: string, { run, batches }: Pick<RunFacts, 'run' | 'batches'>): BranchNow {
  const gitDir = findRepository(top)?.gitDir ?? join(top, '.git')
  const checkedOut = /^ref: refs\/heads\/(.+)$/.exec(readIfThere(join(gitDir, 'HEAD'))?.trim() ?? '')?.[1]
  const head = askGit(top, ['rev-parse', '--verify', '--quiet', `refs/heads/${run.branch}^{commit}`])
  const expected = expectedHead(run.base, batches)
  const holds =
    head === expected ||
    (head !== undefined && askGit(top, ['merge-base', '--is-ancestor', expected, head]) !== undefined)
  return {
    checkedOut,
    operation: operationIn(gitDir),
    head,
    expected,
    holds,
    since: head === undefined || head === expected ? [] : commitsBetween(top, expected, head),
  }
}

/** Where the newest batch that was begun stands or stood. The final review is no work on the branch of its own. */
export function expectedHead(base: string, batches: readonly BatchFacts[]): string {
  const begun = batches.filter((batch) => batch.key !== 'final' && batch.base !== undefined).at(-1)
  const final = batches.find(({ key }) => key === 'final')?.commit
  return final ?? begun?.commit ?? begun?.base?.commit ?? base
}

/** Along the branch itself. */
function commitsBetween(top: string, from: string, to: string): BranchNow['since'] {
  const words = ['log', '-z', '--first-parent', '--reverse', '--format=%H%n%s%n%b']
  const listed = askGit(top, [...words, `${from}..${to}`, '--']) ?? ''
  return listed.split('\0').flatMap((entry) => {
    const [commit = '', subject = '', ...body] = entry.split('\n')
    return commit === '' || body.some((line) => BATCH.test(line)) ? [] : [{ commit, subject }]
  })
}
const BATCH = /^Batch: (\d+\/\d+|final)$/
