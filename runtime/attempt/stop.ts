/** Ends a task's worker and everything it started. The task stays, and can be resumed. */
import { onChange } from '../io/changes.ts'
import { notNow } from '../io/errors.ts'
import { withLock } from '../io/lock.ts'
import { here, isAlive } from '../io/processes.ts'
import { publish } from '../io/publishing.ts'
import { statIfThere } from '../io/stat.ts'
import { printYaml } from '../io/yaml.ts'
import { type AttemptPaths, lockOf } from '../task/directory.ts'
import type { Ground } from './ground.ts'
import { observe, UNKNOWN_END } from './observe.ts'
import { Attempt, Launch, NEVER, Process, Queued, tryRecord } from './record.ts'
import { settle } from './settle.ts'
import { sweep } from './sweep.ts'
import { dismiss } from './wait.ts'

export type Ending = 'stop' | 'timeout' | 'budget'

/** Time for the supervisor to record and settle the end before somebody else does (ms). */
const PATIENCE = 5000

/** What `stop` would end: states in which there is something to stop. */
export const canStop = (state: string) => ['running', 'asking', 'queued', 'parked'].includes(state)

/** Returns the command lines that were ended; empty for a queued or parked task. */
export async function stop(ground: Ground, id: string, why: Ending): Promise<string[]> {
  const { root } = ground
  const { attempt, state, elsewhere } = observe(root, id)
  if (attempt === undefined) return []
  if (elsewhere)
    throw notNow({
      what: `the processes of ${id} cannot be seen from here`,
      next: 'This shell is in a sandbox or container: run the same command outside of it.',
    })
  // What wakes it holds the lock, too: either it finds that it is to stay, or we find what it queued.
  if (state === 'parked')
    return (await withLock(lockOf(root, id), () => giveUp(root, id, why))) ? [] : stop(ground, id, why)
  publish(attempt.paths.ending, `${why}\n`)
  if (attempt.unstarted && publish(attempt.paths.supervisor, printYaml({ pid: process.pid, start: NEVER }))) {
    publish(
      attempt.paths.exit,
      printYaml({
        ...UNKNOWN_END,
        class: null,
        reason: 'It was stopped before it began.',
        ended_by: why,
        ended_at: new Date().toISOString(),
      }),
    )
    return []
  }
  const swept = await endWorker(attempt.paths)
  if (!(await settled(attempt.paths))) {
    const supervisor = tryRecord(Process, attempt.paths.supervisor).value
    if (supervisor !== undefined && isAlive(supervisor))
      throw notNow({
        what: 'the worker was ended, but its supervisor has not settled it yet',
        where: attempt.paths.folder,
        next: `See: dispatch status ${id}`,
      })
    await settle(ground, id, attempt.paths.number)
  }
  return swept
}

/** It goes on no more, whatever it waited for. False where it went on meanwhile. */
function giveUp(root: string, id: string, why: Ending): boolean {
  const { attempt, state } = observe(root, id)
  if (state !== 'parked' || attempt === undefined) return false
  publish(attempt.paths.ending, `${why}\n`)
  dismiss(attempt.paths)
  return true
}

/** A worker that is still being started finds that it is to end; what prepares its worktree is ended in its stead. */
async function endWorker(attempt: AttemptPaths): Promise<string[]> {
  const worker = tryRecord(Attempt, attempt.record).value
  const described =
    worker ?? tryRecord(Launch, attempt.launch).value ?? tryRecord(Queued, attempt.queued).value
  const itself = worker !== undefined && isAlive(worker) ? [worker.argv.join(' ')] : []
  const { swept } = await sweep(
    { mark: described?.mark, worker, beside: worker === undefined },
    { record: attempt.sweeping },
  )
  return [...itself, ...swept]
}

function settled(attempt: AttemptPaths): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (there: boolean) => {
      clearTimeout(timer)
      changes.close()
      resolve(there)
    }
    const look = () => {
      if (statIfThere(attempt.exit) !== undefined) return end(true)
      const supervisor = tryRecord(Process, attempt.supervisor).value
      if (supervisor === undefined || !isAlive(supervisor, here)) end(statIfThere(attempt.exit) !== undefined)
    }
    const timer = setTimeout(() => end(false), PATIENCE)
    const changes = onChange(look, 100)
    changes.follow([attempt.folder])
    look()
  })
}
