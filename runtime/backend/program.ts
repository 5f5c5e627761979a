/** Looks for a CLI on the worker's PATH. */
import type { ModelChoice } from '../config/model.ts'
import { missing } from '../io/errors.ts'
import { findProgram } from '../io/which.ts'

/**
 * @param names what it is called, the first that is there counts; the user's own command in the configuration outranks them
 * @param install how to get it, in a few words
 * @throws exit 69 with what to install
 */
export function findCli(
  names: readonly string[],
  install: string,
  { command }: Pick<ModelChoice, 'command'>,
  env: NodeJS.ProcessEnv,
): string {
  const wanted = command === undefined ? names : [command[0] ?? '']
  for (const name of wanted) {
    const path = findProgram(name, env)
    if (path !== undefined) return path
  }
  throw missing({
    what: `${wanted.join(' or ')}: command not found`,
    next: `Install it: ${install}. Or choose another model: dispatch models`,
  })
}
