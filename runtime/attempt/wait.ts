/**
 * A task that goes on by itself at a time: a small shell sleeps until then. It holds nothing: the fact is wait.yaml,
 * and whoever comes by puts a new sleeper in the place of one that is gone.
 */
import { lookUp } from '../config/resolve.ts'
import { withLock } from '../io/lock.ts'
import { launcher, script } from '../io/places.ts'
import { here, isAlive, isElsewhere, isShortLived, signal } from '../io/processes.ts'
import { replace } from '../io/publishing.ts'
import { spawnDetached } from '../io/spawn.ts'
import { printYaml } from '../io/yaml.ts'
import { type AttemptPaths, lockOf } from '../task/directory.ts'
import { cleanEnvironment } from './environment.ts'
import type { Ground } from './ground.ts'
import { type Observed, observe, requestOf } from './observe.ts'
import { enqueue } from './queue.ts'
import { Process, tryRecord } from './record.ts'

/**
 * It goes on by itself, and nobody sleeps for it. What has just settled it may not have come to that: it is left to
 * that one, whose environment is the one that the task was started in.
 */
export function isUnattended({ state, waiting, attempt }: Observed): boolean {
  if (state !== 'parked' || waiting === undefined || attempt === undefined) return false
  const { waiter, supervisor } = attempt.paths
  return ![waiter, supervisor].some((path) => {
    const attendant = tryRecord(Process, path).value
    if (attendant === undefined || attendant.pid === process.pid) return false
    return isAlive(attendant) || isElsewhere(attendant.start)
  })
}

/** Sees to it that it goes on: at once where its time has come, else with somebody who sleeps until then. */
export async function attend(ground: Ground, id: string): Promise<void> {
  // What is started in a client's sandbox ends with the command; somebody else comes by.
  if (!isUnattended(observe(ground.root, id)) || isShortLived()) return
  await withLock(lockOf(ground.root, id), () => attendLocked(ground, id))
}

/** The caller holds the task's lock. */
export async function attendLocked(ground: Ground, id: string): Promise<void> {
  const task = observe(ground.root, id)
  const { waiting, attempt } = task
  if (!isUnattended(task) || waiting === undefined || attempt === undefined) return
  if (Date.parse(waiting.until) <= Date.now()) return void goOn(ground, task)
  const pid = await spawnDetached(
    [
      '/bin/sh',
      script('wait.sh'),
      attempt.paths.folder,
      String(Math.ceil(Date.parse(waiting.until) / 1000)),
      ...[launcher(), '_wake', ground.root, id, String(attempt.paths.number)],
    ],
    { cwd: '/', env: { ...cleanEnvironment(ground.env), DISPATCH_HOME: ground.home } },
  )
  const start = here.startOf(pid)
  if (start !== undefined) replace(attempt.paths.waiter, printYaml({ pid, start }))
}

/** The time has come. Says whether the next attempt is queued now; not where somebody stopped it or began it anew. */
export const awaken = (ground: Ground, id: string, number: number): Promise<boolean> =>
  withLock(lockOf(ground.root, id), () => {
    const task = observe(ground.root, id)
    return task.attempt?.paths.number === number && goOn(ground, task)
  })

/** Queues what wait.yaml says. The caller holds the task's lock. */
export function goOn(ground: Ground, task: Observed): boolean {
  const { waiting, state, paths } = task
  if (state !== 'parked' || waiting === undefined) return false
  const request = requestOf(task)
  if (waiting.model !== null) {
    const choice = lookUp(ground.config, waiting.model)
    const model = { model: waiting.model, backend: choice?.backend ?? request.backend, group: choice?.group }
    replace(paths.request, printYaml({ ...request, ...model }))
  }
  enqueue(paths, waiting.kind, undefined, new Date(), true)
  return true
}

/** Nobody needs to sleep for this attempt any more. */
export function dismiss({ waiter }: AttemptPaths): void {
  const sleeper = tryRecord(Process, waiter).value
  if (sleeper === undefined || !isAlive(sleeper)) return
  // It leads a session of its own. First itself, which starts nothing any more then, after that what it waits for.
  signal(sleeper, 'SIGTERM')
  for (const each of here.table()) if (each.group === sleeper.pid) signal(each, 'SIGTERM')
}
