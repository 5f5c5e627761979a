/** An attempt has failed: reads what decides how the task goes on by itself, and records the decision (wait.yaml). */
import type { FailureClass } from '../backend/backend.ts'
import { lookUp } from '../config/resolve.ts'
import { removeAll } from '../io/handling.ts'
import { publish } from '../io/publishing.ts'
import { statIfThere } from '../io/stat.ts'
import { findProgram } from '../io/which.ts'
import { printYaml } from '../io/yaml.ts'
import { ticksOf } from '../task/checklist.ts'
import { type AttemptPaths, attemptPaths } from '../task/directory.ts'
import { coolDown, coolingOf, warm } from './cool.ts'
import type { Ground } from './ground.ts'
import { type Observed, observe } from './observe.ts'
import { type Exit, Launch, Queued, tryRecord, Wait } from './record.ts'
import { type Before, pauseBefore, type Recovery, type Rules, recoveryOf } from './recover.ts'
import { isRunnable } from './runnable.ts'
import { spentBefore, spentIn } from './spent.ts'

export interface Recovered {
  /** The end as it is to be recorded. */
  exit: Exit
  /** How the task goes on by itself. */
  wait: Wait | undefined
}

const COOLS: readonly FailureClass[] = ['quota', 'rate-limited', 'overloaded']

const rulesOf = ({ config }: Pick<Ground, 'config'>): Rules => ({
  retries: config.limits.retries,
  backoff: config.limits.backoff,
})

/**
 * To be called before the end is published: whoever sees that one sees how it goes on.
 * @param cooled it was not tried, because the model was known to be in this state
 */
export function recover(
  ground: Ground,
  id: string,
  attempt: AttemptPaths,
  exit: Exit,
  cooled = false,
): Recovered {
  const task = observe(ground.root, id)
  // A launch that was repeated after a kill may find what the first one decided.
  if (statIfThere(attempt.exit) === undefined) removeAll(attempt.wait)
  const launch = tryRecord(Launch, attempt.launch).value
  const model = launch?.model ?? task.request?.model
  const choice = model === undefined ? undefined : lookUp(ground.config, model)
  if (exit.class === null) {
    if (exit.ended_by === null && choice !== undefined) warm(ground.home, choice)
    return { exit, wait: undefined }
  }
  if (model === undefined || exit.ended_by !== null || task.attempt?.paths.number !== attempt.number)
    return { exit, wait: undefined }
  const now = Date.now()
  const rules = rulesOf(ground)
  const until = exit.until === null ? undefined : Date.parse(exit.until)
  if (choice !== undefined && !cooled && COOLS.includes(exit.class)) {
    const pause = exit.class === 'quota' ? undefined : pauseBefore(exit.class, 0, rules)
    const cool = Math.max(until ?? 0, pause === undefined ? 0 : now + pause)
    if (cool > now) coolDown(ground.home, choice, { class: exit.class, until: cool, task: id })
  }
  // A question that is open is what it waits for.
  if (task.questions.some(({ answered, read }) => !answered || !read)) return { exit, wait: undefined }
  const queued = tryRecord(Queued, attempt.queued).value
  const before = queued?.auto === true ? waitBefore(task, attempt.number) : undefined
  const end = {
    class: exit.class,
    until,
    model,
    kind: queued?.kind ?? 'retry',
    launched: statIfThere(attempt.record) !== undefined,
    progressed: (ticksOf(task.paths.folder).get(attempt.number) ?? []).some(({ mark }) => mark === 'done'),
    silent: (statIfThere(attempt.log)?.size ?? 0) === 0,
    cooled,
  }
  const recovery = recoveryOf(end, before, rules, nextModel(ground, before, model), now)
  if (recovery !== undefined && isSpent(ground, task, attempt.number, exit))
    return {
      exit: { ...exit, reason: `${exit.reason ?? ''} Its budget is used up.`.trim() },
      wait: undefined,
    }
  if (recovery === undefined) return { exit: withTries(exit, before, end.progressed), wait: undefined }
  const wait = waitOf(recovery, exit.class, { model, backend: launch?.backend ?? choice?.backend ?? '' })
  publish(attempt.wait, printYaml(wait))
  return { exit, wait: tryRecord(Wait, attempt.wait).value }
}

const waitOf = ({ until, ...recovery }: Recovery, kind: FailureClass, from: Wait['from']): Wait => ({
  ...recovery,
  until: new Date(until).toISOString(),
  class: kind,
  from,
  created: new Date().toISOString(),
})

/** Who is told of the failure is told what was tried. */
function withTries(exit: Exit, before: Before | undefined, progressed: boolean): Exit {
  const tries = progressed ? 0 : (before?.count ?? 0)
  if (tries === 0) return exit
  const told = `It was tried again ${tries === 1 ? 'once' : `${tries} times`} by itself.`
  return { ...exit, reason: `${exit.reason ?? ''} ${told}`.trim() }
}

function waitBefore({ paths }: Observed, number: number): Before | undefined {
  return number < 2 ? undefined : tryRecord(Wait, attemptPaths(paths, number - 1).wait).value
}

/** The next of the fallbacks of the model that was asked for: one that is there and not known to fail. */
function nextModel(
  { config, home, env }: Ground,
  before: Before | undefined,
  failed: string,
): string | undefined {
  const tried = before?.tried ?? []
  return lookUp(config, before?.origin ?? failed)?.fallback.find((name) => {
    const choice = lookUp(config, name, (program) => findProgram(program, env) !== undefined)
    return (
      choice !== undefined &&
      name !== failed &&
      !tried.includes(name) &&
      isRunnable(config, choice, env) &&
      coolingOf(home, choice) === undefined
    )
  })
}

/** A budget holds for everything since somebody asked for it. */
function isSpent({ config }: Ground, { paths, request }: Observed, number: number, exit: Exit): boolean {
  const budget = request?.budget_usd ?? config.limits.budget_usd
  if (budget === undefined) return false
  const before = spentBefore(paths, number).cost_usd ?? 0
  return before + (spentIn([exit]).cost_usd ?? 0) >= budget
}
