/**
 * One commit a batch: exactly its approved changes and our documents, made by `git commit` with the user's hooks and
 * signature. What else the user changed or staged stays as it is. It can be killed anywhere and called again: a commit
 * that was made is found by its message.
 */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { askGit } from '../io/git.ts'
import { withCopyAside } from '../worktree/index-copy.ts'
import { findRepository } from '../worktree/repository.ts'
import { operationIn } from './branch-state.ts'
import { findBatchCommits } from './commit-find.ts'
import { changedEntries, gitOn, inBytes, isGone, putEntries } from './commit-index.ts'
import { committed, some, touched } from './commit-make.ts'
import { snapshot } from './evidence/snapshot.ts'
import type { BatchKey, RunRecord } from './facts.ts'

export interface CommitInput {
  top: string
  env: NodeJS.ProcessEnv
  run: Pick<RunRecord, 'branch' | 'base' | 'source'>
  key: BatchKey
  /** Tree of the work tree when the batch was opened. */
  base: string
  /** Tree of the work tree as it was tested and reviewed. */
  approved: string
  /** Which of the changes between the two are the batch's, relative; all others are somebody else's. */
  paths: readonly string[]
  /** Ours, relative, as they lie there now: tasks.yaml, review.yaml, checkpoint.yaml. */
  documents: readonly string[]
  message: string
  /** Milliseconds for git and the hooks. */
  timeout?: number
}

export type Committed =
  | { commit: string; tree: string }
  /** A hook changed approved files: what lies there now, a tree, has to pass the suite first. Nothing is committed. */
  | { rewritten: string; reasons: string[] }
  /** The approved files were changed by somebody since. Nothing is committed. */
  | { moved: string; reasons: string[] }
  | { refused: string[] }

/** @throws exit 1 where git fails at something that is no hook's doing, 75 where the disk is full */
export async function commitBatch(input: CommitInput): Promise<Committed> {
  const { top, run, key } = input
  const repository = findRepository(top)
  if (repository === undefined)
    throw refused({ what: 'a batch is committed in a git repository', where: top })
  const obstacle = obstacleIn(repository.gitDir, run.branch)
  if (obstacle !== undefined) return { refused: [obstacle] }
  const head = askGit(top, ['rev-parse', '--verify', 'HEAD^{commit}'])
  if (head === undefined) return { refused: [`${run.branch} has no commit to stand on`] }
  const made = findBatchCommits(top, run.base, head, run.source).get(key)
  if (made !== undefined) return { commit: made, tree: treeOf(top, made) }

  const documents = new Set(input.documents.map(inBytes))
  const wanted = new Set(input.paths.map(inBytes))
  const entries = (await changedEntries(top, input.base, input.approved)).filter(
    ({ name }) => wanted.has(name) && !documents.has(name),
  )
  const index = join(repository.gitDir, 'index')
  return withCopyAside(`${index}.none`, (files) =>
    withCopyAside(index, async (copy) => {
      await putEntries(
        gitOn(top, files),
        top,
        entries.filter((entry) => !isGone(entry)),
      )
      const work = { input, head, entries, documents, files, copy }
      const differing = await touched(work)
      if (differing.length > 0)
        return {
          moved: await snapshot(top),
          reasons: [`changed since they were approved: ${some(differing)}`],
        }
      return committed(work)
    }),
  )
}

function obstacleIn(gitDir: string, branch: string): string | undefined {
  const operation = operationIn(gitDir)
  if (operation !== undefined) return `a ${operation} is under way here; end it or abort it first`
  const checkedOut = askGit(gitDir, ['--git-dir', gitDir, 'symbolic-ref', '--quiet', 'HEAD'])
  return checkedOut === `refs/heads/${branch}`
    ? undefined
    : `${branch} is not checked out here; the batch belongs on it: git switch ${branch}`
}

export const treeOf = (top: string, commit: string) => askGit(top, ['rev-parse', `${commit}^{tree}`]) ?? ''
