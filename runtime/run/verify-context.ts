/** What a verification, or the suite, works on: put together from a run's facts, the same for all that execute something. */
import { refused } from '../io/errors.ts'
import { detectRunner } from './evidence/detect.ts'
import type { Grounds } from './evidence/ground.ts'
import type { BatchKey, RunFacts } from './facts.ts'
import { batchIn, tasksIn } from './verification.ts'

/** Where the spec says nothing: of one execution of some test files (ms). */
const TIMEOUT = 10 * 60_000

export interface Context extends Grounds {
  /** Milliseconds, for one execution. */
  timeout: number
  env: NodeJS.ProcessEnv
}

/** @throws exit 1 where nothing may be executed yet, 69 where the runner is missing */
export async function contextFor(
  facts: RunFacts,
  key: BatchKey,
  top: string,
  env: NodeJS.ProcessEnv,
): Promise<Context> {
  const { run, validation, unapproved } = facts
  const base = batchIn(facts, key)?.base
  if (base === undefined)
    throw refused({ what: `batch ${key} of ${run.name} was not opened yet`, next: 'See: dispatch next' })
  const [command] = unapproved
  if (command !== undefined)
    throw refused({
      what: 'a command of this repository was not approved by its user',
      found: command.join(' '),
      next: 'See: dispatch next',
    })
  const { checks } = validation
  return {
    top,
    base,
    runner: await detectRunner({ top, commit: run.base, checks, env }),
    tasks: tasksIn(facts, key),
    aside: [run.source],
    timeout: checks.timeout ?? TIMEOUT,
    env,
  }
}
