/** What a supervisor or a sleeper calls: `_settle`, `_wake`, `_expire`, `_bootstrap`, each with ROOT, TASK and attempt NUMBER; and `_schedule` with ROOT. */
import type { Ground } from '../attempt/ground.ts'
import { observe, UNKNOWN_END } from '../attempt/observe.ts'
import { Launch, readRecord } from '../attempt/record.ts'
import { schedule } from '../attempt/schedule.ts'
import { endingOf, settle } from '../attempt/settle.ts'
import { space } from '../attempt/space.ts'
import { stop } from '../attempt/stop.ts'
import { awaken } from '../attempt/wait.ts'
import { dispatchHome } from '../config/home.ts'
import { loadConfig } from '../config/load.ts'
import { DispatchError } from '../io/errors.ts'
import { publish } from '../io/publishing.ts'
import { printYaml } from '../io/yaml.ts'
import { attemptPaths, taskPaths } from '../task/directory.ts'
import { runBootstrap } from '../worktree/bootstrap.ts'
import { findRepository } from '../worktree/repository.ts'
import type { Verb, VerbIo } from './verb.ts'

interface Attempt {
  ground: Ground
  id: string
  number: number
}

function attemptOf(argv: string[], { env }: VerbIo): Attempt {
  const [root = '', id = '', number = ''] = argv
  // Nothing of the attempt that just ended goes into the next one that this process may launch.
  const clean = Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !name.startsWith('DISPATCH_ENV') && !name.startsWith('DISPATCH_SETTLE'),
    ),
  )
  const home = dispatchHome(clean)
  return { ground: { env: clean, home, root, config: loadConfig(home) }, id, number: Number(number) }
}

/** The end is recorded first; then what waited for it goes on. */
export const settleAttempt: Verb = async (argv, io) => {
  const { ground, id, number } = attemptOf(argv, io)
  await settle(ground, id, number, true)
  await schedule(ground)
  return 0
}

/** The time has come that this attempt waited for. */
export const wake: Verb = async (argv, io) => {
  const { ground, id, number } = attemptOf(argv, io)
  await awaken(ground, id, number)
  await schedule(ground)
  return 0
}

/** What waits is started; for who only reads. */
export const startWaiting: Verb = async (argv, io) => {
  await schedule(attemptOf(argv, io).ground)
  return 0
}

/** The time limit has passed. */
export const expire: Verb = async (argv, io) => {
  const { ground, id, number } = attemptOf(argv, io)
  const { attempt, exit } = observe(ground.root, id)
  if (attempt?.paths.number === number && exit === undefined) await stop(ground, id, 'timeout')
  return 0
}

/** The user's own command for this repository, in the new worktree. Its failure ends the attempt with the reason. */
export const bootstrap: Verb = async (argv, io) => {
  const { ground, id, number } = attemptOf(argv, io)
  const attempt = attemptPaths(taskPaths(ground.root, id), number)
  const launch = readRecord(Launch, attempt.launch)
  const command = ground.config.bootstrap.get(findRepository(launch?.cwd ?? '/')?.top ?? '')
  if (launch === undefined || command === undefined) return 0
  try {
    await runBootstrap({ command, cwd: launch.cwd, env: ground.env, log: attempt.stderr })
    space(ground.home, launch.backend, attempt)
    return 0
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    // It failed because it was ended: that is what is recorded then, by whoever settles.
    if (endingOf(attempt) !== null) return 1
    publish(
      attempt.exit,
      printYaml({
        ...UNKNOWN_END,
        class: 'crashed',
        reason: error.message,
        ended_at: new Date().toISOString(),
      }),
    )
    return 1
  }
}
