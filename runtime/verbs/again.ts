/** What retry and resume share: a new attempt of a task that is not live, with changed rights or model if asked. */

import type { Ground } from '../attempt/ground.ts'
import { type Observed, observe, requestOf } from '../attempt/observe.ts'
import { enqueue } from '../attempt/queue.ts'
import { reconcile } from '../attempt/reconcile.ts'
import { launchIfReady } from '../attempt/schedule.ts'
import { dismiss } from '../attempt/wait.ts'
import { resolveModel } from '../config/resolve.ts'
import { withLock } from '../io/lock.ts'
import { replace } from '../io/publishing.ts'
import { findProgram } from '../io/which.ts'
import { printYaml } from '../io/yaml.ts'
import { lockOf } from '../task/directory.ts'
import { openRoot } from '../task/root.ts'
import { recordSession, sessionId } from '../watch/session.ts'
import { wakeLine } from '../watch/wake.ts'
import { factsOf } from './facts.ts'
import { profileFrom } from './start-request.ts'
import type { VerbIo } from './verb.ts'

export interface Again {
  kind: 'retry' | 'resume'
  model?: string | undefined
  profile?: string | undefined
  message?: string | undefined
  json?: boolean | undefined
  /** Refuses a task that cannot be begun again so. */
  check(task: Observed): void
}

export async function again(
  ground: Ground,
  id: string,
  io: VerbIo,
  { kind, model, profile, message, json, check }: Again,
): Promise<number> {
  const { root, env, config, home } = ground
  const choice =
    model === undefined
      ? undefined
      : resolveModel(config, model, (program) => findProgram(program, env) !== undefined)
  await openRoot(home, root)
  recordSession(root, env)
  await reconcile(ground, id)
  await withLock(lockOf(root, id), () => {
    const task = observe(root, id)
    check(task)
    const request = requestOf(task)
    const { paths } = task
    replace(
      paths.request,
      printYaml({
        ...request,
        model: model ?? request.model,
        backend: choice?.backend ?? request.backend,
        group: choice?.group ?? request.group,
        profile: profileFrom(profile) ?? request.profile,
        session: sessionId(env) ?? request.session,
      }),
    )
    enqueue(paths, kind, message, new Date())
    // It goes on now: nobody sleeps for it any more.
    if (task.attempt !== undefined) dismiss(task.attempt.paths)
  })
  const launched = await launchIfReady(ground, id)
  const { state, attempt, request } = observe(root, id)
  const line = `${id}: ${attempt?.launch?.model ?? request?.model}, attempt ${attempt?.paths.number}, ${state}`
  io.stdout(json ? factsOf(ground, [id]) : `${line} — ${await wakeLine(root, env)}\n`)
  for (const notice of launched.notices) io.stderr(`${id}: ${notice}\n`)
  if (launched.problem !== undefined) throw launched.problem
  return 0
}
