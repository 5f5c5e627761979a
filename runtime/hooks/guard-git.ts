/** Which shell commands write into the history or over the work tree of a run. Pure. */
import { resolve } from 'node:path'
import { baseName } from './shell-commands.ts'

/** What makes or publishes commits: the run does that itself, for batches that were approved. */
const HISTORY = ['commit', 'push', 'am', 'merge', 'rebase', 'cherry-pick', 'revert', 'pull', 'commit-tree']
/** What would take away others' work in the same tree. The lead may: its user can have asked for it. */
const TREE = [
  'reset',
  'stash',
  'checkout',
  'switch',
  'restore',
  'clean',
  'update-ref',
  'read-tree',
  'filter-branch',
]
/** Changes nothing, whatever stands before it. */
const HARMLESS = /^(--dry-run|--help|-h|--abort|--quit|--porcelain)$/

/** Options of git itself that take the next word. */
const TAKES_WORD = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--config-env',
  '--attr-source',
])

/**
 * The first command that is not for this agent, as it would be said ("git commit"); undefined: there is none.
 * @param top of the run's worktree; git elsewhere is nobody's concern here
 */
export function forbiddenGit(
  commands: string[][],
  { cwd, top, lead }: { cwd: string; top: string; lead: boolean },
): string | undefined {
  let folder = cwd
  for (const [name = '', ...words] of commands) {
    if (name === 'cd' || name === 'pushd')
      folder = resolve(folder, words.find((word) => word !== '--') ?? '.')
    if (baseName(name) !== 'git') continue
    const call = gitCall(words, folder)
    if (!isBelow(top, call.folder) || call.rest.some((word) => HARMLESS.test(word))) continue
    if (HISTORY.includes(call.verb)) return `git ${call.verb}`
    if (!lead && TREE.includes(call.verb) && !/^(list|show)$/.test(call.rest[0] ?? ''))
      return `git ${call.verb}`
  }
  return undefined
}

function gitCall(words: string[], from: string): { verb: string; rest: string[]; folder: string } {
  let folder = from
  let at = 0
  for (; words[at]?.startsWith('-'); at++) {
    const word = words[at] ?? ''
    if (word.startsWith('--work-tree=')) folder = resolve(folder, word.slice(word.indexOf('=') + 1))
    if (!TAKES_WORD.has(word)) continue
    at++
    if (word === '-C' || word === '--work-tree') folder = resolve(folder, words[at] ?? '.')
  }
  return { verb: words[at] ?? '', rest: words.slice(at + 1), folder }
}

/** The folder itself, or something in it. */
export const isBelow = (folder: string, path: string) => path === folder || path.startsWith(`${folder}/`)
