/**
 * What lies in a worktree, put into an index as `git add --all` would put it, but without looking into repositories
 * within it, whose configuration is the worker's, and without a filter that is not run here.
 */
import { refused } from '../io/errors.ts'
import { asText } from '../io/git-bytes.ts'
import { statBelow } from './below.ts'
import { demand } from './index-copy.ts'
import { bytesInWorktree, unknownFilters } from './inside.ts'
import type { Repository } from './repository.ts'

export interface Changes {
  /** Files that differ from the index, untracked ones among them; in bytes (io/git-bytes.ts). */
  present: string[]
  gone: string[]
  /** Repositories within, and submodules on another commit: only their own git can say what is in them. */
  nested: string[]
  /** Of those present, the ones that the index does not have. */
  untracked: string[]
  /** Files on which a merge in that index is not at one; they are among those present or gone, too. */
  unmerged: string[]
}

/** What differs from `index` (a copy). Ignored files do not count, nor does our link to the state. */
export async function changesIn(repository: Repository, path: string, index: string): Promise<Changes> {
  const list = async (...args: [string, ...string[]]) =>
    demand(
      await bytesInWorktree(repository, path, args, { index }),
      'git could not list the changes',
      path,
    ).stdout.split('\0')
  const others = await list('ls-files', '-z', '--others', '--exclude-standard')
  const raw = await list('diff', '--raw', '-z', '--no-renames', '--no-abbrev')
  const changes: Changes = { present: [], gone: [], nested: [], untracked: [], unmerged: [] }
  for (const name of others) {
    if (name === '' || /^\.dispatch$/i.test(name)) continue
    if (name.endsWith('/')) changes.nested.push(name.slice(0, -1))
    else changes.untracked.push(name)
  }
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [, before, after, kind] = /^:(\d+) (\d+) \S+ \S+ (\w)/.exec(raw[at] ?? '') ?? []
    const name = raw[at + 1] ?? ''
    if (kind === 'U') changes.unmerged.push(name)
    else if (before === GITLINK || after === GITLINK) changes.nested.push(name)
    else (kind === 'D' ? changes.gone : changes.present).push(name)
  }
  const known = new Set([...changes.present, ...changes.gone])
  for (const name of changes.unmerged)
    if (!known.has(name))
      (statBelow(path, asText(name)) === undefined ? changes.gone : changes.present).push(name)
  changes.present.push(...changes.untracked)
  return changes
}

const GITLINK = '160000'

/** Puts them into `index`. @throws exit 1 where a filter would have to run, or git cannot read a file */
export async function stage(
  repository: Repository,
  path: string,
  index: string,
  { present, gone }: Pick<Changes, 'present' | 'gone'>,
): Promise<void> {
  await refuseFiltered(repository, path, index, present)
  const update = async (names: string[], ...how: string[]) => {
    if (names.length === 0) return
    const result = await bytesInWorktree(repository, path, ['update-index', '-z', ...how, '--stdin'], {
      index,
      input: names.map((name) => `${name}\0`).join(''),
    })
    demand(result, 'git could not take the changes', path)
  }
  await update(gone, '--force-remove')
  await update(present, '--add', '--replace')
}

/** What such a file holds in a commit is what its filter makes of it; without it the commit would be wrong. */
async function refuseFiltered(repository: Repository, path: string, index: string, names: string[]) {
  const off = unknownFilters(repository.common).map((key) => key.replace(/^filter\.|\.[^.]+$/g, ''))
  if (off.length === 0 || names.length === 0) return
  const asked = await bytesInWorktree(repository, path, ['check-attr', '-z', '--stdin', 'filter'], {
    index,
    input: names.map((name) => `${name}\0`).join(''),
  })
  const words = demand(asked, 'git could not read the attributes', path).stdout.split('\0')
  for (let at = 0; at + 2 < words.length; at += 3)
    if (off.includes(words[at + 2] ?? ''))
      throw refused({
        what: `uncommitted work would have to pass through your filter ${asText(words[at + 2] ?? '')}, which is not run where a worker was`,
        where: `${path}/${asText(words[at] ?? '')}`,
        next: `Look at it, then commit it yourself: git -C '${path}' commit --all`,
      })
}

/** A few names for people, and how many there are besides. */
export function someOf(names: readonly string[], most = 10): string {
  const shown = names.slice(0, most).map(asText)
  return `${shown.join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`
}
