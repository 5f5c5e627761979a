/**
 * A merge that touches no worktree: git computes the merged tree in its object database. Attributes are those of the
 * user's branch; no merge driver runs but known ones (inside.ts).
 */
import { DispatchError, EXIT, refused } from '../io/errors.ts'
import { asText } from '../io/git-bytes.ts'
import { demand } from './index-copy.ts'
import { bytesInWorktree } from './inside.ts'
import type { Repository } from './repository.ts'

export interface Merged {
  /** Git knew what to do with everything. It may not, and have no file in conflict: folders renamed by both. */
  clean: boolean
  /** Where it is not clean, with git's markers in it. */
  tree: string
  /** `mode object stage\tname` of each side of a conflict, in bytes, as `update-index --index-info` takes it. */
  stages: string[]
}

/** @param here whose attributes count */
export async function mergeTrees(
  repository: Repository,
  here: string,
  ours: string,
  theirs: string,
): Promise<Merged> {
  const args: [string, ...string[]] = ['merge-tree', '--write-tree', '-z', '--no-messages', ours, theirs]
  const { code, stdout, stderr } = await bytesInWorktree(repository, here, args)
  if (code === 0 || code === 1) return { clean: code === 0, ...parseMerged(stdout) }
  if (code === 129)
    throw new DispatchError(EXIT.missing, {
      what: 'this git cannot merge without a worktree',
      expected: 'git 2.38 or newer',
      next: `Update git, or merge by hand: git merge ${theirs.slice(0, 12)}`,
    })
  if (/unrelated histories/.test(stderr))
    throw refused({
      what: 'the branches have no commit in common',
      found: `${ours.slice(0, 12)} and ${theirs.slice(0, 12)}`,
      next: `Somebody began the branch anew. Look at it: git log --oneline ${theirs.slice(0, 12)}`,
    })
  return demand({ ok: false, stderr, clean: false, tree: '', stages: [] }, 'git could not merge', here)
}

/** `tree NUL (mode object stage TAB name NUL)*`. Pure. */
export function parseMerged(output: string): Omit<Merged, 'clean'> {
  const [tree = '', ...rest] = output.split('\0')
  return { tree: tree.trim(), stages: rest.filter((entry) => /^\d{6} [0-9a-f]+ [123]\t/.test(entry)) }
}

/** The files in conflict, for people. */
export const filesIn = (stages: readonly string[]) => [
  ...new Set(stages.map((stage) => asText(stage.slice(stage.indexOf('\t') + 1)))),
]

/** The tree of a commit. */
export async function treeOf(repository: Repository, here: string, commit: string): Promise<string> {
  const asked = await bytesInWorktree(repository, here, ['rev-parse', '--verify', `${commit}^{tree}`])
  return demand(asked, 'this commit cannot be read', commit).stdout.trim()
}
