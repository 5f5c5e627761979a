/**
 * Git about a worktree in which a worker may have written anything. Nothing that the worker can write is
 * configuration for these calls: the `.git` found there is not looked at, and neither is the worktree's own git
 * directory, whose `commondir` and `config.worktree` are the worker's to write. The shared git directory is named
 * instead, with that worktree's index and files. Hence `HEAD` means another worktree's here: ask `headOf`.
 */
import { dirname, join, resolve } from 'node:path'
import { refused } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { askGit, type GitResult, git } from '../io/git.ts'
import { type BytesResult, gitBytes } from '../io/git-bytes.ts'
import { readIfThere } from '../io/reading.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import type { Repository } from './repository.ts'

/** Longer than git needs for a large tree; a worker may have left a pipe where git expects a file (ms). */
const PATIENCE_MS = 120_000

/** A linked worktree as the shared git directory knows it. */
export interface Registered {
  /** `<common>/worktrees/<name>` */
  name: string
  gitDir: string
  /** Where it lies; undefined while git has not written that yet. */
  path: string | undefined
  /** Why it is locked; undefined when it is not. */
  locked: string | undefined
}

export function registered(common: string): Registered[] {
  return namesIn(join(common, 'worktrees')).map((name) => {
    const gitDir = join(common, 'worktrees', name)
    const link = readRegular(join(gitDir, 'gitdir'))
    return {
      name,
      gitDir,
      path: link ? dirname(resolve(gitDir, link)) : undefined,
      locked: readRegular(join(gitDir, 'locked')),
    }
  })
}

/** A worker can write these files: a pipe or a link in their place is not read. */
function readRegular(path: string): string | undefined {
  return statIfThere(path)?.isFile() ? readIfThere(path)?.replace(/\n$/, '') : undefined
}

/** The registered worktree at `path`; undefined for the main worktree. */
function registrationOf(repository: Repository, path: string): Registered | undefined {
  if (path === repository.top && !repository.bare) return undefined
  const real = realPath(path) ?? path
  const found = registered(repository.common).filter((each) => each.path === path || each.path === real)
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  throw refused({
    what: 'this is not a worktree of the repository, or two claim to be it',
    where: path,
    expected: `one folder in ${join(repository.common, 'worktrees')} whose gitdir names it`,
    found: found.map((each) => each.name).join(', ') || 'none',
  })
}

/** The worktree's own git directory, known without looking into the worktree. */
export const gitDirOf = (repository: Repository, path: string) =>
  registrationOf(repository, path)?.gitDir ?? repository.common

/** Git about what all worktrees share. No worktree's own configuration is read: a worker could write that. */
export const inCommon = (repository: Repository, args: readonly string[]) =>
  git(repository.common, ['--git-dir', repository.common, ...args])

/** The commit that is checked out there; undefined before the first one, or when its HEAD is damaged. */
export function headOf(repository: Repository, path: string): string | undefined {
  const registration = registrationOf(repository, path)
  if (registration !== undefined && !statIfThere(join(registration.gitDir, 'HEAD'))?.isFile())
    return undefined
  const head = registration === undefined ? 'HEAD' : `worktrees/${registration.name}/HEAD`
  return askGit(repository.common, [
    ...['--git-dir', repository.common, '--no-replace-objects'],
    ...['rev-parse', '--verify', '--quiet', `${head}^{commit}`],
  ])
}

/** The branch that is checked out there, as its full name; undefined for a commit without one. */
export function branchOf(repository: Repository, path: string): string | undefined {
  const head = readRegular(join(gitDirOf(repository, path), 'HEAD'))
  return /^ref: (refs\/heads\/.+)$/.exec(head ?? '')?.[1]
}

