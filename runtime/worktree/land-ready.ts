/**
 * All of the work on the task's branch before it is merged: what an earlier landing laid into the worktree is settled,
 * and what is uncommitted is committed.
 */
import { refused } from '../io/errors.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import { dropCopies } from './index-copy.ts'
import { branchOf, gitDirOf, inCommon } from './inside.ts'
import type { LandRequest } from './land.ts'
import { commitWork, withTask } from './land-commit.ts'
import { fateOf, forget, markedIn, readLayout, unlay, unmergedIn } from './land-layout.ts'
import { isIn, type Target, unfinishedIn } from './land-target.ts'
import { putAside } from './land-verify.ts'
import { recordMerged } from './landed.ts'
import { someOf } from './stage.ts'

export async function tipOf({ repository, branch, id, worktree }: LandRequest): Promise<string> {
  const tip = await inCommon(repository, [
    ...['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`],
  ])
  if (tip.ok) return tip.stdout
  throw refused({
    what: `the branch ${branch} is gone, so there is nothing to land`,
    found: statIfThere(worktree) === undefined ? 'no worktree either' : `the worktree ${worktree}`,
    next: `Its commits may still be there: git reflog --all, then git branch ${branch} <commit>. See: dispatch diff ${id}`,
  })
}

/** All of the work on the task's branch. Returns its newest commit. */
export async function readyHead(request: LandRequest, target: Target): Promise<string> {
  const { repository, worktree, branch, id, title, layout, say } = request
  const head = await tipOf(request)
  if (realPath(worktree) !== worktree || !statIfThere(worktree)?.isDirectory())
    throw refused({
      what: 'the worktree is not the folder that was made',
      where: worktree,
      next: 'Look at it.',
    })
  const gitDir = gitDirOf(repository, worktree)
  const on = branchOf(repository, worktree)
  if (on !== `refs/heads/${branch}`)
    throw refused({
      what: `the worktree is not on ${branch}`,
      where: worktree,
      found: on?.replace(/^refs\/heads\//, '') ?? 'no branch (a detached HEAD)',
      next: `If what is there is the work: git -C '${worktree}' switch -C ${branch}. Else switch back: git -C '${worktree}' switch ${branch}`,
    })
  dropCopies(gitDir)
  const also = await settleLayout(request, head, target)
  const unfinished = also === undefined ? unfinishedIn(gitDir) : undefined
  const unmerged = also === undefined ? await unmergedIn(repository, worktree) : []
  if (unfinished !== undefined || unmerged.length > 0)
    throw refused({
      what: `the worker left ${unfinished ?? 'a merge'} unfinished`,
      where: worktree,
      ...(unmerged.length > 0 ? { found: `in conflict: ${unmerged.slice(0, 10).join(', ')}` } : {}),
      next: `Have it ended: dispatch resume ${id} --answer "End what you left unfinished, and commit."`,
    })
  const message = withTask(also === undefined ? `Uncommitted work: ${title}` : `Merge ${target.name}`, id)
  const brought = await commitWork(repository, worktree, {
    branch,
    head,
    message,
    ...(also === undefined ? {} : { also }),
  })
  if (also !== undefined) {
    recordMerged(request.attempt.folder, also)
    forget(repository, worktree, layout)
  }
  if (brought.head !== head)
    say(`Committed to ${branch} what was not yet: ${someOf(brought.files) || 'the merge'}.`)
  if (brought.nested.length > 0) say(`Left out, repositories of their own: ${someOf(brought.nested)}.`)
  return brought.head
}

/** What was laid into the worktree earlier: taken out again, or, where it was resolved, the commit that was merged. */
async function settleLayout(request: LandRequest, head: string, target: Target): Promise<string | undefined> {
  const { repository, worktree, layout, say, attempt } = request
  const laid = readLayout(layout)
  if (laid === undefined) return undefined
  // A verification that was killed: what it made of the files is not the worker's.
  if (laid.verifying === attempt.number) await putAside(request, laid)
  if (!laid.whole) {
    const left = await unlay(repository, worktree, layout)
    say(
      `Took back a merge that was not laid out whole.${left.length > 0 ? ` As they were: ${someOf(left)}.` : ''}`,
    )
    return undefined
  }
  if (laid.head !== head) {
    // The worker committed it, or went on without it: either way the branch says what the work is.
    const marked = markedIn(worktree, laid)
    if (marked.length > 0) throw inConflict(request, target, marked)
    if (await isIn(repository, laid.target, head)) recordMerged(attempt.folder, laid.target)
    forget(repository, worktree, layout)
    return undefined
  }
  const fate = await fateOf(repository, worktree, laid)
  if (fate.is === 'untouched') await unlay(repository, worktree, layout)
  if (fate.is === 'given up') forget(repository, worktree, layout)
  if (fate.is === 'open') throw inConflict(request, target, fate.files)
  return fate.is === 'resolved' ? laid.target : undefined
}

export const inConflict = (
  { id, branch, worktree }: LandRequest,
  { name }: Target,
  files: string[],
  next?: string,
) =>
  refused({
    what: `${branch} and ${name} are in conflict, so ${name} was not touched: ${files.slice(0, 10).join(', ')}${files.length > 10 ? ` and ${files.length - 10} more` : ''}`,
    where: worktree,
    next:
      next ??
      `The merge lies there to be resolved: dispatch resume ${id} --answer "Resolve the merge conflicts in your worktree and commit." Then land it again.`,
  })
