/** Which run a verb is about: the one that is named, else the one whose branch is checked out where the caller stands. */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { readIfThere } from '../io/reading.ts'
import { readFact } from '../run/fact-file.ts'
import { type RunPaths, runPaths } from '../run/paths.ts'
import { RunFile } from '../run/records.ts'
import { findRepository } from '../worktree/repository.ts'
import { readingRoot } from './root.ts'
import type { VerbIo } from './verb.ts'

export interface RunHere {
  name: string
  root: string
  paths: RunPaths
  /** Top level of the worktree that the run works in. */
  top: string
}

/** What is compared of each run. */
export interface Known {
  name: string
  branch: string
  created: string
  /** Of the worktree that it is active in; undefined: it is over, or was never active. */
  active: string | undefined
}

/**
 * @param root for verbs that act: that of `groundFor`, which refuses a foreign one
 * @throws exit 1 where no run, or more than one, could be meant
 */
export function runFor(io: VerbIo, name?: string, root = readingRoot(io)): RunHere {
  const repository = findRepository(io.cwd)
  if (repository === undefined)
    throw refused({ what: 'a run lives in a git repository, and this is none', where: io.cwd })
  const runs = runsIn(root)
  const found = chosen(runs, name, { branch: branchIn(repository.gitDir), top: repository.here })
  return {
    name: found.name,
    root,
    paths: runPaths(root, found.name),
    top: found.active ?? repository.here,
  }
}

function runsIn(root: string): Known[] {
  return namesIn(join(root, 'runs')).flatMap((name) => {
    const paths = runPaths(root, name)
    const record = readFact(RunFile, paths.run)
    const active = readIfThere(paths.active)?.split('\n')[0]
    if (record === undefined) return []
    return [{ name, branch: record.branch, created: record.created, active: active || undefined }]
  })
}

/** Also while a rebase of that branch is under way, when nothing is checked out by name. */
function branchIn(gitDir: string): string | undefined {
  const places = ['HEAD', 'rebase-merge/head-name', 'rebase-apply/head-name']
  const said = places.map((place) => readIfThere(join(gitDir, place))?.trim())
  return said.flatMap((text) => /^(?:ref: )?refs\/heads\/(.+)$/.exec(text ?? '')?.[1] ?? []).at(0)
}

/**
 * Pure. Of several runs on one branch the active one, else the newest; on another branch the one that is active in
 * this worktree, so that it can say what is wrong.
 */
export function chosen(
  runs: readonly Known[],
  name: string | undefined,
  { branch, top }: { branch: string | undefined; top: string },
): Known {
  const newest = (some: readonly Known[]) =>
    [...some].sort(
      (a, b) =>
        Number(b.active !== undefined) - Number(a.active !== undefined) || (a.created < b.created ? 1 : -1),
    )[0]
  if (name !== undefined) {
    const named = runs.find((run) => run.name === name)
    if (named !== undefined) return named
  } else {
    const active = runs.filter((run) => run.active === top)
    const found =
      newest(runs.filter((run) => run.branch === branch)) ?? (active.length === 1 ? active[0] : undefined)
    if (found !== undefined) return found
  }
  throw refused({
    what:
      name === undefined
        ? `no run belongs to ${branch ?? 'what is checked out here'}`
        : `there is no run ${name}`,
    found: runs.length === 0 ? undefined : runs.map((run) => `${run.name} (${run.branch})`).join(', '),
    next: runs.length === 0 ? 'Begin one: dispatch run specs/active/<name>' : 'Name it: --run <name>',
  })
}
