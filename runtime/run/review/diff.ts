/**
 * The patch that reviewers get, between two trees: new files are in a tree like all others, so nothing is left out that
 * will be committed. Neither the repository's configuration nor its attributes decide what is seen of it.
 */
import { dirname } from 'node:path'
import { makeFolder } from '../../io/folders.ts'
import { gitEnvironment } from '../../io/git.ts'
import { gitBytes } from '../../io/git-bytes.ts'
import { writtenBy } from '../../io/written.ts'
import { changesFrom } from '../../worktree/diff.ts'
import { demand } from '../../worktree/index-copy.ts'

export interface DiffWanted {
  /** Top level of the work tree. */
  top: string
  /** Trees or commits. */
  from: string
  to: string
  patchPath: string
  env?: NodeJS.ProcessEnv
}

/** For people and models: names as they are, no contents of binary files. */
const READABLE = [
  ...['--patch', '-M', '--submodule=short', '--ignore-submodules=none', '-O/dev/null', '--unified=5'],
  ...['--src-prefix=a/', '--dst-prefix=b/', '--no-color', '--no-relative'],
]

/** Safe to repeat: the patch is written anew, in one step. `files` has both names of what was renamed. */
export async function writeDiff(wanted: DiffWanted): Promise<{ files: string[]; bytes: number }> {
  const [names, numbers] = await Promise.all([
    ask(wanted, ['--name-status', '-z', '-M']),
    ask(wanted, ['--numstat', '-z', '-M']),
  ])
  const changes = changesFrom(names, numbers)
  const binary = changes.filter(({ added }) => added === null)
  const hidden = await withText(wanted, binary)
  makeFolder(dirname(wanted.patchPath))
  const bytes = await writtenBy(wanted.patchPath, async (to) => {
    await ask(wanted, READABLE, { to })
    if (hidden.length > 0) await ask(wanted, [...READABLE, '--text'], { to, paths: hidden })
  })
  const files = changes.flatMap(({ path, from }) => (from === null ? [path] : [from, path]))
  return { files: [...new Set(files)].sort(), bytes }
}

/**
 * Files that git takes for binary although they are text: `*.ts -diff` in .gitattributes would hide them from those who
 * judge. Git itself looks for a NUL byte at the beginning.
 */
async function withText(
  wanted: DiffWanted,
  binary: { path: string; from: string | null }[],
): Promise<string[]> {
  const hidden: string[] = []
  for (const { path, from } of binary) {
    const sides = [
      await beginning(wanted, wanted.from, from ?? path),
      await beginning(wanted, wanted.to, path),
    ]
    if (sides.every((text) => !text.includes('\0'))) hidden.push(path, ...(from === null ? [] : [from]))
  }
  return hidden
}

/** As far as git looks to tell, and the size from which on nobody reads it anyway (bytes). */
const BEGINNING = 8000
const HUGE = 16 << 20

/** Empty where there is no such file on that side. */
async function beginning({ top, env }: DiffWanted, tree: string, path: string): Promise<string> {
  const look = async (what: string) => {
    const args = ['--no-replace-objects', 'cat-file', what, `${tree}:${path}`]
    const { ok, stdout } = await gitBytes(top, args, { env: gitEnvironment(env) })
    return ok ? stdout : ''
  }
  if (Number(await look('-s')) > HUGE) return '\0'
  return (await look('blob')).slice(0, BEGINNING)
}

/** Latin1 where nothing is said of `to`. */
async function ask(
  { top, from, to: target, env }: DiffWanted,
  how: string[],
  { to, paths = [] }: { to?: number; paths?: string[] } = {},
): Promise<string> {
  const args = [
    ...['--literal-pathspecs', '--no-replace-objects', '-c', 'core.quotePath=false'],
    ...['diff-tree', '-r', '--no-ext-diff', '--no-textconv', ...how, from, target, '--', ...paths],
  ]
  const result = await gitBytes(top, args, { env: gitEnvironment(env), ...(to === undefined ? {} : { to }) })
  return demand(result, 'git could not compare the trees', top).stdout
}
