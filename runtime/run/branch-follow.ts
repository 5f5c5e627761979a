/**
 * An open batch on a branch that somebody moved meanwhile: what it is compared with becomes what it was, with all that
 * the branch brought since. So a commit of the user's own, or of the branch that was rebased onto, is no change of the batch.
 */
import { demand, withCopyAside } from '../worktree/index-copy.ts'
import { changedEntries, gitOn, putEntries } from './commit-index.ts'

/**
 * @param base of the batch: the commit it was opened on, and the tree of all that lay in the work tree then
 * @param head the branch's newest commit now
 */
export async function followed(
  top: string,
  base: { commit: string; tree: string },
  head: string,
): Promise<{ commit: string; tree: string }> {
  const brought = await changedEntries(top, base.commit, head)
  return withCopyAside('none', async (index) => {
    const git = gitOn(top, index)
    const say = 'git could not compare the branch with the batch'
    demand(await git(['read-tree', base.tree]), say, top)
    await putEntries(git, top, brought)
    return { commit: head, tree: demand(await git(['write-tree']), say, top).stdout.trim() }
  })
}
