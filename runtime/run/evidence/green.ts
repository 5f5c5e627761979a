/**
 * GREEN: the frozen tests of a task are executed again, as they were accepted. The same content, the same names, all of
 * them pass, nothing is left out, and nothing but claimed product files was changed on the way.
 */
import { join } from 'node:path'
import { readIfThere } from '../../io/reading.ts'
import type { Report } from '../../review/report.ts'
import { plainPath } from '../../spec/tasks.ts'
import type { Frozen, RedEvidence } from '../facts.ts'
import { claimsOf } from './claims.ts'
import { thawed } from './freeze.ts'
import { judgeGreenFile } from './green-file.ts'
import { changesSince, type Grounds, hiddenOnes, touchedJudge, unitsOf } from './ground.ts'
import type { Outcome } from './runner.ts'
import { snapshot } from './snapshot.ts'
import { type Verdict, verdictOf } from './verdict.ts'

export interface GreenInput extends Grounds {
  task: string
  report: Report<'implementer_report'>
  /** What was accepted of this task's tester. */
  red: RedEvidence
  /** All of the batch, this task's own among them. */
  frozen: readonly Frozen[]
  /** Milliseconds, for the execution. */
  timeout: number
  env: NodeJS.ProcessEnv
}

export async function verifyGreen(input: GreenInput): Promise<Verdict> {
  const { top, runner, tasks, red, report } = input
  const files = red.frozen.map(({ path }) => path).filter((path) => runner.isTest(path))
  const product = report.implementation_files.map(plainPath)
  const [tree, hidden] = await Promise.all([
    snapshot(top),
    hiddenOnes(top, [...red.frozen.map(({ path }) => path), ...product]),
  ])
  // Nothing is executed with a configuration that somebody changed.
  const early = [...thawed(top, red.frozen), ...hidden, ...(await judgeTree(input, tree))]
  if (early.length > 0) return verdictOf(early)
  const units = unitsOf(tasks, runner)
  const request = { top, files, timeout: input.timeout, env: input.env, ...(units && { units }) }
  const outcome = await runner.run(request)
  // A test that rewrites something is seen, too.
  const now = await snapshot(top)
  const ground = [...thawed(top, red.frozen), ...(now === tree ? [] : await judgeTree(input, now))]
  const judged = files.flatMap((path) =>
    judgeGreenFile({
      path,
      written: runner.read?.(path, readIfThere(join(top, path)) ?? '', units) ?? [],
      expected: red.tests.filter(({ file }) => file === path).map(({ name }) => name),
      result: outcome.files.find((each) => each.path === path),
      cases: outcome.cases.filter(({ file }) => file === path),
    }),
  )
  return verdictOf([...ground, ...judged, ...endedBadly(outcome, input.timeout, judged.length > 0)])
}

/** What the work tree says against it, whoever did it. */
async function judgeTree(input: GreenInput, tree: string): Promise<string[]> {
  const { top, runner, tasks, frozen, red } = input
  const claims = claimsOf(tasks, runner)
  const all = [...frozen, ...red.frozen]
  const known = new Set(all.map(({ path }) => path))
  const others = frozen.filter(({ path }) => !red.frozen.some((own) => own.path === path))
  const [changed, touched] = await Promise.all([changesSince(input, tree), touchedJudge(input, tree)])
  return [
    ...touched,
    ...thawed(top, others),
    ...changed.flatMap(({ path, status, mode }) => {
      if (known.has(path) || runner.isConfiguration(path)) return []
      const undo = status === 'A' ? 'Remove it.' : 'Put it back as it was when the batch began.'
      if (claims.test(path).length > 0)
        return [
          `${path} is a test file that no tester handed in. ${undo} Implementers write no tests; say in \`clarifications\` what is missing.`,
        ]
      if (claims.product(path).length === 0)
        return [`${path} is outside the claims of the batch's open tasks. ${undo}`]
      return mode === '120000' ? [`${path} is a symbolic link. Put the file itself there.`] : []
    }),
  ]
}

function endedBadly({ timedOut, exit, output, cases }: Outcome, timeout: number, told: boolean): string[] {
  if (timedOut)
    return [`The tests did not end within ${Math.round(timeout / 1000)} seconds. ${lastLines(output)}`]
  // Tests that were red before the batch make the runner fail, too.
  if (told || exit === 0 || cases.some(({ status }) => status === 'failed')) return []
  return [
    `All tests pass, but the runner failed (${exit === undefined ? 'ended by a signal' : `exit code ${exit}`}), as it does for an error outside of tests. ${lastLines(output)}`,
  ]
}

const lastLines = (output: string) => output.trim().split('\n').slice(-6).join('\n').slice(-600)
