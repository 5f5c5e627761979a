/** What can be done about a task that is not done: commands that exist, for this user, now. Best first. */
import type { FailureClass } from '../backend/backend.ts'
import { CLAUDE_FAMILIES, VENDOR_CLIS } from '../config/known.ts'
import type { ModelChoice } from '../config/model.ts'
import { defaultOf, lookUp } from '../config/resolve.ts'
import { findProgram } from '../io/which.ts'
import { type FailureFacts, failureOf } from '../task/status.ts'
import { coolingOf } from './cool.ts'
import type { Ground } from './ground.ts'
import type { Observed } from './observe.ts'
import { isRunnable } from './runnable.ts'

/** How many other models are offered. */
const MOST = 3

type Surroundings = Pick<Ground, 'config' | 'env' | 'home'>

export function alternativesFor(task: Observed, around: Surroundings): string[] {
  const { id, state, request } = task
  const failure = failureOf(task, state)
  if (failure === null) return []
  const retry = `dispatch retry ${id}`
  const resume = `dispatch resume ${id}`
  const others = (most: number) =>
    otherModels(task, failure, around, most).map((model) => `${retry} --model ${model}`)
  switch (failure.class) {
    case 'denied':
      return [...(request?.profile === 'full' ? [] : [`${retry} --profile full`]), `${resume} --answer …`]
    case 'cli-missing':
    case 'auth':
    case 'model-unavailable':
      return [...others(MOST), ...corrections(task, failure, around)]
    case 'quota':
      return others(MOST)
    case 'rate-limited':
    case 'overloaded':
      return [resume, retry, ...others(1)]
    case 'timeout':
    case 'budget':
    case 'lost':
    case 'killed':
    case 'network':
      return [resume, retry]
    case 'context-overflow':
    case 'crashed':
      return [retry]
  }
}

/** What the task's last worker ran as. */
const failedModel = ({ attempt, request }: Observed) => attempt?.launch?.model ?? request?.model

/** A login or a plan is the whole account's; not where the message says that the model is what is not included. */
const ACCOUNT: readonly FailureClass[] = ['auth', 'quota']
const isModels = (message: string) => /upgrade|subscription|access to/i.test(message)

/** Models that are there: configured ones first, those that cool down last, and of another account where that failed. */
function otherModels(
  task: Observed,
  { class: kind, message }: FailureFacts,
  { config, env, home }: Surroundings,
  most: number,
): string[] {
  const isInstalled = (program: string) => findProgram(program, env) !== undefined
  const name = failedModel(task)
  const failed = name === undefined ? undefined : lookUp(config, name, isInstalled)
  const found = new Map<string, ModelChoice>()
  const words = [...config.models.keys(), ...config.backends.keys(), ...CLAUDE_FAMILIES, ...VENDOR_CLIS]
  for (const word of words) {
    const choice = word === name ? undefined : lookUp(config, word, isInstalled)
    if (choice === undefined || !isRunnable(config, choice, env)) continue
    if (![failed, ...found.values()].some((other) => isSame(choice, other))) found.set(word, choice)
  }
  const elsewhere = [...found].filter(([, { group }]) => group !== failed?.group)
  const apart = ACCOUNT.includes(kind) && !isModels(message) && elsewhere.length > 0
  const isCool = ([, choice]: [string, ModelChoice]) => Number(coolingOf(home, choice) !== undefined)
  return (apart ? elsewhere : [...found])
    .sort((a, b) => isCool(a) - isCool(b))
    .slice(0, most)
    .map(([word]) => word)
}

const isSame = ({ group, id }: ModelChoice, other: ModelChoice | undefined) =>
  group === other?.group && id === other.id

/** Where the configuration leads to the same failure again: a default that does not work, a model that is not there. */
function corrections(task: Observed, failure: FailureFacts, around: Surroundings): string[] {
  const { config, env } = around
  const name = failedModel(task)
  const [other] = otherModels(task, failure, around, 1)
  if (name === undefined || other === undefined) return []
  const isInstalled = (program: string) => findProgram(program, env) !== undefined
  const isDefault = defaultOf(config, isInstalled) === name
  return [
    ...(isDefault ? [`dispatch config default ${other}`] : []),
    ...(config.models.has(name) ? [`dispatch config remove ${name}`] : []),
  ]
}
