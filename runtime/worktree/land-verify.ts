/** The user's command on the merged tree, in the task's worktree, which is afterwards exactly what it was before. */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { git } from '../io/git.ts'
import { asText } from '../io/git-bytes.ts'
import { replace } from '../io/publishing.ts'
import { realPath } from '../io/stat.ts'
import { printYaml } from '../io/yaml.ts'
import { patch } from './diff.ts'
import { demand, withCopy } from './index-copy.ts'
import { bytesInWorktree, indexOf, inWorktree } from './inside.ts'
import type { LandRequest } from './land.ts'
import { type Laid, type Layout, lay, readLayout, unlay } from './land-layout.ts'
import { removeWithFolders } from './land-restore.ts'
import { changesIn, someOf } from './stage.ts'

/** @throws what `verify` throws; the merge then stays in the worktree for its worker */
export async function verified(request: LandRequest, laid: Laid, verify: () => Promise<void>): Promise<void> {
  const { repository, worktree, layout: note, attempt } = request
  await refuseStranger(request)
  await lay(repository, worktree, note, laid)
  const layout = readLayout(note)
  if (layout === undefined) throw new Error(`${note} is gone`)
  replace(note, printYaml({ ...layout, verifying: attempt.number }))
  try {
    await verify()
  } finally {
    await putAside(request, layout)
    replace(note, printYaml(layout))
  }
  await unlay(repository, worktree, note)
}

/**
 * Snapshots, reports, lock files: what a verification makes of the files is neither the worker's nor what was landed.
 * It is kept as a patch, and the files become again what was verified.
 */
export async function putAside(
  { repository, worktree, aside, say }: LandRequest,
  { tree }: Layout,
): Promise<void> {
  const index = indexOf(repository, worktree)
  const changes = await withCopy(index, async (copy) => {
    const reset = await inWorktree(repository, worktree, ['read-tree', '--reset', tree], { index: copy })
    demand(reset, 'git could not compare the files', worktree)
    return changesIn(repository, worktree, copy)
  })
  const { present, gone, untracked } = changes
  if (present.length + gone.length === 0) return
  replace(aside, Buffer.from(await patch({ repository, base: tree, tree: { path: worktree } }), 'latin1'))
  for (const name of untracked) removeWithFolders(worktree, name)
  const back = [...present, ...gone].filter((name) => !untracked.includes(name))
  const input = back.map((name) => `${name}\0`).join('')
  const put = await withCopy(index, async (copy) => {
    const reset = await inWorktree(repository, worktree, ['read-tree', '--reset', tree], { index: copy })
    demand(reset, 'git could not compare the files', worktree)
    const args: [string, ...string[]] = ['checkout-index', '--force', '-z', '--stdin']
    return bytesInWorktree(repository, worktree, args, { index: copy, input })
  })
  demand(put, 'git could not set the files back', worktree)
  say(`The verification changed files, put aside in ${aside}: ${someOf([...present, ...gone])}.`)
}

/** The user's command is run there, so it is to be the repository that it was. */
async function refuseStranger({ repository, worktree }: LandRequest): Promise<void> {
  const asked = await git(worktree, ['rev-parse', '--path-format=absolute', '--git-common-dir'])
  if (
    asked.ok &&
    (realPath(asked.stdout) ?? asked.stdout) === (realPath(repository.common) ?? repository.common)
  )
    return
  throw refused({
    what: 'this worktree does not belong to the repository any more, so nothing is run in it',
    where: join(worktree, '.git'),
    found: asText(asked.stdout || asked.stderr),
    next: 'Somebody wrote that file anew. Look at it; land without --verify if you trust the diff.',
  })
}
