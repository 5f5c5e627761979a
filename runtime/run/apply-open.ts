/** Opening a batch, and following a branch that was moved under an open one: what its work is compared with. */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { askGit } from '../io/git.ts'
import { documentsOf } from '../spec/find.ts'
import { setStatuses } from '../spec/tasks.ts'
import type { Context } from './apply.ts'
import { followed } from './branch-follow.ts'
import { treeOf } from './commit.ts'
import { detectRunner } from './evidence/detect.ts'
import { changes, snapshot } from './evidence/snapshot.ts'
import { writeFact } from './fact-file.ts'
import type { BatchFacts, RunFacts } from './facts.ts'
import type { BatchPaths } from './paths.ts'
import { tasksIn } from './verification.ts'

export async function open(
  { top, name, env }: Context,
  facts: RunFacts,
  { key }: BatchFacts,
  paths: BatchPaths,
): Promise<undefined> {
  const { run } = facts
  const commit = key === 'final' ? run.base : (askGit(top, ['rev-parse', 'HEAD']) ?? run.base)
  const tasks = key === 'final' ? [] : tasksIn(facts, key)
  const at = new Date()
  if (tasks.length > 0) {
    await refuseForeign(top, run.source, new Set(tasks.flatMap(({ files }) => files)))
    setStatuses(
      documentsOf({ name, folder: join(top, run.source) }).tasks,
      new Map(tasks.map(({ id }) => [id, 'in_progress'])),
      at,
    )
  }
  const judge = await detectRunner({ top, commit: run.base, checks: facts.validation.checks, env })
  const work = await snapshot(top)
  const tree = key === 'final' ? treeOf(top, run.base) : work
  writeFact(paths.base, { commit, tree, work, runner: judge.fingerprint?.(top), at: at.toISOString() })
}

/** What the user changed in a file that the batch claims would be committed as the batch's. */
async function refuseForeign(top: string, source: string, claimed: ReadonlySet<string>): Promise<void> {
  const foreign = (await changes(top, 'HEAD', await snapshot(top)))
    .map(({ path }) => path)
    .filter((path) => claimed.has(path) && !path.startsWith(`${source}/`))
  if (foreign.length === 0) return
  throw refused({
    what: 'files that this batch is to change hold changes of yours',
    where: foreign.slice(0, 8).join(', '),
    next: 'Commit or stash them, then: dispatch next',
  })
}

/** First what makes suite and review run again: killed in between, it is followed once more. */
export async function follow(
  { top }: Context,
  { base, tries }: BatchFacts,
  paths: BatchPaths,
  head: string,
): Promise<undefined> {
  if (base === undefined) return
  const n = tries.length + 1
  writeFact(paths.try(n), { n, result: 'moved', reasons: [`the branch was moved to ${head}`] })
  const moved = await followed(top, base, head)
  const later = { ...moved, work: moved.tree, runner: base.runner, at: new Date().toISOString() }
  for (let at = 2; !writeFact(paths.laterBase(at), later); ) at++
}
