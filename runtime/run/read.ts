/**
 * Reads a run from disk and from its branch. What only older batches need is read when it is asked for: `next` looks
 * at one batch, and there may be hundreds.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import { refused } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { askGit } from '../io/git.ts'
import { statIfThere } from '../io/stat.ts'
import { documentsOf } from '../spec/find.ts'
import { gatesOf } from '../spec/gates.ts'
import { readValidation, type Validation } from '../spec/validation.ts'
import { commitsIn } from './commit-find.ts'
import { readFact } from './fact-file.ts'
import type { Accepted, Attempt, BatchFacts, BatchKey, Decision, Plan, RunFacts, RunRecord } from './facts.ts'
import { type BatchPaths, parseAttempt, type RunPaths, runPaths } from './paths.ts'
import * as records from './records.ts'
import { submissionsIn } from './submit-files.ts'

export interface Where {
  root: string
  name: string
  /** Top level of the work tree. */
  top: string
  /** The user's home of dispatch. */
  home: string
}

/** @throws exit 1 where there is no such run, 65 for a damaged fact, with its path */
export function readRun(where: Where): RunFacts {
  const { root, name, top, home } = where
  const paths = runPaths(root, name)
  const run = readRecord(paths)
  const plan = readPlan(paths)
  const commits = commitsOf(top, run)
  const keys: BatchKey[] = [
    ...plan.batches.map(({ number }) => number),
    ...(run.policy === 'spec' ? (['final'] as const) : []),
  ]
  const validation = readValidation(paths.validation)
  return {
    run,
    plan,
    decisions: numbered(paths.decisions).map(
      (path): Decision => needed(readFact(records.DecisionFile, path), path),
    ),
    batches: keys.map((key) => batchFacts(paths.batch(key), key, commits.get(key))),
    validation,
    gates: gatesOf(readValidation(documentsOf({ name, folder: join(top, run.source) }).validation)),
    unapproved: commandsIn(validation).filter(
      (argv) => statIfThere(approvalOf(home, top, argv)) === undefined,
    ),
    active: statIfThere(paths.active) !== undefined,
    outcome: undefined,
    trouble: undefined,
  }
}

function readRecord(paths: RunPaths): RunRecord {
  const record = readFact(records.RunFile, paths.run)
  if (record !== undefined) return record
  throw refused({
    what: 'there is no such run',
    where: paths.folder,
    next: 'Begin one: dispatch run specs/active/<name>',
  })
}

export function readPlan(paths: RunPaths): Plan {
  const path = numbered(paths.plans).at(-1) ?? join(paths.plans, '001.yaml')
  return needed(readFact(records.PlanFile, path), path)
}

/** Numbered facts of a folder, in their order. */
function numbered(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => /^\d{3,}\.yaml$/.test(name))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => join(folder, name))
}

function needed<T>(fact: T | undefined, path: string): T {
  if (fact !== undefined) return fact
  throw refused({
    what: 'a fact of this run is gone',
    where: path,
    next: 'Restore the file, or remove the folder of the run and begin it anew: what is committed is kept.',
  })
}

/** Of commits of one batch the newest (somebody amended, and kept both). */
function commitsOf(top: string, { base, branch, source }: RunRecord): Map<BatchKey, string> {
  const found = new Map<BatchKey, string>()
  const said = askGit(top, [
    ...LOG,
    `${base}..refs/heads/${branch}`,
    '--',
    `:(top,literal)${source}/checkpoint.yaml`,
  ])
  // Where git ignores the spec's folder, no commit touches it.
  const log =
    said === '' && isIgnored(top, source) ? askGit(top, [...LOG, `${base}..refs/heads/${branch}`]) : said
  for (const { commit, keys } of commitsIn(log ?? ''))
    for (const key of keys) if (!found.has(key)) found.set(key, commit)
  return found
}

const LOG = ['log', '-z', '--first-parent', '--format=%H%n%B', '--grep=^Batch: ']

const isIgnored = (top: string, source: string) =>
  askGit(top, ['check-ignore', '--quiet', '--', `${source}/checkpoint.yaml`]) !== undefined

/** What of the repository the checks would execute. */
const commandsIn = ({ checks }: Validation): string[][] =>
  [checks.test, checks.build, checks.types].flatMap((argv) => (argv === undefined ? [] : [argv]))

/** A user approves a text for one repository. */
export const approvalOf = (home: string, top: string, argv: readonly string[]) =>
  join(
    home,
    'trust',
    createHash('sha256')
      .update(JSON.stringify([top, ...argv]))
      .digest('hex'),
  )

function batchFacts(paths: BatchPaths, key: BatchKey, commit: string | undefined): BatchFacts {
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
