/**
 * Moves the user's branch to a landed commit, with index and files. A note is there from before the first step until
 * the last, and the index is locked as git locks it, by a lock that says whose it is. Files first, then the branch in
 * one step that compares, then the index: killed before that step it is taken back by whoever lands next, killed
 * after it, it is ended.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import * as v from 'valibot'
import { readChecked } from '../io/checked.ts'
import { notNow, refused } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { git } from '../io/git.ts'
import { gitBytes } from '../io/git-bytes.ts'
import { removeAll } from '../io/handling.ts'
import { publish, replace } from '../io/publishing.ts'
import { randomName } from '../io/random.ts'
import { readFrom } from '../io/reading.ts'
import { printYaml } from '../io/yaml.ts'
import { copyIndex, demand, dropCopies, dropIndex, putIndex } from './index-copy.ts'
import { refuseLosing } from './land-losing.ts'
import { type Files, restore } from './land-restore.ts'
import { refuseDirty, type Target } from './land-target.ts'

/** landing.yaml */
const Note = v.object({
  /** The task that is landed, and the attempt that gets the fact. */
  id: v.string(),
  attempt: v.number(),
  branch: v.string(),
  head: v.string(),
  here: v.string(),
  gitDir: v.string(),
  ref: v.string(),
  from: v.string(),
  to: v.string(),
  /** What our lock of the index holds, and the copy that is to take its place. */
  token: v.string(),
  copy: v.string(),
  /** All was looked at, and files are being written. */
  files: v.boolean(),
})
export type Landing = v.InferOutput<typeof Note>

const noteOf = (root: string) => join(root, 'landing.yaml')

/** What is landed where, without what only a try at it needs. */
export type Move = Omit<Landing, 'token' | 'copy' | 'files'>

export const moveOf = (
  { here, gitDir, ref, tip }: Target,
  more: Pick<Move, 'id' | 'attempt' | 'branch' | 'head' | 'to'>,
): Move => ({ ...more, here, gitDir, ref, from: tip })

/**
 * False when the branch moved meanwhile: everything is as it was then. The note stays until `endMove`.
 * @throws exit 1 for what stands in the way, 75 while git is busy there; everything is as it was then
 */
export async function move(root: string, target: Target, wanted: Move): Promise<boolean> {
  const { here, gitDir, ref, from, to, id } = wanted
  const note = noteOf(root)
  const copy = join(gitDir, `dispatch-index.${randomName()}`)
  const landing: Landing = {
    ...wanted,
    token: `dispatch lands ${id} (${randomName()})\n`,
    copy,
    files: false,
  }
  if (!publish(note, printYaml(landing))) throw notNow({ what: 'a landing is unfinished', where: note })
  let done = false
  try {
    await lockIndex(landing)
    await refuseDirty(target)
    await refuseLosing(here, from, to)
    const head = await git(here, ['symbolic-ref', '--quiet', 'HEAD'])
    if (head.stdout !== ref) return false
    landing.files = true
    replace(note, printYaml(landing))
    const index = copyIndex(join(gitDir, 'index'))
    try {
      // What was only touched would count as changed.
      await git(here, ['update-index', '-q', '--refresh'], { env: { GIT_INDEX_FILE: index } })
      const args = ['read-tree', '-m', '-u', '--no-recurse-submodules', from, to]
      const files = await git(here, args, { env: { GIT_INDEX_FILE: index } })
      demand(files, 'git could not put the work into your tree, so nothing was landed', here)
      putIndex(index, copy)
    } finally {
      dropIndex(index)
    }
    const message = `dispatch land ${id}`
    const moved = await git(here, ['update-ref', '-m', message, ref, to, from], { asUser: true })
    done = moved.ok
    if (!moved.ok && (await tipOf(landing)) === from)
      throw refused({
        what: `git did not move ${target.name}, so nothing was landed`,
        where: here,
        found: moved.stderr.split('\n').slice(0, 3).join('; '),
        next: 'If a hook of yours (reference-transaction) refused it, see why.',
      })
  } finally {
    if (!done) await takeBack(root, landing)
  }
  if (done) endFiles(landing)
  return done
}

/** Nobody works on these files from now on, as far as git is asked. */
async function lockIndex({ gitDir, token }: Landing): Promise<void> {
  const lock = join(gitDir, 'index.lock')
  for (let wait = 20; !publish(lock, token); wait *= 2) {
    if (wait > 1000)
      throw notNow({
        what: 'git is busy here',
        where: lock,
        next: 'Wait until it is done. If no git is running in this repository, remove that file.',
      })
    await pause(wait)
  }
}

function unlockIndex({ gitDir, token }: Landing): void {
  const lock = join(gitDir, 'index.lock')
  if (readFrom(lock, 0, 1000).toString('utf8') === token) removeAll(lock)
}

/** The branch is moved, so the files are there: the index takes its place. */
function endFiles(landing: Landing): void {
  putIndex(landing.copy, join(landing.gitDir, 'index'))
  dropCopies(landing.gitDir)
  unlockIndex(landing)
}

export const endMove = (root: string) => removeAll(noteOf(root))

async function takeBack(root: string, landing: Landing): Promise<string[]> {
  const left = landing.files ? await restore(filesOf(landing), landing.from, landing.to) : []
  dropCopies(landing.gitDir)
  unlockIndex(landing)
  endMove(root)
  return left
}

const filesOf = ({ here, gitDir }: Landing): Files => ({
  path: here,
  index: join(gitDir, 'index'),
  reset: false,
  run: (args, { index, input }) =>
    gitBytes(here, args, { env: { GIT_INDEX_FILE: index }, ...(input === undefined ? {} : { input }) }),
})

const tipOf = async ({ here, ref }: Landing) =>
  (await git(here, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`])).stdout

/** What a landing that was killed came to: ended, or taken back. The caller holds the lock of landings. */
export async function recover(
  root: string,
): Promise<{ landing: Landing; landed: boolean; left: string[] } | undefined> {
  const landing = readChecked(Note, noteOf(root), 'not a note of a landing')
  if (landing === undefined) return undefined
  // A git that the killed one had started may still be at work on the files.
  await settled(landing)
  const tip = await tipOf(landing)
  const within = await git(landing.here, ['merge-base', '--is-ancestor', landing.to, tip || landing.from])
  if (!within.ok) return { landing, landed: false, left: await takeBack(root, landing) }
  endFiles(landing)
  return { landing, landed: true, left: [] }
}

/** Until no file of a working git changes any more. */
async function settled({ gitDir }: Landing): Promise<void> {
  const working = () => namesIn(gitDir).some((name) => /^dispatch-index\..*\.lock$/.test(name))
  for (let wait = 20; working() && wait < 4000; wait *= 2) await pause(wait)
}
