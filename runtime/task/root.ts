/**
 * The state root. One counts only if it was created here: it is registered under the user's home by its path and a
 * secret that lies in it, is no link, and holds nothing that git tracks. What a clone brings along is listed, and nothing in it runs.
 */
import { createHash } from 'node:crypto'
import { basename, dirname, join, resolve } from 'node:path'
import { refused, unreadable } from '../io/errors.ts'
import { makeFolder, namesIn } from '../io/folders.ts'
import { askGit } from '../io/git.ts'
import { moveIfThere } from '../io/handling.ts'
import { withLock } from '../io/lock.ts'
import { publish, replace } from '../io/publishing.ts'
import { randomName, uuid } from '../io/random.ts'
import { readFrom, readIfThere, readOwnIfThere } from '../io/reading.ts'
import { refuseLink, statIfThere } from '../io/stat.ts'
import { mainFolder } from '../worktree/main-folder.ts'

/** The layout this code reads and writes. */
const FORMAT = 1

/** DISPATCH_ROOT, else `.dispatch` in the repository's main worktree, else in the current folder. */
export function rootFor(env: NodeJS.ProcessEnv, cwd: string): string {
  if (env.DISPATCH_ROOT) return resolve(cwd, env.DISPATCH_ROOT)
  return join(mainFolder(cwd) ?? cwd, '.dispatch')
}

/** Refuses a root of a newer format, or one whose format cannot be read. No root at all is fine. */
export function checkFormat(root: string): void {
  refuseLink(root)
  const path = join(root, 'format')
  const text = readOwnIfThere(path)?.toString('utf8')
  if (text === undefined) return
  const format = Number(text.trim())
  if (format === FORMAT) return
  if (Number.isInteger(format) && format > FORMAT)
    throw unreadable({
      what: 'this state was written by a newer dispatch',
      where: path,
      expected: `format ${FORMAT}`,
      found: `format ${format}`,
      next: 'Update the plugin: `claude plugin update dispatch`. Nothing was changed.',
    })
  throw unreadable({
    what: 'the format of this state cannot be read',
    where: `${path}:1`,
    expected: String(FORMAT),
    found: JSON.stringify(text.slice(0, 40)),
    next: `If nothing else in the folder is damaged, write ${FORMAT} into that file.`,
  })
}

/** Named by the path itself, so that people can read the folder and hot verbs need no node:crypto; long ones by a hash. */
function entryFor(home: string, root: string): string {
  const name = encodeURIComponent(root)
  const file = name.length <= LONGEST ? name : createHash('sha256').update(root).digest('hex')
  return join(home, 'roots', file)
}

/** Characters; file systems allow 255 bytes, and a temporary name adds some. */
const LONGEST = 200

/** Nobody who makes a folder for others knows what is in here. Inodes are used again, and devices renumbered. */
const secretOf = (root: string) => join(root, 'secret')

function identityOf(root: string): string | undefined {
  if (!statIfThere(root)?.isDirectory() || !statIfThere(secretOf(root))?.isFile()) return undefined
  return readFrom(secretOf(root), 0, 100).toString('utf8').trim() || undefined
}

/** Was this very folder created (or adopted) by this user's dispatch? */
export function isRegistered(home: string, root: string): boolean {
  const identity = identityOf(root)
  return identity !== undefined && readIfThere(entryFor(home, root)) === entry(root, identity)
}

const entry = (root: string, identity: string) => `${root}\n${identity}\n`

function register(home: string, root: string, identity: string): void {
  makeFolder(join(home, 'roots'))
  replace(entryFor(home, root), entry(root, identity))
}

/** The root ready for work: created where there is none, refused where something runs only after adoption. */
export async function openRoot(home: string, root: string): Promise<void> {
  checkFormat(root)
  if (!isRegistered(home, root)) {
    makeFolder(home)
    await withLock(join(home, 'locks', 'roots.lock'), () => {
      if (!isRegistered(home, root)) create(home, root)
    })
  }
  refuseTracked(root)
}

function create(home: string, root: string): void {
  // An empty folder was made for us (a mount, a test); anything in it came from elsewhere.
  if (namesIn(root).length > 0) throw foreign(root)
  makeFolder(dirname(root))
  const fresh = join(dirname(root), `.${basename(root).replace(/^\./, '')}.${randomName()}.tmp`)
  for (const folder of ['tasks', 'sessions', 'locks', 'active-runs']) makeFolder(join(fresh, folder))
  publish(join(fresh, '.gitignore'), '*\n')
  publish(join(fresh, 'format'), `${FORMAT}\n`)
  publish(secretOf(fresh), `${uuid()}\n`, 0o600)
  // Registered before it is visible, so that a kill in between leaves no folder that we would call foreign.
  register(home, root, identityOf(fresh) ?? '')
  moveIfThere(fresh, root)
}

/** Takes over a root that came from elsewhere (a moved repository, a backup), on the user's word. */
export function adoptRoot(home: string, root: string): void {
  checkFormat(root)
  if (!statIfThere(root)?.isDirectory()) throw refused({ what: 'there is no state to adopt', where: root })
  refuseTracked(root)
  publish(secretOf(root), `${uuid()}\n`, 0o600)
  register(home, root, identityOf(root) ?? '')
}

export const foreign = (root: string) =>
  refused({
    what: 'this state was not created here, so nothing in it is run',
    where: root,
    next: 'If it is yours (a moved or restored repository): `dispatch doctor --adopt`. Otherwise move it away and start again.',
  })

function refuseTracked(root: string): void {
  const tracked = askGit(dirname(root), ['ls-files', '--', basename(root)])
  if (!tracked) return
  throw refused({
    what: 'git tracks files of the state folder, so it came with the repository and nothing in it is run',
    where: join(dirname(root), tracked.split('\n')[0] ?? ''),
    next: `Take it out of the repository first: git rm -r --cached ${basename(root)}`,
  })
}
