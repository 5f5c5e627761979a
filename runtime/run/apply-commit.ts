/** Commits a batch as it was tested and reviewed, with the documents that say so; anything else is a fact of its own. */
import { withLock } from '../io/lock.ts'
import { statIfThere } from '../io/stat.ts'
import { giveUp } from './background.ts'
import { commitBatch } from './commit.ts'
import { messageFor } from './commit-message.ts'
import { changes } from './evidence/snapshot.ts'
import { writeFact } from './fact-file.ts'
import type { BatchKey, Try } from './facts.ts'
import { runPaths } from './paths.ts'
import { readRun, type Where } from './read.ts'
import { documentPaths, writeDocuments } from './review-document-write.ts'
import { batchIn, tasksIn } from './verification.ts'

export interface Committing extends Where {
  key: BatchKey
  /** Of the try. */
  n: number
  env: NodeJS.ProcessEnv
}

/** In a process of its own (background.ts), because the user's hooks may take longer than a shell lets a command run. */
export async function commitRun(committing: Committing): Promise<void> {
  const { root, name, key, n } = committing
  const paths = runPaths(root, name).batch(key)
  await withLock(
    `${paths.try(n)}.lock`,
    async () => {
      if (statIfThere(paths.try(n)) !== undefined) return
      try {
        writeFact(paths.try(n), { n, ...(await commit(committing)) })
      } catch (error) {
        giveUp(paths.try(n), error)
      }
    },
    FOREVER,
  )
}

/** Of two that were started (a starter was killed before it said so) the second finds it done. */
const FOREVER = 24 * 60 * 60_000

async function commit({ root, name, top, home, env, key }: Committing): Promise<Omit<Try, 'n'>> {
  const facts = readRun({ root, name, top, home })
  const batch = batchIn(facts, key)
  if (batch === undefined) throw new Error(`there is no batch ${key}`)
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
  if ('commit' in made) return { result: 'committed', reasons: notices }
  if ('refused' in made) return { result: 'refused', reasons: made.refused }
  return { result: 'moved' in made ? 'moved' : 'rewritten', reasons: made.reasons }
}
