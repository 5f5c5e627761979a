/** The facts behind hooks/allow.ts, read only when a decision needs them. */
import { dispatchHome } from '../config/home.ts'
import { loadConfig } from '../config/load.ts'
import { DEFAULT_PROFILE } from '../config/profile.ts'
import { defaultOf, lookUp } from '../config/resolve.ts'
import { isActive } from '../hooks/active.ts'
import { preToolUse } from '../hooks/allow.ts'
import { findProgram } from '../io/which.ts'
import { taskPaths } from '../task/directory.ts'
import { readRequest } from '../task/request.ts'
import { isRegistered, rootFor } from '../task/root.ts'
import type { VerbIo } from './verb.ts'

export async function allow(
  input: Record<string, unknown>,
  { env, cwd }: VerbIo,
): Promise<object | undefined> {
  const request = (id: string) => readRequest(taskPaths(rootFor(env, cwd), id).request)
  const choice = (word: string | undefined) => {
    const config = loadConfig(dispatchHome(env))
    const isInstalled = (program: string) => findProgram(program, env) !== undefined
    const name = word ?? defaultOf(config, isInstalled)
    return name === undefined ? undefined : lookUp(config, name, isInstalled)
  }
  return preToolUse(input, {
    profileOf: (id) => request(id)?.profile,
    modelOf: (id) => request(id)?.model,
    profileOfModel: (word) => choice(word)?.profile ?? DEFAULT_PROFILE,
    isUncontained: (word) => {
      const model = choice(word)
      return model?.backend === 'command' && model.profile === undefined
    },
    // To start a run its user says yes to the verb `run`; from then on its roles may hand in.
    runApproved: (run) => {
      const root = rootFor(env, cwd)
      return isRegistered(dispatchHome(env), root) && isActive(root, run, cwd)
    },
  })
}
