/** What can be done about a task that is not done: commands that exist, for this user, now. */

import type { Config } from '../config/load.ts'
import { lookUp, programFor } from '../config/resolve.ts'
import { findProgram } from '../io/which.ts'
import { failureOf } from '../task/status.ts'
import type { Observed } from './observe.ts'

/** How many other models are offered. */
const MOST = 3

export function alternativesFor(task: Observed, config: Config, env: NodeJS.ProcessEnv): string[] {
  const { id, state, request } = task
  const failure = failureOf(task, state)
  if (failure === null) return []
  const retry = `dispatch retry ${id}`
  switch (failure.class) {
    case 'denied':
      return [
        ...(request?.profile === 'full' ? [] : [`${retry} --profile full`]),
        `dispatch resume ${id} --answer …`,
      ]
    case 'cli-missing':
    case 'auth':
    case 'model-unavailable':
    case 'quota':
      return otherModels(task, config, env).map((model) => `${retry} --model ${model}`)
    case 'timeout':
    case 'budget':
    case 'lost':
    case 'killed':
    case 'network':
    case 'overloaded':
    case 'rate-limited':
      return [`dispatch resume ${id}`, retry]
    case 'context-overflow':
    case 'crashed':
      return [retry]
  }
}

/** Configured models of other programs that are installed; Claude's families where claude is. */
function otherModels({ request }: Observed, config: Config, env: NodeJS.ProcessEnv): string[] {
  const names = [...config.models.keys(), 'opus', 'sonnet', 'haiku']
  return [...new Set(names)]
    .filter((name) => {
      const choice = lookUp(config, name)
      const program = choice && (choice.command?.[0] ?? programFor(config, choice.backend))
      return (
        choice !== undefined &&
        name !== request?.model &&
        (program === undefined || findProgram(program, env) !== undefined)
      )
    })
    .slice(0, MOST)
}
