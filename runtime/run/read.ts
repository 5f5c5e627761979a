/**
 * Reads a run from disk and from its branch. What only older batches need is read when it is asked for: `next` looks
 * at one batch, and there may be hundreds.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { askGit } from '../io/git.ts'
import { statIfThere } from '../io/stat.ts'
import { documentsOf } from '../spec/find.ts'
import { gatesOf } from '../spec/gates.ts'
import { readValidation, type Validation } from '../spec/validation.ts'
import { commitsIn } from './commit-find.ts'
import { needed, readFact } from './fact-file.ts'
import type { BatchKey, Decision, Plan, RunFacts, RunRecord } from './facts.ts'
import { type RunPaths, runPaths } from './paths.ts'
import { batchFacts } from './read-batch.ts'
import * as records from './records.ts'

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
