/**
 * Turns a queued attempt into a supervised worker. Everything is computed from the request and the user's
 * configuration; nothing that a worker wrote decides what is run. The caller holds the task's lock.
 */
import { findBackend } from '../backend/registry.ts'
import { packageHosts } from '../config/domains.ts'
import { resolveModel } from '../config/resolve.ts'
import { DispatchError, EXIT, unreadable } from '../io/errors.ts'
import { publish, replace, statIfThere, threeDigits } from '../io/files.ts'
import { binFolder } from '../io/places.ts'
import { findProgram } from '../io/which.ts'
import { printYaml } from '../io/yaml.ts'
import { readFile, readMailbox } from '../question/mailbox.ts'
import { type AttemptPaths, attemptNumbers, attemptPaths, taskPaths } from '../task/directory.ts'
import type { Request } from '../task/request.ts'
import { contentsFor } from './contents.ts'
import { finishRestart } from './create.ts'
import { cleanEnvironment, onPath } from './environment.ts'
import type { Ground } from './ground.ts'
import { type Observed, observe, UNKNOWN_END } from './observe.ts'
import { Exit, Launch, NEVER, Queued, readRecord } from './record.ts'
import { siteFor } from './site.ts'
import { supervise } from './supervise.ts'

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
    const { notices, start } = await prepare(ground, task, task.request, attempt, queued)
    await start()
    return { notices, problem: undefined }
  } catch (error) {
    if (!(error instanceof DispatchError)) {
      // Whatever a worker did to its files must not keep the others from starting; so this one is over, with the reason.
      fail(attempt, asFailure(error))
      throw error
    }
    if (error.exit === EXIT.later) return { notices: [], problem: staysQueued(id, error) }
    fail(attempt, error)
    return { notices: [], problem: error }
  }
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

/** An attempt that never got a worker is over, with the reason. The claim keeps a late supervisor from starting. */
function fail(attempt: AttemptPaths, error: DispatchError): void {
  const exit: Exit = {
    ...UNKNOWN_END,
    class: error.exit === EXIT.missing ? 'cli-missing' : 'crashed',
    reason: error.message,
    ended_at: new Date().toISOString(),
  }
  // In this order: somebody who sees the claim without the end would take it for lost.
  publish(attempt.exit, printYaml(exit))
  publish(attempt.supervisor, printYaml({ pid: process.pid, start: NEVER }))
}

async function prepare(
  ground: Ground,
  task: Observed,
  request: Request,
  attempt: AttemptPaths,
  queued: Queued,
) {
  const { config, env } = ground
  const choice = resolveModel(config, request.model, (program) => findProgram(program, env) !== undefined)
  const backend = findBackend(choice.backend)
  const previous = previousLaunch(task)
  const base = cleanEnvironment(env)
  const workerEnv = { ...base, ...choice.env, PATH: onPath(binFolder(), base.PATH) }
  // Before a worktree is made for nothing.
  backend.find(choice, workerEnv)
  const site = await siteFor(ground, request, task.paths, attempt)
  const conversation =
    queued.kind === 'resume' && backend.resumes && previous?.launch.backend === choice.backend
      ? (previous.session ?? undefined)
      : undefined
  const plan = await backend.plan({
    model: choice,
    profile: request.profile,
    places: site.places,
    session: queued.conversation,
    resume: conversation,
    askTimeout: config.limits.ask_timeout,
    budgetUsd: request.budget_usd ?? config.limits.budget_usd,
    domains: () =>
      config.sandbox.domains === undefined
        ? packageHosts(ground.home, workerEnv)
        : Promise.resolve(config.sandbox.domains),
    env: workerEnv,
    files: attempt.folder,
  })
  const { prompt, delivered } = contentsFor(task, queued, attempt.number, {
    inConversation: conversation !== undefined,
    standing: choice.prompt,
  })
  const record: Launch = {
    kind: queued.kind,
    argv: plan.argv,
    cwd: site.places.cwd,
    base: site.base,
    worktree: site.worktree,
    branch: site.branch,
    model: choice.name,
    backend: choice.backend,
    profile: request.profile,
    containment: plan.containment,
    mark: queued.mark,
    conversation: conversation ?? queued.conversation,
    delivers: delivered.map(({ identity }) => identity),
    earlier_questions:
      queued.kind === 'resume' && previous !== undefined
        ? previous.launch.earlier_questions
        : readMailbox(task.paths.ipc).map(({ identity }) => identity),
    created: new Date().toISOString(),
  }
  for (const [path, text] of Object.entries(plan.files ?? {})) replace(path, text)
  replace(attempt.prompt, prompt)
  replace(attempt.earlier, record.earlier_questions.map((identity) => `${identity}\n`).join(''))
  replace(attempt.launch, printYaml(record))
  const start = async () => {
    await supervise({
      ground,
      id: task.id,
      attempt,
      argv: plan.argv,
      cwd: site.places.cwd,
      bootstrap: site.bootstrap !== undefined,
      timeout: request.timeout ?? choice.timeout ?? config.limits.timeout,
      worker: {
        ...workerEnv,
        ...plan.env,
        DISPATCH_ROOT: ground.root,
        DISPATCH_TASK: task.id,
        DISPATCH_ATTEMPT: threeDigits(attempt.number),
        DISPATCH_MARK: queued.mark,
        DISPATCH_ASK_TIMEOUT: String(
          Math.min(config.limits.ask_timeout, plan.askLimit ?? Number.POSITIVE_INFINITY),
        ),
      },
      base,
    })
    for (const { number } of delivered) publish(readFile(task.paths.ipc, number), '')
  }
  return { notices: [...site.notices, ...(plan.notice === undefined ? [] : [plan.notice])], start }
}

/** The newest attempt that was really launched, with the conversation it ended in. */
function previousLaunch(task: Observed): { launch: Launch; session: string | null } | undefined {
  for (const number of attemptNumbers(task.paths).reverse()) {
    const paths = attemptPaths(task.paths, number)
    if (number === task.attempt?.paths.number || statIfThere(paths.record) === undefined) continue
    const launch = readRecord(Launch, paths.launch)
    if (launch !== undefined)
      return { launch, session: readRecord(Exit, paths.exit)?.session_id ?? launch.conversation }
  }
  return undefined
}
