/** Executes the whole suite and the checks, in a process of its own (background.ts), and writes down what it came to. */
import { withLock } from '../io/lock.ts'
import { statIfThere } from '../io/stat.ts'
import { giveUp } from './background.ts'
import { executing } from './environment.ts'
import { runSuite } from './evidence/suite.ts'
import { readFact, writeFact } from './fact-file.ts'
import type { BatchKey, RunFacts } from './facts.ts'
import { runPaths } from './paths.ts'
import { readRun, type Where } from './read.ts'
import { BaselineFile } from './records.ts'
import { frozenIn } from './verification.ts'
import { contextFor } from './verify-context.ts'

export interface Wanted extends Where {
  key: BatchKey
  /** 0: the run at the base. */
  n: number
  /** Whose work it sees. */
  after: string[]
  env: NodeJS.ProcessEnv
}

/** Of two that were started (a starter was killed before it said so) the second finds the work done. */
const FOREVER = 24 * 60 * 60_000

export async function suiteRun(wanted: Wanted): Promise<void> {
  const run = runPaths(wanted.root, wanted.name)
  const paths = run.batch(wanted.key)
  const result = wanted.n === 0 ? paths.baseline : paths.suite(wanted.n)
  await withLock(
    `${result}.lock`,
    async () => {
      if (statIfThere(result) !== undefined) return
      try {
        const env = executing(run, wanted.env)
        writeFact(result, await executed({ ...wanted, env }, readRun(wanted), paths.baseline))
      } catch (error) {
        giveUp(result, error)
      }
    },
    FOREVER,
  )
}

async function executed(wanted: Wanted, facts: RunFacts, baselinePath: string): Promise<unknown> {
  const { key, n, after, top, env } = wanted
  const { runner, tasks } = await contextFor(facts, key, top, env)
  const { baseline, ...suite } = await runSuite({
    top,
    runner,
    checks: facts.validation.checks,
    baseline: n === 0 ? undefined : readFact(BaselineFile, baselinePath),
    tasks,
    frozen: frozenIn(facts, key),
    env,
  })
  return n === 0 ? baseline : { n, after, ...suite, baseline }
}