/** How git is called on the files at `path`: with its index, or with a copy of that at `index`. */
function aimed(
  repository: Repository,
  path: string,
  args: readonly [string, ...string[]],
  index = indexOf(repository, path),
) {
  if (args.some((word) => /^(HEAD|@)(\W|$)/.test(word))) throw new Error('HEAD is not that of this worktree')
  for (const [what, there] of [
    [path, statIfThere(path)?.isDirectory()],
    [index, isFileOrNothing(index)],
  ])
    if (there !== true)
      throw refused({ what: 'not what git needs here, so it is not used', where: String(what) })
  const [command, ...rest] = args
  return {
    words: [
      ...['--git-dir', repository.common, '--work-tree', path, '--no-replace-objects'],
      // Which of its files the main worktree wants checked out is nothing to this one.
      ...['-c', 'core.sparseCheckout=false'],
      ...[command, ...(NO_PROGRAMS[command] ?? []), ...rest],
    ],
    options: {
      timeout: PATIENCE_MS,
      env: { GIT_INDEX_FILE: index, ...withoutPrograms(repository.common) },
    },
  }
}

export const indexOf = (repository: Repository, path: string) => join(gitDirOf(repository, path), 'index')

/** Runs git on the index and the files at `path`. A refusal by git is a result, as with `git`. */
export async function inWorktree(
  repository: Repository,
  path: string,
  args: readonly [string, ...string[]],
  { index, ...more }: { input?: string; index?: string } = {},
): Promise<GitResult> {
  const { words, options } = aimed(repository, path, args, index)
  return git(path, words, { ...options, ...more })
}

/** The same in bytes, as `gitBytes`. */
export async function bytesInWorktree(
  repository: Repository,
  path: string,
  args: readonly [string, ...string[]],
  { index, ...more }: { input?: string; to?: number; index?: string } = {},
): Promise<BytesResult> {
  const { words, options } = aimed(repository, path, args, index)
  return gitBytes(path, words, { ...options, ...more })
}

const isFileOrNothing = (path: string) => statIfThere(path)?.isFile() ?? true

/** A nested repository brings a configuration of its own, so git must not look for changes inside of one. */
const NO_SUBMODULES = '--ignore-submodules=dirty'
const NO_DIFF_PROGRAMS = ['--no-ext-diff', '--no-textconv', NO_SUBMODULES]
const NO_PROGRAMS: Record<string, string[]> = {
  status: [NO_SUBMODULES],
  diff: NO_DIFF_PROGRAMS,
  log: NO_DIFF_PROGRAMS,
  show: NO_DIFF_PROGRAMS,
}

/** Filters that are programs of the machine and read nothing but their input. */
const KNOWN_FILTER = /^("?(\/[\w./-]+\/)?git-(lfs|crypt)"?|git lfs)( [\w=%-]+)*( "?%f"?)?$/

/** Keeps one side of a file, and asks no file of the repository how. */
const KNOWN_DRIVER = /^((\/usr)?\/bin\/)?true$/
/** What git does by itself where no driver is named. */
const OWN_DRIVER = "git merge-file -q --marker-size=%L -L 'one side' -L base -L 'the other' %A %O %B"

/** Filters of the user that are not run where a worker was: those of unknown programs. */
export const unknownFilters = (common: string) =>
  programsIn(common).flatMap(({ key, command }) =>
    /^filter\./.test(key) && !KNOWN_FILTER.test(command) ? [key] : [],
  )

function programsIn(common: string): { key: string; command: string }[] {
  const listed = askGit(common, ['--git-dir', common, 'config', '-z', '--get-regexp', PROGRAM_KEYS]) ?? ''
  return listed.split('\0').flatMap((entry) => {
    const [key, ...command] = entry.split('\n')
    return key ? [{ key, command: command.join('\n') }] : []
  })
}
const PROGRAM_KEYS = '^(filter\\..*\\.(clean|smudge|process)|merge\\..*\\.driver)$'

/**
 * Switches off the user's own filters and merge drivers, except known ones: a command such as `scripts/clean` or
 * `node tools/x.js` is looked up in the worktree, where the worker may have replaced it.
 */
function withoutPrograms(common: string): Record<string, string> {
  const off = programsIn(common).flatMap(({ key, command }): [string, string][] => {
    if (/^merge\./.test(key)) return KNOWN_DRIVER.test(command) ? [] : [[key, OWN_DRIVER]]
    if (KNOWN_FILTER.test(command)) return []
    return [
      [key, ''],
      [key.replace(/[^.]+$/, 'required'), 'false'],
    ]
  })
  // Not `-c`: it would split a filter's name at an equals sign.
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(off.length)],
    ...off.flatMap(([key, value], at) => [
      [`GIT_CONFIG_KEY_${at}`, key],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]),
  ])
}
