/** Reads one batch from disk. What only older batches need is read when it is asked for. */
import { join } from 'node:path'
import * as v from 'valibot'
import { namesIn } from '../io/folders.ts'
import { statIfThere } from '../io/stat.ts'
import { needed, readFact } from './fact-file.ts'
import type { Accepted, Attempt, BatchFacts, BatchKey } from './facts.ts'
import { type BatchPaths, parseAttempt } from './paths.ts'
import * as records from './records.ts'
import { submissionsIn } from './submit-files.ts'

export function batchFacts(paths: BatchPaths, key: BatchKey, commit: string | undefined): BatchFacts {
  const base = series(paths, 'base', records.BaseFile).at(-1) ?? readFact(records.BaseFile, paths.base)
  const some =
    <S extends v.GenericSchema>(kind: string, schema: S) =>
    () =>
      base === undefined ? [] : series(paths, kind, schema)
  return lazy(
    {
      key,
      base:
        base === undefined
          ? undefined
          : { commit: base.commit, tree: base.tree, work: base.work, runner: base.runner },
      commit,
    },
    {
      hasBaseline: () => statIfThere(paths.baseline) !== undefined,
      attempts: () => (base === undefined ? [] : attemptsIn(paths, key)),
      suites: some('suite', records.SuiteFile),
      diffs: some('diff', records.DiffFile),
      rounds: some('round', records.RoundFile),
      tries: some('try', records.TryFile),
    },
  )
}

/** Values that are computed when they are first asked for. */
function lazy<T extends object, L extends Record<string, () => unknown>>(
  known: T,
  later: L,
): T & { [K in keyof L]: ReturnType<L[K]> } {
  for (const [name, compute] of Object.entries(later))
    Object.defineProperty(known, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = compute()
        Object.defineProperty(known, name, { value, enumerable: true })
        return value
      },
    })
  return known as T & { [K in keyof L]: ReturnType<L[K]> }
}

/** `suite-1.yaml`, `suite-2.yaml` … in their order. */
function series<S extends v.GenericSchema>(
  { folder }: BatchPaths,
  kind: string,
  schema: S,
): v.InferOutput<S>[] {
  const pattern = new RegExp(`^${kind}-(\\d+)\\.yaml$`)
  return namesIn(folder)
    .flatMap((name) => {
      const n = pattern.exec(name)?.[1]
      return n === undefined ? [] : [{ n: Number(n), path: join(folder, name) }]
    })
    .sort((a, b) => a.n - b.n)
    .map(({ path }) => needed(readFact(schema, path), path))
}

function attemptsIn(paths: BatchPaths, batch: BatchKey): Attempt[] {
  return namesIn(paths.folder)
    .flatMap((id) => {
      const parsed = parseAttempt(id)
      return parsed === undefined ? [] : (readAttempt(paths, batch, id, parsed) ?? [])
    })
    .sort((a, b) => a.n - b.n || (a.id < b.id ? -1 : 1))
}

const ACCEPTED = v.looseObject({
  kind: v.picklist(['tester_report', 'implementer_report', 'fix_report', 'reviewer_report', 'none']),
})

/** Undefined: nobody asked for it yet, a folder that a kill left empty. */
function readAttempt(
  batchPaths: BatchPaths,
  batch: BatchKey,
  id: string,
  parsed: NonNullable<ReturnType<typeof parseAttempt>>,
): Attempt | undefined {
  const paths = batchPaths.attempt(id)
  const spawned = readFact(records.SpawnFile, paths.spawn)
  if (spawned === undefined) return undefined
  const submissions = submissionsIn(paths)
  const accepted = readFact(ACCEPTED, paths.accepted)
  return {
    id,
    batch,
    phase: parsed.phase,
    task: 'task' in parsed ? parsed.task : undefined,
    reviewer: 'reviewer' in parsed ? parsed.reviewer : undefined,
    n: parsed.n,
    why: spawned.why,
    claim: readFact(records.ClaimFile, paths.claim),
    refusals: submissions.filter(({ verdict }) => verdict?.accepted === false).length,
    bounces: namesIn(paths.bounces).length,
    verifying: submissions.some(({ verdict }) => verdict === undefined),
    // Checked when it was taken in; what is damaged since then fails where it is used.
    accepted: accepted as Accepted | undefined,
    void: readFact(records.VoidFile, paths.void)?.why,
  }
}
