/**
 * The whole suite and the configured checks, executed: once at a batch's base to know what was red before, and whenever
 * all implementers are done. What fails now and did not then is told, with whose task it is.
 */

import { missing } from '../../io/errors.ts'
import type { Frozen, PlannedTask, Suite } from '../facts.ts'
import { claimsOf } from './claims.ts'
import { environmentFor, execute } from './execute.ts'
import { thawed } from './freeze.ts'
import type { Outcome, Runner } from './runner.ts'
import { snapshot } from './snapshot.ts'
import { blame, complaints, type Found, newFailures } from './suite-failures.ts'

/** What a run at the base found. Kept as YAML: plain data. */
export interface Baseline {
  /** Test files with how many tests ran and how many were left out. */
  files: { path: string; ran: number; skipped: number }[]
  failed: { file: string; name: string }[]
  /** `build` and `types`: what they complained about; absent where they were content or are not configured. */
  checks: Partial<Record<'build' | 'types', string[]>>
}

export interface SuiteInput {
  top: string
  runner: Runner
  /** Words of commands, no shell. `timeout` in ms, of each of the three. */
  checks: {
    build?: readonly string[] | undefined
    types?: readonly string[] | undefined
    timeout?: number | undefined
  }
  /** Undefined: this is the run at the base. */
  baseline: Baseline | undefined
  tasks: readonly PlannedTask[]
  /** All of the batch. */
  frozen: readonly Frozen[]
  env: NodeJS.ProcessEnv
}

/** A `Suite` without its number and what it came after, and the baseline that it makes for the next batch. */
export type SuiteResult = Omit<Suite, 'n' | 'after'> & { baseline: Baseline }

const TIMEOUT = 20 * 60_000

export async function runSuite(input: SuiteInput): Promise<SuiteResult> {
  const { top, runner, checks, baseline, tasks, frozen, env } = input
  const timeout = checks.timeout ?? TIMEOUT
  const outcome = await runner.run({ top, timeout, env })
  const build = await check(input, 'build', timeout)
  const types = await check(input, 'types', timeout)
  const tree = await snapshot(top)
  const now = baselineOf(outcome, { ...(build && { build }), ...(types && { types }) })
  const before = baseline ?? now
  const found: Found[] = [
    ...thawed(top, frozen).map((line) => ({ check: 'suite', name: line, file: undefined, lines: [line] })),
    ...newFailures(outcome, before, runner.isTest, new Set(frozen.map(({ path }) => path)), timeout),
    ...complaints('build', build, before.checks.build, top),
    ...complaints('types', types, before.checks.types, top),
  ]
  const claims = claimsOf(tasks, runner)
  const failures = found.map((each) => ({ ...each, task: blame(each, claims, top) }))
  const failing = new Set(now.failed.map(key))
  return {
    tree,
    ok: failures.length === 0,
    failures,
    known: before.failed
      .filter((each) => failing.has(key(each)))
      .map(({ file, name }) => `${file} > ${name}`),
    baseline: now,
  }
}

const key = ({ file, name }: { file: string; name: string }) => `${file}\0${name}`

function baselineOf({ cases, files }: Outcome, checks: Baseline['checks']): Baseline {
  const counts = new Map<string, { path: string; ran: number; skipped: number }>()
  for (const { path } of files) counts.set(path, { path, ran: 0, skipped: 0 })
  for (const { file, status } of cases) {
    const count = counts.get(file) ?? { path: file, ran: 0, skipped: 0 }
    if (status === 'passed' || status === 'failed') count.ran += 1
    else count.skipped += 1
    counts.set(file, count)
  }
  return {
    files: [...counts.values()],
    failed: [
      ...cases.filter(({ status }) => status === 'failed').map(({ file, name }) => ({ file, name })),
      // A file that cannot be loaded has no names.
      ...files
        .filter(
          ({ path, failure }) =>
            failure && !cases.some(({ file, status }) => file === path && status === 'failed'),
        )
        .map(({ path }) => ({ file: path, name: '' })),
    ],
    checks,
  }
}

/** The lines of a check that failed; undefined: it did not, or there is none. */
async function check(
  { top, checks, env }: SuiteInput,
  which: 'build' | 'types',
  timeout: number,
): Promise<string[] | undefined> {
  const command = checks[which]
  if (command === undefined || command.length === 0) return undefined
  const result = await execute(command, { cwd: top, env: environmentFor(env, { CI: '1' }), timeout })
  if (result.missing)
    throw missing({
      what: `the command of checks.${which} was not found`,
      where: command[0] ?? '',
      next: "Install the project's dependencies, or correct validation.yaml.",
    })
  if (result.exit === 0) return undefined
  const lines = result.output.split('\n').filter((line) => line.trim() !== '')
  return [
    ...(result.timedOut ? [`It did not end within ${Math.round(timeout / 1000)} seconds.`] : []),
    ...lines.slice(-400),
    ...(lines.length === 0 && !result.timedOut ? [`It failed with exit code ${result.exit ?? 'none'}.`] : []),
  ]
}
