/**
 * RED: the tests that a tester hands in are executed, and every new one has to fail because what it demands is not
 * there yet. What is accepted is frozen by content.
 */
import { join } from 'node:path'
import { readIfThere } from '../../io/reading.ts'
import type { Report } from '../../review/report.ts'
import { plainPath } from '../../spec/tasks.ts'
import type { Frozen, RedEvidence } from '../facts.ts'
import { type Claims, claimsOf, inTestFolder } from './claims.ts'
import { framesIn } from './frames.ts'
import { freeze, thawed } from './freeze.ts'
import { changesSince, type Grounds, hiddenOnes, touchedJudge, unitsOf } from './ground.ts'
import { withText } from './names.ts'
import { judgeRedFile } from './red-file.ts'
import type { Outcome, Written } from './runner.ts'
import { type Change, snapshot, textIn } from './snapshot.ts'
import { type Verdict, verdictOf } from './verdict.ts'

export interface RedInput extends Grounds {
  /** Id of the task whose tests these are. */
  task: string
  report: Report<'tester_report'>
  /** What was accepted of the batch's other tasks. */
  frozen: readonly Frozen[]
  /** Milliseconds, for the execution. */
  timeout: number
  env: NodeJS.ProcessEnv
}

export async function verifyRed(input: RedInput): Promise<Verdict & { evidence?: RedEvidence }> {
  const { top, runner, tasks, task, report, frozen } = input
  const claims = claimsOf(tasks, runner)
  const named = report.test_files.map((each) => ({ ...each, path: plainPath(each.path) }))
  const paths = [...new Set(named.map(({ path }) => path))]
  const before = paths.map((path) => freeze(top, path))
  const unfit = paths.flatMap((path, n) => refusal(input, claims, path, before[n]))
  if (!paths.some((path) => runner.isTest(path)))
    unfit.push(
      'The report names no test file. Name every test file under `test_files`, with its path below the top level and its tests; without a test, report `gap`.',
    )
  const [tree, hidden] = await Promise.all([snapshot(top), hiddenOnes(top, paths)])
  const early = [...unfit, ...hidden, ...(await judgeTree(input, claims, paths, tree))]
  // Nothing is executed with a configuration that somebody changed.
  if (early.length > 0) return verdictOf(early)

  const files = paths.filter((path) => runner.isTest(path))
  const units = unitsOf(tasks, runner)
  const request = { top, files, timeout: input.timeout, env: input.env, ...(units && { units }) }
  const outcome = await runner.run(request)
  const after = paths.map((path) => freeze(top, path))
  const rewritten = paths.filter((_, n) => !same(before[n], after[n]))
  const now = await snapshot(top)
  const reasons = [
    ...rewritten.map((path) => `${path} was changed while its tests ran. A test must not rewrite itself.`),
    ...(now === tree ? [] : await judgeTree(input, claims, paths, now)),
    ...endedBadly(outcome, input.timeout),
  ]
  const judged = await Promise.all(
    files.map(async (path) => {
      const told = named.filter((each) => each.path === path).flatMap(({ tests }) => tests)
      return judgeRedFile({
        path,
        ...(await readings(input, path, units)),
        result: outcome.files.find((each) => each.path === path),
        cases: outcome.cases.filter(({ file }) => file === path),
        reported: told,
        inProduct: (message) => {
          const [frame] = framesIn(message, top)
          return frame !== undefined && claims.product(frame).length > 0
        },
      })
    }),
  )
  const verdict = verdictOf([...reasons, ...judged.flatMap((each) => each.reasons)])
  if (!verdict.accepted) return verdict
  const kept = [...paths, ...(await besides(input, claims, paths))]
  const evidence: RedEvidence = {
    tests: judged.flatMap((each) => each.tests),
    frozen: kept.map((path) => freeze(top, path)).filter((each): each is Frozen => typeof each !== 'string'),
  }
  const others = new Set(frozen.map(({ path }) => path))
  const twice = evidence.frozen.find(({ path }) => others.has(path))
  if (twice !== undefined)
    return verdictOf([
      `${twice.path} is a frozen test of another task. Put the tests of ${task} into a file of their own.`,
    ])
  return { ...verdict, evidence }
}

const same = (a: Frozen | string | undefined, b: Frozen | string | undefined) =>
  JSON.stringify(a) === JSON.stringify(b)

