/**
 * A merge laid into a task's worktree: to be verified there, or to be resolved by its worker. A note says so, in a
 * folder that no contained worker can write; MERGE_HEAD and MERGE_MSG say it to the worker's own git.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { readChecked } from '../io/checked.ts'
import { asText } from '../io/git-bytes.ts'
import { removeAll } from '../io/handling.ts'
import { replace } from '../io/publishing.ts'
import { readBytesIfThere, readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { printYaml } from '../io/yaml.ts'
import { statBelow } from './below.ts'
import { demand, dropCopies, putIndex, withCopy } from './index-copy.ts'
import { bytesInWorktree, gitDirOf, indexOf, inWorktree } from './inside.ts'
import { differing } from './land-commit.ts'
import { filesIn, type Merged } from './land-merge.ts'
import { type Files, restore } from './land-restore.ts'
import type { Repository } from './repository.ts'
import { changesIn } from './stage.ts'

/** merge.yaml */
export const Layout = v.object({
  /** The commit of the user's branch that was merged. */
  target: v.string(),
  /** The commit of the task's branch. */
  head: v.string(),
  tree: v.string(),
  /** Files in conflict. */
  conflicts: v.array(v.string()),
  /** False until all of it lies there: a kill in between is undone. */
  whole: v.boolean(),
  /** The attempt after which a verification runs there now. */
  verifying: v.nullable(v.number()),
})
export type Layout = v.InferOutput<typeof Layout>

export const readLayout = (note: string): Layout | undefined =>
  readChecked(Layout, note, 'not a note of a merge')

const filesAt = (repository: Repository, path: string): Files => ({
  path,
  index: indexOf(repository, path),
  reset: true,
  run: (args, options) => bytesInWorktree(repository, path, args, options),
})

export interface Laid {
  target: string
  head: string
  /** What the target is called. */
  name: string
  merged: Merged
}

/** The worktree is clean, on `head`. */
export async function lay(
  repository: Repository,
  path: string,
  note: string,
  { target, head, name, merged }: Laid,
): Promise<void> {
  const conflicts = filesIn(merged.stages)
  const layout: Layout = { target, head, tree: merged.tree, conflicts, whole: false, verifying: null }
  replace(note, printYaml(layout))
  const gitDir = gitDirOf(repository, path)
  dropCopies(gitDir)
  await withCopy(indexOf(repository, path), async (index) => {
    const run = async (args: [string, ...string[]], input?: string) =>
      demand(
        await bytesInWorktree(repository, path, args, { index, ...(input === undefined ? {} : { input }) }),
        'git could not put the merge into the worktree',
        path,
      )
    if (statIfThere(index) === undefined) await run(['read-tree', head])
    await run(['read-tree', '-m', '-u', '--no-recurse-submodules', head, merged.tree])
    const zero = '0'.repeat(head.length)
    const names = [...new Set(merged.stages.map((stage) => stage.slice(stage.indexOf('\t'))))]
    const entries = [...names.map((each) => `0 ${zero}${each}`), ...merged.stages]
    if (entries.length > 0)
      await run(['update-index', '-z', '--index-info'], entries.map((entry) => `${entry}\0`).join(''))
    putIndex(index, indexOf(repository, path))
  })
  replace(join(gitDir, 'MERGE_MSG'), `Merge ${name} into the task\n`)
  replace(join(gitDir, 'MERGE_MODE'), 'no-ff')
  replace(join(gitDir, 'MERGE_HEAD'), `${target}\n`)
  replace(note, printYaml({ ...layout, whole: true }))
}

/** Takes the merge out of the worktree again; returns what somebody changed meanwhile, which stays (in bytes). */
export async function unlay(repository: Repository, path: string, note: string): Promise<string[]> {
  const layout = readLayout(note)
  if (layout === undefined) return []
  dropCopies(gitDirOf(repository, path))
  // Killed from here on, it is half there.
  replace(note, printYaml({ ...layout, whole: false }))
  const quick = await withCopy(indexOf(repository, path), async (index) => {
    const args: [string, ...string[]] = ['read-tree', '-m', '-u', layout.tree, layout.head]
    const { ok } = layout.whole ? await inWorktree(repository, path, args, { index }) : { ok: false }
    if (ok) putIndex(index, indexOf(repository, path))
    return ok
  })
  const left = quick ? [] : await restore(filesAt(repository, path), layout.head, layout.tree)
  forget(repository, path, note)
  return left
}

