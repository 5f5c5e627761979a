/** Turns a queued attempt into a supervised worker. The caller holds the task's lock. */
import type { FailureClass } from '../backend/backend.ts'
import { lookUp } from '../config/resolve.ts'
import { DispatchError, EXIT, unreadable } from '../io/errors.ts'
import { publish } from '../io/publishing.ts'
import { printYaml } from '../io/yaml.ts'
import { type AttemptPaths, taskPaths } from '../task/directory.ts'
import type { Request } from '../task/request.ts'
import { coolingOf } from './cool.ts'
import { finishRestart } from './create.ts'
import type { Ground } from './ground.ts'
import { observe, UNKNOWN_END } from './observe.ts'
import { prepare } from './prepare.ts'
import { NEVER, Queued, readRecord } from './record.ts'
import { recover } from './recovering.ts'
import { attendLocked, goOn } from './wait.ts'
import { sayFailed, sayTime, sayWait } from './wait-words.ts'

export interface Launched {
  /** What the person should know: uncommitted files, weaker containment … */
  notices: string[]
  /** Why there is no worker although one was wanted. */
  problem: DispatchError | undefined
}

/** Launches the newest attempt of a task when it is queued; nothing happens when it is not (somebody else did). */
export async function launch(ground: Ground, id: string): Promise<Launched> {
  finishRestart(taskPaths(ground.root, id))
  const task = observe(ground.root, id)
  const attempt = task.attempt?.paths
  if (attempt === undefined || task.attempt?.unstarted !== true || task.request === undefined)
    return { notices: [], problem: undefined }
  try {
    const queued = readRecord(Queued, attempt.queued)
    if (queued === undefined)
      throw unreadable({ what: 'this attempt says nothing of what it is to be', where: attempt.queued })
    const cold = isOurs(queued) ? coldFor(ground, task.request) : undefined
    if (cold !== undefined) return await unlaunched(ground, id, attempt, cold)
    const { notices, start } = await prepare(ground, task, task.request, attempt, queued)
    await start()
    return { notices, problem: undefined }
  } catch (error) {
    if (!(error instanceof DispatchError)) {
      // Whatever a worker did to its files must not keep the others from starting; so this one is over, with the reason.
      await unlaunched(ground, id, attempt, { class: 'crashed', problem: asFailure(error) })
      throw error
    }
    if (error.exit === EXIT.later) return { notices: [], problem: staysQueued(id, error) }
    const kind = error.exit === EXIT.missing ? 'cli-missing' : 'crashed'
    return await unlaunched(ground, id, attempt, { class: kind, problem: error })
  }
}

/** Who asks for a retry or a resume knows what was wrong, and wants it now. */
const isOurs = ({ kind, auto }: Queued) => kind === 'start' || auto

interface Hindrance {
  class: FailureClass
  problem: DispatchError
  /** ISO 8601. */
  until?: string
}

/** Another task has just found the model overloaded or limited: it is not run into the same wall. */
function coldFor({ config, home }: Ground, { model }: Request): Hindrance | undefined {
  const choice = config.limits.retries === 0 ? undefined : lookUp(config, model)
  const cooling = choice && coolingOf(home, choice)
  if (choice === undefined || cooling === undefined) return undefined
  const { class: kind, until, task } = cooling
  const what = `${sayFailed(kind, { model: choice.name, backend: choice.backend })} until ${sayTime(until, new Date())}, as ${task} found`
  return { class: kind, until, problem: new DispatchError(EXIT.later, { what }) }
}

/**
 * An attempt that never got a worker is over, with the reason. The claim keeps a late supervisor from starting. Where
 * the task goes on by itself, that is begun here.
 */
async function unlaunched(
  ground: Ground,
  id: string,
  attempt: AttemptPaths,
  { class: kind, problem, until }: Hindrance,
): Promise<Launched> {
  const end = { ...UNKNOWN_END, class: kind, reason: reasonOf(problem), until: until ?? null }
  const { exit, wait } = recover(
    ground,
    id,
    attempt,
    { ...end, ended_at: new Date().toISOString() },
    until !== undefined,
  )
  // In this order: somebody who sees the claim without the end would take it for lost.
  publish(attempt.exit, printYaml(exit))
  publish(attempt.supervisor, printYaml({ pid: process.pid, start: NEVER }))
  if (wait === undefined) return { notices: [], problem }
  const parked = observe(ground.root, id)
  if (Date.parse(wait.until) > Date.now()) {
    await attendLocked(ground, id)
    return { notices: [sayWait(wait)], problem: undefined }
  }
  const next = goOn(ground, parked) ? await launch(ground, id) : { notices: [], problem: undefined }
  return { ...next, notices: [sayWait(wait), ...next.notices] }
}

/** As a person needs it. */
function reasonOf({ complaint, message }: DispatchError): string {
  const [, program] = /^(.+): command not found$/.exec(complaint.what) ?? []
  return program === undefined
    ? message
    : [`The ${program} CLI is not available: ${complaint.what}.`, complaint.next].filter(Boolean).join(' ')
}

const asFailure = (error: unknown) =>
  new DispatchError(EXIT.bug, {
    what: `it could not be launched: ${error instanceof Error ? error.message : String(error)}`,
  })

/** A full disk, say. Others are not kept from starting. */
const staysQueued = (id: string, { complaint, cause }: DispatchError) =>
  new DispatchError(
    EXIT.later,
    { ...complaint, next: `${id} stays queued; \`dispatch wait\` starts it once that is mended.` },
    { cause },
  )