/** Why a path that the report names cannot be a test of this task. */
function refusal(
  input: RedInput,
  claims: Claims,
  path: string,
  frozen: Frozen | string | undefined,
): string[] {
  const { runner, task } = input
  if (typeof frozen === 'string')
    return [`${path} ${frozen}. Every file under \`test_files\` has to be a file of the repository.`]
  if (runner.isConfiguration(path))
    return [`${path} decides which tests are run or how. Put it back, and take it out of the report.`]
  if (!runner.isTest(path) && !inTestFolder(path))
    return [
      `${path} is no test file by this project's rules (${runner.name}), and lies in no folder of tests. Name test files only.`,
    ]
  if (!claims.test(path).includes(task))
    return [
      `${path} is outside the claims of ${task}. Put the test beside the task's product file or where the project keeps its tests.`,
    ]
  return []
}

/** What the work tree says against it, whoever did it: this is also what an edit by a shell is caught by. */
async function judgeTree(
  input: RedInput,
  claims: Claims,
  paths: readonly string[],
  tree: string,
): Promise<string[]> {
  const { top, runner, frozen, task } = input
  const frozenPaths = new Set(frozen.map(({ path }) => path))
  const [changed, touched] = await Promise.all([changesSince(input, tree), touchedJudge(input, tree)])
  return [
    ...touched,
    ...thawed(top, frozen),
    ...(
      await Promise.all(
        changed.map(async (change) => {
          const { path, status } = change
          if (paths.includes(path) || frozenPaths.has(path) || runner.isConfiguration(path)) return []
          const damaged = status === 'D' || (status === 'M' && (await isDamaged(input, path)))
          return strayed(change, claims, task, damaged || input.tasks.length === 1)
        }),
      )
    ).flat(),
  ]
}

/** Whether a test that was there before is gone or another: nobody adds to a file like that. */
async function isDamaged(input: RedInput, path: string): Promise<boolean> {
  const { before, now } = await readings(input, path, unitsOf(input.tasks, input.runner))
  return before.some((old) => !now?.some(({ name, text }) => name === old.name && text === old.text))
}

/** @param sure that this is the work of `task`, or nobody's: else another open task may be at it */
function strayed({ path, status }: Change, claims: Claims, task: string, sure: boolean): string[] {
  const undo =
    status === 'A' ? 'Remove it.' : 'Put it back as it was when the batch began (git diff shows the change).'
  if (claims.test(path).length > 0) {
    const owners = claims.owners(path)
    const mine = sure || (owners.length === 1 && owners[0] === task)
    return mine && !path.includes('__snapshots__/')
      ? [
          `${path} was ${status === 'D' ? 'removed' : 'changed'}, and the report does not name it. Name it under \`test_files\`, or undo that.`,
        ]
      : []
  }
  if (claims.product(path).length > 0)
    return [`${path} is product code, which is written after the tests were accepted. ${undo}`]
  return [`${path} is outside the claims of the batch's open tasks. ${undo}`]
}

function endedBadly({ timedOut, exit, cases, output }: Outcome, timeout: number): string[] {
  if (timedOut)
    return [
      `The tests did not end within ${Math.round(timeout / 1000)} seconds. Let no test wait for what does not come.`,
    ]
  if (exit === 0 && cases.every(({ status }) => status !== 'passed'))
    return [
      'The runner says that all is well, although no test passed. A test must not end the process, and must not catch its own failure.',
    ]
  if (exit === undefined)
    return [`The runner was ended by a signal. Let no test kill processes. ${output.trim().slice(-200)}`]
  return []
}

/** The tests of a file, at the base and now. */
async function readings({ top, runner, base }: RedInput, path: string, units: string[] | undefined) {
  const read = (source: string): Written[] =>
    runner.read === undefined ? [] : withText(runner.read(path, source, units), source)
  const was = await textIn(top, base.tree, path)
  return {
    before: was === undefined ? [] : read(was),
    now: runner.read === undefined ? undefined : read(readIfThere(join(top, path)) ?? ''),
  }
}

/** Snapshots that belong to these tests are frozen with them. */
async function besides({ top }: RedInput, claims: Claims, paths: readonly string[]): Promise<string[]> {
  return paths.flatMap((path) => {
    const at = path.lastIndexOf('/')
    const snap = `${path.slice(0, at + 1)}__snapshots__/${path.slice(at + 1)}.snap`
    return typeof freeze(top, snap) === 'string' || claims.test(snap).length === 0 ? [] : [snap]
  })
}
