/** Entries of an index as git lists them: some are put in, the others stay as they are. Names are bytes (io/git-bytes.ts). */
import { refused } from '../io/errors.ts'
import { gitBytes } from '../io/git-bytes.ts'
import { persistently } from '../worktree/busy.ts'
import { demand } from '../worktree/index-copy.ts'

export interface Entry {
  /** In bytes. */
  name: string
  /** `000000` for a file that is not to be in it. */
  mode: string
  object: string
}

/** Git with an index that is named; with its own where it is not. */
export function gitOn(top: string, index?: string) {
  const env = index === undefined ? {} : { GIT_INDEX_FILE: index }
  return (args: readonly string[], input?: string) =>
    gitBytes(top, args, { env, ...(input === undefined ? {} : { input }) })
}
export type GitOn = ReturnType<typeof gitOn>

/** What becomes of each path that differs between two trees. */
export async function changedEntries(top: string, from: string, to: string): Promise<Entry[]> {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-renames',
    '--no-abbrev',
    `${from}^{tree}`,
    `${to}^{tree}`,
  ]
  const listed = demand(await gitBytes(top, args), 'git could not compare two trees', top).stdout.split('\0')
  const entries: Entry[] = []
  for (let at = 0; at + 1 < listed.length; at += 2) {
    const [, mode, object] = /^:\d+ (\d+) \S+ (\S+) \w/.exec(listed[at] ?? '') ?? []
    if (mode !== undefined && object !== undefined) entries.push({ name: listed[at + 1] ?? '', mode, object })
  }
  return entries
}

/** As they are now, of the names that are wanted; one that is not in it is listed as gone. `like`: an object of this repository. */
async function entriesNow(
  git: GitOn,
  top: string,
  wanted: ReadonlySet<string>,
  like: string,
): Promise<Entry[]> {
  const listed = demand(
    await git(['ls-files', '-z', '--stage', '--full-name', ':/']),
    'git could not list the index',
    top,
  )
  const gone = new Set(wanted)
  const entries = listed.stdout.split('\0').flatMap((line): Entry[] => {
    const [, mode, object, name] = /^(\d+) (\S+) 0\t([\s\S]+)$/.exec(line) ?? []
    if (mode === undefined || object === undefined || name === undefined || !wanted.has(name)) return []
    gone.delete(name)
    return [{ name, mode, object }]
  })
  return [...entries, ...[...gone].map((name) => ({ name, mode: GONE, object: like.replace(/./g, '0') }))]
}

const GONE = '000000'
export const isGone = ({ mode }: Entry) => mode === GONE

/** In one step of git's, which takes them all or none. */
export async function putEntries(git: GitOn, top: string, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return
  // What goes comes first: a file may take the place of a folder.
  const input = [...entries]
    .sort((a, b) => Number(isGone(b)) - Number(isGone(a)))
    .map((entry) => `${isGone(entry) ? '0' : entry.mode} ${entry.object}\t${entry.name}\0`)
    .join('')
  const put = await persistently(() =>
    git(['update-index', '-z', '--add', '--replace', '--index-info'], input),
  )
  if (!put.ok && /\.lock': File exists/.test(put.stderr))
    throw refused({
      what: 'the index of git is locked, so the batch cannot be committed',
      where: top,
      found: put.stderr.split('\n')[0],
      next: 'If no git is running in this repository, remove that .lock file. Then: dispatch next',
    })
  demand(put, 'git could not take the files of the batch', top)
}

/**
 * What `work` puts into the index for these names stays if it made a commit of them; else they are as they were.
 * @param like an object of this repository
 */
export async function puttingBack<T extends object>(
  git: GitOn,
  top: string,
  names: ReadonlySet<string>,
  like: string,
  work: () => Promise<T>,
): Promise<T> {
  const before = await entriesNow(git, top, names, like)
  let result: T | undefined
  try {
    result = await work()
    return result
  } finally {
    if (result === undefined || !('commit' in result)) await putEntries(git, top, before)
    await git(['update-index', '-q', '--refresh'])
  }
}

/** A name as git has it: a character a byte. */
export const inBytes = (name: string) => Buffer.from(name, 'utf8').toString('latin1')
