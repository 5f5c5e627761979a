/** The part of making a worktree that only one create does at a time: its name, its branch, its entry in git. */
import { join } from 'node:path'
import { claimFolder, namesIn } from '../io/folders.ts'
import { statIfThere } from '../io/stat.ts'
import { failed, persistently } from './busy.ts'
import { inCommon, registered } from './inside.ts'
import { excludeLink } from './link.ts'
import { beginMaking, endMaking, leftovers, type Making, undo } from './making.ts'
import { freeName } from './place.ts'
import type { Repository } from './repository.ts'

/** Undoes what killed creates left, picks a free name, and has git make the branch and the worktree, without files. */
export async function register(
  repository: Repository,
  folder: string,
  id: string,
  base: string,
): Promise<Making> {
  for (const left of leftovers(folder)) await takeBack(repository, left)
  const making = await claim(repository, folder, id, base)
  try {
    excludeLink(repository.common)
    // Locked until it is ready, so that nobody's `git worktree prune` takes it half-made.
    const { ok, stderr } = await persistently(
      () =>
        inCommon(repository, [
          ...['worktree', 'add', '--no-checkout', '--no-track', '--lock', '--reason', making.lock],
          ...['-b', making.branch, making.path, base],
        ]),
      () => undo(repository, making),
    )
    if (!ok) throw failed('git could not make the worktree', making.path, stderr)
    return making
  } catch (error) {
    await takeBack(repository, making)
    throw error
  }
}

export async function takeBack(repository: Repository, making: Making): Promise<void> {
  await undo(repository, making)
  endMaking(making)
}

async function claim(repository: Repository, folder: string, id: string, base: string): Promise<Making> {
  const { ok, stdout, stderr } = await inCommon(repository, [
    ...['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/dispatch'],
  ])
  const branches = stdout.split('\n')
  if (!ok) throw failed('git could not list the branches', repository.top, stderr)
  if (branches.includes('dispatch'))
    throw failed('a branch called dispatch leaves no room for branches called dispatch/…', repository.top, '')
  // A registered worktree whose folder is away (an unmounted disk) keeps its name too.
  const paths = new Set(registered(repository.common).map((each) => each.path))
  const taken = (name: string) =>
    branches.some((branch) => `${branch}/`.startsWith(`dispatch/${name}/`)) ||
    paths.has(join(folder, name)) ||
    namesIn(folder).includes(`${name}.making`) ||
    statIfThere(join(folder, name)) !== undefined
  for (;;) {
    const making = beginMaking(folder, freeName(id, taken), base)
    if (making === undefined) continue
    if (claimFolder(making.path)) return making
    endMaking(making)
  }
}