/** The merge is over, one way or the other. The note goes last. Another merge of the worker's own stays. */
export function forget(repository: Repository, path: string, note: string): void {
  const gitDir = gitDirOf(repository, path)
  const merging = mergeHeadOf(repository, path)
  const isOurs = merging === undefined || merging === readLayout(note)?.target
  if (isOurs) for (const name of ['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG']) removeAll(join(gitDir, name))
  removeAll(note)
}

function mergeHeadOf(repository: Repository, path: string): string | undefined {
  const file = join(gitDirOf(repository, path), 'MERGE_HEAD')
  return statIfThere(file)?.isFile() ? readIfThere(file)?.trim() : undefined
}

/** What became of a merge that was laid into a worktree. */
export type Fate =
  /** The worker gave it up, and its worktree is as it was before. */
  | { is: 'given up' }
  /** Nobody did anything with it. */
  | { is: 'untouched' }
  | { is: 'open'; files: string[] }
  | { is: 'resolved' }

export async function fateOf(repository: Repository, path: string, layout: Layout): Promise<Fate> {
  if (mergeHeadOf(repository, path) !== layout.target) return { is: 'given up' }
  const unmerged = new Set(await unmergedIn(repository, path))
  const files = []
  for (const name of layout.conflicts)
    if (await isOpen(repository, path, layout, name, unmerged.has(name))) files.push(name)
  const { tree, head, conflicts } = layout
  if (conflicts.length === 0 && (await changedFrom(repository, path, tree)).length === 0)
    return { is: 'untouched' }
  // What came without a conflict was all set back: committed as a merge, this would undo what it merged.
  const came = (await differing(repository, path, head, tree)).filter(
    (name) => !conflicts.includes(asText(name)),
  )
  const now = new Set(await changedFrom(repository, path, head))
  if (came.length > 0 && came.every((name) => !now.has(name))) return { is: 'given up' }
  return files.length > 0 ? { is: 'open', files } : { is: 'resolved' }
}

/** The files that lie there otherwise than in that tree, in bytes. The index has no say: a worker may not be able to write it. */
const changedFrom = (repository: Repository, path: string, tree: string) =>
  withCopy(indexOf(repository, path), async (index) => {
    const reset = await inWorktree(repository, path, ['read-tree', '--reset', tree], { index })
    demand(reset, 'git could not compare the files', path)
    const { present, gone } = await changesIn(repository, path, index)
    return [...present, ...gone]
  })

export async function unmergedIn(repository: Repository, path: string): Promise<string[]> {
  const listed = await bytesInWorktree(repository, path, ['ls-files', '-z', '--unmerged'])
  return filesIn(
    demand(listed, 'git could not list the conflicts', path)
      .stdout.split('\0')
      .filter((entry) => entry !== ''),
  )
}

/** The files that still hold markers of ours. */
export const markedIn = (path: string, layout: Layout) =>
  layout.conflicts.filter((name) => isMarked(contentOf(path, name), layout))

const isMarked = (content: string | undefined, { head, target }: Layout) =>
  content !== undefined &&
  new RegExp(`^(<{7,}|>{7,}) (${head}|${target}|one side|the other)$`, 'm').test(content)

/** In bytes. */
function contentOf(path: string, name: string): string | undefined {
  return statBelow(path, name)?.isFile() ? readBytesIfThere(join(path, name))?.toString('latin1') : undefined
}

/** Not resolved: it has a marker of ours, or it lies there as it was laid and nobody said that this is right. */
async function isOpen(
  repository: Repository,
  path: string,
  layout: Layout,
  name: string,
  unmerged: boolean,
): Promise<boolean> {
  const content = contentOf(path, name)
  if (isMarked(content, layout)) return true
  if (!unmerged) return false
  const laid = await bytesInWorktree(repository, path, ['cat-file', 'blob', `${layout.tree}:${name}`])
  return laid.ok ? laid.stdout === content : content === undefined
}
