import type { Config } from '../config/load.ts'
import type { ModelChoice } from '../config/model.ts'
import { programFor } from '../config/resolve.ts'
import { findProgram } from '../io/which.ts'

/** Is the program of this model on the PATH, or does it need none? */
export function isRunnable(config: Config, choice: ModelChoice, env: NodeJS.ProcessEnv): boolean {
  const program = choice.command?.[0] ?? programFor(config, choice.group)
  return program === undefined || findProgram(program, env) !== undefined
}
