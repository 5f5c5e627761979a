/**
 * The folder of a repository's main worktree, for verbs and hooks that need nothing else of git. Starting git is a
 * tenth of a hot verb (bench/), so the plainest case is read from the disk; whatever is not surely that is left to git.
 */
import { dirname, join } from 'node:path'
import { readIfThere } from '../io/reading.ts'
import { realPath, statIfThere } from '../io/stat.ts'
import { findRepository } from './repository.ts'

/** Undefined outside git. */
export function mainFolder(cwd: string): string | undefined {
  const from = realPath(cwd)
  const plain = from === undefined ? 'ask' : plainFolder(from)
  return plain === 'ask' ? findRepository(cwd)?.top : plain
}

/** Where git would look (gitrepository-layout): here, then upwards, on one file system. */
function plainFolder(from: string): string | undefined | 'ask' {
  const device = statIfThere(from)?.dev
  for (let folder = from; ; folder = dirname(folder)) {
    const stat = statIfThere(folder)
    if (stat === undefined || stat.dev !== device || isGitDirectory(folder)) return 'ask'
    if (statIfThere(join(folder, '.git')) !== undefined) return isPlain(folder) ? folder : 'ask'
    if (folder === dirname(folder)) return undefined
  }
}

/** A `.git` that is a real folder of ours, whose settings say nothing of where its worktree lies. */
function isPlain(folder: string): boolean {
  const git = join(folder, '.git')
  const config = join(git, 'config')
  const ours = [folder, git].every((path) => statIfThere(path)?.uid === process.geteuid?.())
  if (!ours || !statIfThere(git)?.isDirectory() || !isGitDirectory(git)) return false
  if (!statIfThere(config)?.isFile()) return false
  return !/worktree|bare\s*=\s*true|include|extensions/i.test(readIfThere(config) ?? '')
}

const isGitDirectory = (folder: string) =>
  statIfThere(join(folder, 'HEAD')) !== undefined &&
  ['objects', 'refs'].every((name) => statIfThere(join(folder, name))?.isDirectory() === true)
