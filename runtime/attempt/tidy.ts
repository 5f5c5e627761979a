/** When a worker is over with all it started, what its CLI may have left at its places goes. */
import { findBackend } from '../backend/registry.ts'
import { findRepository } from '../worktree/repository.ts'
import type { Launch } from './record.ts'

export function tidy({ backend, cwd, containment, created }: Launch): void {
  findBackend(backend).tidy?.({
    cwd,
    containment,
    gitDirs: () => {
      const repository = findRepository(cwd)
      return repository === undefined ? [] : [...new Set([repository.common, repository.gitDir])]
    },
    since: new Date(created),
  })
}
