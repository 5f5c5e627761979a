/** Commits a batch as it was tested and reviewed, with the documents that say so; anything else is a fact of its own. */
import type { Context } from './apply.ts'
import { commitBatch } from './commit.ts'
import { messageFor } from './commit-message.ts'
import { changes } from './evidence/snapshot.ts'
import { writeFact } from './fact-file.ts'
import type { BatchFacts, RunFacts, Try } from './facts.ts'
import { type BatchPaths, runPaths } from './paths.ts'
import { documentPaths, writeDocuments } from './review-document-write.ts'
import { tasksIn } from './verification.ts'

/** @param n of the try */
export async function commit(
  { root, name, top, env }: Context,
  facts: RunFacts,
  batch: BatchFacts,
  paths: BatchPaths,
  n: number,
): Promise<{ notices: string[] }> {
  const { run, plan } = facts
  const approved = batch.suites.at(-1)?.tree
  const base = batch.base?.work ?? batch.base?.tree
  if (approved === undefined || base === undefined) throw new Error(`batch ${batch.key} was not reviewed`)
  const at = new Date()
  const aside = runPaths(root, name).aside
  const notices = writeDocuments({ top, facts, at, aside, closing: batch.key })
  const documents = documentPaths(facts)
  const changed = (await changes(top, base, approved))
    .map(({ path }) => path)
    .filter((path) => !path.startsWith(`${run.source}/`))
  const tasks = batch.key === 'final' ? [] : tasksIn(facts, batch.key)
  const made = await commitBatch({
    top,
    env,
    run,
    key: batch.key,
    base,
    approved,
    paths: changed,
    documents,
    message: messageFor(
      { key: batch.key, total: plan.batches.length, tasks, spec: name },
      changed.length > 0,
    ),
  })
  if ('commit' in made) return { notices }
  const record = (result: Try['result'], reasons: string[]) => writeFact(paths.try(n), { n, result, reasons })
  if ('refused' in made) record('refused', made.refused)
  else if ('moved' in made) record('moved', made.reasons)
  else record('rewritten', made.reasons)
  return { notices }
}
