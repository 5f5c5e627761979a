/** Waiting for events: woken by the file system, grouped when several are due together. */
import { heldBy, predecessorsIn } from '../attempt/held.ts'
import type { Observed } from '../attempt/observe.ts'
import { answersItself, isStuck } from '../attempt/reconcile.ts'
import { readyIn } from '../attempt/schedule.ts'
import { onChange } from '../io/changes.ts'
import { isOver } from '../task/status.ts'
import type { Event } from './events.ts'
import { concerning, foldersOf, type Listener, pending } from './pending.ts'

/** Events this close together arrive together (ms): a lead pays for each arrival. */
const TOGETHER = 60
/** How often somebody looks after what stays queued (ms). */
const AGAIN = 2500
/** So many milliseconds a completion waits for others that may follow; whatever is urgent takes it along. */
export const HOLD = { attended: 2000, headless: 10_000 }

export interface Patience {
  /** Milliseconds. */
  timeout?: number | undefined
  rescan?: number
  /** How long nothing but completions is kept back while others run (ms); default: not at all. */
  hold?: number
  /** Ends, too, when the last task that went on is over and somebody else was told (it was stopped, say). */
  untilIdle?: boolean
  /** Nothing is told any more once this says no. */
  whileHeard?: () => boolean
  /** Called at each look, with everything that it saw. */
  tend?: (tasks: Observed[]) => Promise<void>
  /** Called when a task can go on only if somebody sees to it. */
  advance?: () => Promise<void>
}

/**
 * Calls `heard` with everything that is pending, whenever something is, until it returns true or there is no more
 * patience. `heard` marks what it told.
 */
export function listen(
  listener: Listener,
  heard: (events: Event[]) => boolean,
  { timeout, rescan, hold = 0, untilIdle = false, whileHeard = () => true, tend, advance }: Patience = {},
): Promise<'heard' | 'late' | 'idle' | 'alone'> {
  return new Promise((resolve, reject) => {
    let wentOn = false
    let heldSince: number | undefined
    let held: NodeJS.Timeout | undefined
    let busy = false
    let again = false
    let over = false
    const end = (settle: () => void) => {
      over = true
      clearTimeout(timer)
      clearTimeout(held)
      changes.close()
      settle()
    }
    let queuedSince: number | undefined
    /** Queued for a while with nothing in its way: whoever should have started it did not live to. */
    const isLeft = (tasks: Observed[]) => {
      if (!tasks.some(({ state }) => state === 'queued')) queuedSince = undefined
      else queuedSince ??= Date.now()
      if (queuedSince === undefined || Date.now() - queuedSince < AGAIN) return false
      queuedSince = Date.now()
      return readyIn(listener.ground).length > 0
    }
    /** Those that nothing keeps from going on by themselves; no others are worth waiting for. */
    const unheld = (tasks: Observed[]) => {
      const predecessor = predecessorsIn(listener.ground.root)
      return tasks.filter((task) => heldBy(task, predecessor) === undefined)
    }
    const pass = async () => {
      if (!whileHeard()) return end(() => resolve('alone'))
      const tasks = concerning(listener)
      changes.follow(foldersOf(listener.ground.root, tasks))
      await tend?.(tasks)
      if (tasks.some(isStuck) || isLeft(tasks)) await advance?.()
      // Looked at again after following, so that nothing falls between the look and the watch.
      const now = concerning(listener)
      const first = await pending(listener, now)
      if (first.length === 0) {
        const goesOn = unheld(now).some((task) => !isOver(task.state) && !answersItself(task))
        if (untilIdle && wentOn && !goesOn) end(() => resolve('idle'))
        wentOn ||= goesOn
        return
      }
      heldSince ??= Date.now()
      const rest = heldSince + hold - Date.now()
      if (
        rest > 0 &&
        canWait(first) &&
        unheld(now).some(({ state }) => state === 'running' || state === 'queued')
      ) {
        clearTimeout(held)
        held = setTimeout(look, rest)
        return
      }
      heldSince = undefined
      await new Promise((go) => setTimeout(go, TOGETHER))
      const events = await pending(listener, concerning(listener))
      if (!over && events.length > 0 && whileHeard() && heard(events)) end(() => resolve('heard'))
    }
    const look = () => {
      if (busy) {
        again = true
        return
      }
      busy = true
      pass()
        .catch((error: unknown) => end(() => reject(error)))
        .finally(() => {
          busy = false
          if (again && !over) {
            again = false
            look()
          }
        })
    }
    const timer = timeout === undefined ? undefined : setTimeout(() => end(() => resolve('late')), timeout)
    const changes = onChange(look, rescan)
    look()
  })
}

const canWait = (events: Event[]) => events.every(({ state, kind }) => state === 'done' || kind === 'notice')
