/** Making the commit of a batch, and looking whether it is what was approved: what a hook changed is not. */
import { join } from 'node:path'
import { askGit } from '../io/git.ts'
import { asText } from '../io/git-bytes.ts'
import { statIfThere } from '../io/stat.ts'
import { demand } from '../worktree/index-copy.ts'
import type { CommitInput, Committed } from './commit.ts'
import { findBatchCommits } from './commit-find.ts'
import { commitAsUser } from './commit-hooks.ts'
import { changedEntries, type Entry, gitOn, isGone, putEntries, puttingBack } from './commit-index.ts'
import { snapshot } from './evidence/snapshot.ts'

export interface Work {
  input: CommitInput
  /** What the commit stands on. */
  head: string
  /** The approved changes. */
  entries: Entry[]
  /** Names in bytes. */
  documents: ReadonlySet<string>
  /** An index with the approved files alone. */
  files: string
  /** A copy of the user's index, in which the commit is put together. */
  copy: string
}

const TIMEOUT = 10 * 60_000
/** A hook that only lays out our documents anew is content the next time. */
const TRIES = 3

export async function committed(work: Work): Promise<Committed> {
  const { input, head, entries, documents } = work
  const git = gitOn(input.top)
  const names = new Set([...entries.map(({ name }) => name), ...documents])
  return puttingBack(git, input.top, names, head, async () => {
    for (let left = TRIES, tree = await prepared(work); ; left--) {
      const ours = (await changedEntries(input.top, head, tree)).filter(({ name }) => documents.has(name))
      // Before the commit, so that a kill in between leaves the batch staged, and never its undoing.
      await putEntries(git, input.top, [...entries, ...ours])
      const outcome = await attempted(work, tree)
      if (!Array.isArray(outcome)) return outcome
      const next = await prepared(work)
      if (next === tree || left <= 1) return { refused: outcome }
      tree = next
    }
  })
}

/** Reasons where there is no commit, and no hook changed what was approved. */
async function attempted(work: Work, tree: string): Promise<Committed | string[]> {
  const { input, copy, files } = work
  const reasons = await commitAsUser({
    top: input.top,
    env: input.env,
    message: input.message,
    index: copy,
    tree,
    approved: files,
    documents: input.documents,
    timeout: input.timeout ?? TIMEOUT,
  })
  // Also after a refusal: another git of ours, whose caller was killed, may have been first.
  const found = await foundAs(work, tree, reasons.length === 0)
  if (found !== undefined) return found
  const differing = await touched(work)
  if (differing.length > 0)
    return { rewritten: await snapshot(input.top), reasons: [`a hook changed ${some(differing)}`] }
  const added = await others(work, tree)
  if (added.length === 0) return reasons
  return { refused: [`a hook put something else into the commit, which nobody approved: ${some(added)}`] }
}

/** The copy of the index as the commit is to be. Returns its tree. */
async function prepared({ input: { top }, head, entries, documents, copy }: Work): Promise<string> {
  const git = gitOn(top, copy)
  const say = 'git could not put the commit together'
  demand(await git(['read-tree', '--reset', head]), say, top)
  await putEntries(git, top, entries)
  const there = [...documents].filter((name) => statIfThere(join(top, asText(name))) !== undefined)
  const ignored = await git(['check-ignore', '-z', '--stdin'], there.map((name) => `${name}\0`).join(''))
  // Who keeps the specs out of the repository does not want them committed either.
  const left = new Set(ignored.stdout.split('\0'))
  const taken = there.filter((name) => !left.has(name)).map((name) => `${name}\0`)
  demand(await git(['update-index', '-z', '--add', '--replace', '--stdin'], taken.join('')), say, top)
  await git(['update-index', '-q', '--refresh'])
  return demand(await git(['write-tree']), say, top).stdout.trim()
}

/** The commit, where it is there and as it should be; taken back, where it is there and not so. */
async function foundAs(
  { input, head, documents }: Work,
  tree: string,
  isMade: boolean,
): Promise<Committed | undefined> {
  const { top, run, key } = input
  const now = askGit(top, ['rev-parse', '--verify', 'HEAD^{commit}'])
  if (now === undefined || now === head) return undefined
  const commit = findBatchCommits(top, head, now, run.source).get(key)
  if (commit !== undefined) {
    const changed = await changedEntries(top, tree, commit)
    if (changed.every(({ name }) => documents.has(name))) {
      // A hook may have laid them out anew.
      await putEntries(gitOn(top), top, changed)
      return { commit, tree: askGit(top, ['rev-parse', `${commit}^{tree}`]) ?? tree }
    }
  }
  if (!isMade) return undefined
  takeBack(input, head, now)
  return commit === undefined
    ? {
        refused: [
          'a hook of yours removes the lines `Tasks:` and `Batch:` from the message; the commit is found by them',
        ],
      }
    : undefined
}

/** Only what we made just now, and nobody built on. The files stay as they are. */
function takeBack({ top, run }: CommitInput, head: string, now: string): void {
  if (askGit(top, ['rev-parse', `${now}^`]) !== head) return
  const why = 'dispatch: a hook changed what was approved'
  askGit(top, ['update-ref', '-m', why, `refs/heads/${run.branch}`, head, now])
}

/** Approved files that are not there as they were approved. */
export async function touched({ input: { top }, entries, files }: Work): Promise<string[]> {
  const git = gitOn(top, files)
  await git(['update-index', '-q', '--refresh'])
  const listed = demand(
    await git(['diff-files', '-z', '--name-only']),
    'git could not look at the files',
    top,
  )
  const back = entries.filter(
    (entry) => isGone(entry) && (statIfThere(join(top, asText(entry.name)))?.isDirectory() ?? true) === false,
  )
  return [...listed.stdout.split('\0').filter((name) => name !== ''), ...back.map(({ name }) => name)]
}

/** What a hook put into the index beside the batch. */
async function others({ input: { top }, documents, copy }: Work, tree: string): Promise<string[]> {
  const now = await gitOn(top, copy)(['write-tree'])
  if (!now.ok) return []
  const changed = await changedEntries(top, tree, now.stdout.trim())
  return changed.flatMap(({ name }) => (documents.has(name) ? [] : [name]))
}

/** A few names for people, and how many there are besides. */
export const some = (names: readonly string[], most = 8) =>
  `${names.slice(0, most).map(asText).join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`
