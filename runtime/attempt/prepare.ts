/**
 * Everything that a launch needs, computed from the request and the user's configuration; nothing that a worker wrote
 * decides what is run.
 */
import { findBackend } from '../backend/registry.ts'
import { packageHosts } from '../config/domains.ts'
import { resolveModel } from '../config/resolve.ts'
import { threeDigits } from '../io/numbered.ts'
import { binFolder } from '../io/places.ts'
import { publish, replace } from '../io/publishing.ts'
import { statIfThere } from '../io/stat.ts'
import { findProgram } from '../io/which.ts'
import { printYaml } from '../io/yaml.ts'
import { readFile, readMailbox } from '../question/mailbox.ts'
import { type AttemptPaths, attemptNumbers, attemptPaths } from '../task/directory.ts'
import type { Request } from '../task/request.ts'
import { contentsFor } from './contents.ts'
import { cleanEnvironment, onPath } from './environment.ts'
import type { Ground } from './ground.ts'
import type { Observed } from './observe.ts'
import { Exit, Launch, type Queued, readRecord, tryRecord, Wait } from './record.ts'
import { siteFor } from './site.ts'
import { space } from './space.ts'
import { spentBefore } from './spent.ts'
import { supervise } from './supervise.ts'

export async function prepare(
  ground: Ground,
  task: Observed,
  request: Request,
  attempt: AttemptPaths,
  queued: Queued,
) {
  const { config, env } = ground
  const resolved = resolveModel(config, request.model, (program) => findProgram(program, env) !== undefined)
  const choice = { ...resolved, effort: request.effort ?? resolved.effort }
  const backend = findBackend(choice.backend)
  const [before] = launchesBefore(task)
  const base = cleanEnvironment(env)
  const workerEnv = { ...base, ...choice.env, PATH: onPath(binFolder(), base.PATH) }
  // Before a worktree is made for nothing.
  backend.find(choice, workerEnv)
  const site = await siteFor(ground, request, task.paths, attempt)
  const conversation =
    queued.kind === 'resume' && backend.resumes ? conversationOf(task, choice.backend) : undefined
  const budget = budgetFor(ground, request, task, attempt.number)
  const plan = await backend.plan({
    model: choice,
    profile: request.profile,
    places: site.places,
    session: queued.conversation,
    resume: conversation,
    askTimeout: config.limits.ask_timeout,
    budgetUsd: budget,
    domains: () =>
      config.sandbox.domains === undefined
        ? packageHosts(ground.home, workerEnv)
        : Promise.resolve(config.sandbox.domains),
    env: workerEnv,
    files: attempt.folder,
  })
  const { prompt, delivered } = contentsFor(task, queued, attempt.number, {
    inConversation: conversation !== undefined,
    standing: [choice.prompt, plan.hint].filter((text) => text !== undefined).join('\n\n'),
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
      queued.kind === 'resume' && before !== undefined
        ? before.launch.earlier_questions
        : readMailbox(task.paths.ipc).map(({ identity }) => identity),
    instead: insteadOf(task, attempt.number, queued),
    created: new Date().toISOString(),
  }
  for (const [path, text] of Object.entries(plan.files ?? {})) replace(path, text)
  replace(attempt.prompt, prompt)
  replace(attempt.earlier, record.earlier_questions.map((identity) => `${identity}\n`).join(''))
  replace(attempt.launch, printYaml(record))
  const start = async () => {
    if (site.bootstrap === undefined) space(ground.home, choice.backend, attempt)
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
  const unheld =
    budget !== undefined && backend.budget === undefined
      ? [
          `${backend.name} does not tell what it costs: the budget cannot be held. A time limit can (--timeout).`,
        ]
      : []
  return { notices: [...site.notices, ...(plan.notice === undefined ? [] : [plan.notice]), ...unheld], start }
}

/** What is left of it (dollars), where the attempts before went on into this one by themselves. */
function budgetFor(
  { config }: Ground,
  { budget_usd }: Request,
  { paths }: Observed,
  number: number,
): number | undefined {
  const budget = budget_usd ?? config.limits.budget_usd
  return budget === undefined ? undefined : budget - (spentBefore(paths, number).cost_usd ?? 0)
}

/** The model that this attempt goes on for, without having been asked for. */
function insteadOf({ paths }: Observed, number: number, { auto }: Queued): Launch['instead'] {
  const wait = auto && number > 1 ? tryRecord(Wait, attemptPaths(paths, number - 1).wait).value : undefined
  return wait === undefined || wait.model === null ? null : { model: wait.from.model, class: wait.class }
}

/** The attempts before this one that were really launched, the newest first. */
function* launchesBefore({ paths: task, attempt }: Observed) {
  for (const number of attemptNumbers(task).reverse()) {
    const paths = attemptPaths(task, number)
    if (number === attempt?.paths.number || statIfThere(paths.record) === undefined) continue
    const launch = readRecord(Launch, paths.launch)
    if (launch !== undefined) yield { launch, paths }
  }
}

/** The conversation that the task's worker ended in, where the CLI knows it: one that was killed at its start had none yet. */
function conversationOf(task: Observed, backend: string): string | undefined {
  for (const { launch, paths } of launchesBefore(task)) {
    if (launch.backend !== backend) return undefined
    const session = readRecord(Exit, paths.exit)?.session_id ?? launch.conversation
    // It had the id from us, or we have it from the CLI.
    const isKnown = session !== launch.conversation || launch.argv.includes(session)
    if (isKnown && (statIfThere(paths.log)?.size ?? 0) > 0) return session
  }
  return undefined
}
