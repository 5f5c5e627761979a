/** When a worker is over with all it started, what its CLI may have left at its places goes. */
import { basename, dirname } from 'node:path'
import { findBackend } from '../backend/registry.ts'
import { type AttemptPaths, taskIds } from '../task/directory.ts'
import { findRepository } from '../worktree/repository.ts'
import type { Launch } from './record.ts'
import { standingOf } from './standing.ts'

export function tidy(
  { folder }: AttemptPaths,
  { backend, cwd, worktree, containment, created }: Launch,
): void {
  const task = dirname(dirname(folder))
  const root = dirname(dirname(task))
  findBackend(backend).tidy?.({
    cwd,
    containment,
    gitDirs: () => {
      const repository = findRepository(cwd)
      return repository === undefined ? [] : [...new Set([repository.common, repository.gitDir])]
    },
    since: new Date(created),
    others: () =>
      // A worktree is one task's own.
      worktree === null &&
      taskIds(root).some(
        (id) => id !== basename(task) && ['queued', 'live'].includes(standingOf(root, id).standing),
      ),
  })
}
