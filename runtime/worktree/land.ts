/**
 * Brings a task's branch into the branch that the user is on. What is uncommitted is committed to the task's branch
 * first; the merge is computed without touching anybody's files, verified in the task's worktree, and only then put
 * into the user's tree. Conflicts are laid into the task's worktree. The caller holds the locks.
 */
import { notNow, refused } from '../io/errors.ts'
import { git } from '../io/git.ts'
import { statIfThere } from '../io/stat.ts'
import { commitTree, withTask } from './land-commit.ts'
import { lay } from './land-layout.ts'
import { filesIn, mergeTrees, treeOf } from './land-merge.ts'
import { endMove, move, moveOf } from './land-move.ts'
import { inConflict, readyHead, tipOf } from './land-ready.ts'
import { isIn, refuseDirty, type Target, targetOf } from './land-target.ts'
import { verified } from './land-verify.ts'
import { recordLanded } from './landed.ts'
import type { Repository } from './repository.ts'

export interface LandRequest {
  repository: Repository
  root: string
  id: string
  title: string
  /** The attempt that gets the fact: its number and folder. */
  attempt: { number: number; folder: string }
  /** The note of a merge that was laid into the worktree. */
  layout: string
  worktree: string
  branch: string
  /** Where workers' worktrees lie. */
  folder: string
  squash: boolean
  message: string | undefined
  /** Runs the user's command in the worktree. @throws exit 1 when it fails */
  verify: (() => Promise<void>) | undefined
  /** Where what a verification changed is put aside, as a patch. */
  aside: string
  /** A line for people on what happens on the way. */
  say(line: string): void
}

export interface LandResult {
  into: string
  /** Before and after. */
  onto: string
  commit: string
  head: string
}

/** So often the user's branch may move while it is being landed on. */
const TRIES = 5

/** @throws exit 1 for everything that is the user's to decide, 75 where the branch does not stand still */
export async function land(request: LandRequest): Promise<LandResult> {
  const { repository, branch, folder, worktree, say } = request
  const first = await targetOf(repository, branch, folder)
  await refuseDirty(first)
  const there = statIfThere(worktree) !== undefined
  const head = there ? await readyHead(request, first) : await tipOf(request)
  if (!there) say(`The worktree is gone (${worktree}); what is committed on ${branch} is landed.`)
  for (let tries = 0; tries < TRIES; tries++) {
    const target = tries === 0 ? first : await targetOf(repository, branch, folder)
    const landed = await landOn(request, target, head, there)
    if (landed !== undefined) return landed
    say(`${target.name} moved meanwhile; once more.`)
  }
  throw notNow({ what: `${first.name} does not stand still`, next: 'Run the same command again later.' })
}

async function landOn(request: LandRequest, target: Target, head: string, there: boolean) {
  const { repository, id, branch, worktree, layout, verify, squash, message, title, root, attempt } = request
  const nothing = () =>
    refused({
      what: `there is nothing to land: all of ${branch} is in ${target.name} already`,
      next: `To remove what is left of it: dispatch clean ${id}`,
    })
  if (await isIn(repository, head, target.tip)) throw nothing()
  const merged = await mergeTrees(repository, target.here, target.tip, head)
  if (merged.stages.length > 0) {
    const files = filesIn(merged.stages)
    if (!there)
      throw inConflict(request, target, files, 'The worktree is gone: resolve it by hand with git merge.')
    // As the worker's own git would have it: what is its own comes first.
    const laid = await mergeTrees(repository, target.here, head, target.tip)
    await lay(repository, worktree, layout, { target: target.tip, head, name: target.name, merged: laid })
    throw inConflict(request, target, files)
  }
  if (!merged.clean)
    throw refused({
      what: `git is not sure how to merge ${branch} with ${target.name}: both renamed the same folders`,
      where: worktree,
      next: `Have it merged: dispatch resume ${id} --answer "Merge ${target.name} into your branch, and commit." Or: git -C '${worktree}' merge ${target.name}`,
    })
  if (merged.tree === (await treeOf(repository, target.here, target.tip))) throw nothing()
  if (verify !== undefined) {
    if (!there)
      throw refused({
        what: 'the worktree to verify in is gone',
        where: worktree,
        next: `Make it again: git worktree prune; git worktree add '${worktree}' ${branch}. Or land without --verify.`,
      })
    await verified(request, { target: target.tip, head, name: target.name, merged }, verify)
  }
  const text = message ?? (squash ? title : `Land ${id}: ${title}`)
  const parents = squash ? [target.tip] : [target.tip, head]
  const commit = await commitTree(repository, merged.tree, parents, withTask(text, id))
  const wanted = moveOf(target, { id, attempt: attempt.number, branch, head, to: commit })
  if (!(await move(root, target, wanted))) return undefined
  const result: LandResult = { into: target.name, onto: target.tip, commit, head }
  recordLanded(attempt.folder, { ...result, branch, at: new Date().toISOString() })
  endMove(root)
  await afterMerge(target, squash)
  return result
}

/** The user's own hook, as `git merge` would run it. What it says is git's business; it cannot undo anything. */
async function afterMerge({ here }: Target, squash: boolean): Promise<void> {
  await git(here, ['hook', 'run', '--ignore-missing', 'post-merge', '--', squash ? '1' : '0'], {
    asUser: true,
  })
}
