/**
 * What is looked at before and after anything is executed: which files changed since the base, what hides from git,
 * and whether somebody touched what judges. Each finding is a sentence for the role.
 */

import { join } from 'node:path'
import { git } from '../../io/git.ts'
import { asText, gitBytes } from '../../io/git-bytes.ts'
import { readIfThere } from '../../io/reading.ts'
import { plainPath } from '../../spec/tasks.ts'
import type { PlannedTask } from '../facts.ts'
import type { Runner } from './runner.ts'
import { type Change, changes, textIn } from './snapshot.ts'

/** Where a batch began. */
interface Base {
  commit: string
  /** Of all that lay in the work tree. */
  tree: string
  /** `runner.fingerprint` at that time; where it was not taken, the installed runner is not looked at. */
  runner?: string | undefined
}

export interface Grounds {
  top: string
  runner: Runner
  base: Base
  /** The batch's open tasks. */
  tasks: readonly PlannedTask[]
  /** Paths (or folders) that the runtime or the user keeps during a batch: the spec's own folder. */
  aside?: readonly string[]
}

/** The changes of the batch up to `tree`. */
export async function changesSince({ top, base, aside = [] }: Grounds, tree: string): Promise<Change[]> {
  const all = await changes(top, base.tree, tree)
  const kept = aside.map(plainPath)
  return all.filter(({ path }) => !kept.some((each) => path === each || path.startsWith(`${each}/`)))
}

/** Whether what judges is as it was in the base commit. */
export async function touchedJudge({ top, runner, base }: Grounds, tree: string): Promise<string[]> {
  const reasons: string[] = []
  if (base.runner !== undefined && runner.fingerprint?.(top) !== base.runner)
    reasons.push(
      `The installed test runner (${runner.name}) is not the one that the batch began with. Install the project's dependencies again.`,
    )
  const sentence = (path: string) =>
    `${path} decides which tests are run or how, and it is not as in the commit that the batch began with. Put it back: git checkout ${base.commit.slice(0, 12)} -- '${path}' (or remove it, if it is new).`
  const [changed, ignored] = await Promise.all([changes(top, base.commit, tree), ignoredFiles(top)])
  for (const { path, status } of changed) {
    if (!runner.isConfiguration(path)) continue
    if (runner.relevant !== undefined && status === 'M') {
      const before = await textIn(top, base.commit, path)
      const now = readIfThere(join(top, path))
      if (
        before !== undefined &&
        now !== undefined &&
        runner.relevant(path, before) === runner.relevant(path, now)
      )
        continue
    }
    reasons.push(sentence(path))
  }
  for (const path of ignored) if (runner.isConfiguration(path)) reasons.push(sentence(path))
  return reasons
}

/** Ignored files that lie outside of ignored folders: git does not show them, a runner reads them. */
async function ignoredFiles(top: string): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']
  const { stdout } = await gitBytes(top, args)
  return stdout
    .split('\0')
    .filter((path) => path !== '' && !path.endsWith('/'))
    .map(asText)
}

/** What would keep these files from being seen or committed. */
export async function hiddenOnes(top: string, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return []
  const input = paths.map((path) => `${path}\0`).join('')
  const [ignored, flagged] = await Promise.all([
    git(top, ['check-ignore', '-z', '--stdin', '--no-index'], { input }),
    gitBytes(top, ['ls-files', '-z', '-v', '--', ...paths.map((path) => `:(literal)${path}`)]),
  ])
  const tracked = new Set(flagged.stdout.split('\0').map((line) => asText(line.slice(2))))
  return [
    ...ignored.stdout
      .split('\0')
      .filter((path) => path !== '' && !tracked.has(path))
      .map(
        (path) =>
          `${path} is ignored by git, so it would never be committed. Give it another place, or take the rule away that ignores it.`,
      ),
    ...flagged.stdout.split('\0').flatMap((line) => {
      const path = asText(line.slice(2))
      return /^[a-zS] /.test(line) && paths.includes(path)
        ? [
            `git was told to overlook ${path}. Undo that: git update-index --no-assume-unchanged --no-skip-worktree '${path}'`,
          ]
        : []
    }),
  ]
}

/** Product files that the batch's tasks name; undefined where one of them names none. */
export function unitsOf(tasks: readonly PlannedTask[], runner: Runner): string[] | undefined {
  const open = tasks.some(({ files }) => files.length === 0)
  return open ? undefined : tasks.flatMap(({ files }) => files.filter((path) => !runner.isTest(path)))
}
