/**
 * What waits is started by whoever comes by: start, retry, answer, the end of another attempt, wait, watch. Where
 * limits count the running ones, one at a time decides, and takes what it will launch in hand; launching takes longer,
 * and is done beside the others.
 */
import { DispatchError, EXIT } from '../io/errors.ts'
import { withLock } from '../io/lock.ts'
import { statIfThere } from '../io/stat.ts'
import { type AttemptPaths, lockOf, taskIds, taskPaths } from '../task/directory.ts'
import type { Ground } from './ground.ts'
import { isInOtherHands, letGo, takeInHand } from './hand.ts'
import { type Launched, launch } from './launch.ts'
import { observe } from './observe.ts'
import { isLimited, ready, type Waiting } from './ready.ts'
import { isStuck, queueAnswered } from './reconcile.ts'
import { mayBeStuck, requestIfReadable, standingOf } from './standing.ts'
import { attend } from './wait.ts'

interface Candidate extends Waiting {
  /** Its newest attempt. */
  attempt: AttemptPaths
}

/** The tasks that take room or wait for it. What has ended is only looked at where another one comes after it. */
function candidates(root: string): Candidate[] {
  return taskIds(root).flatMap((id) => {
    const { standing, attempt } = standingOf(root, id)
    if (attempt === undefined || standing === 'over' || standing === 'gone') return []
    const request = requestIfReadable(root, id)
    if (request === undefined) return []
    const { priority, after, backend, group = backend, created } = request
    const inHand = standing === 'queued' && isInOtherHands(attempt.starter)
    return [{ id, standing, inHand, priority, after, group, created, attempt }]
  })
}

function readyAmong(tasks: Candidate[], { root, config }: Ground): string[] {
  const done = new Map(tasks.map(({ id }) => [id, false]))
  return ready(tasks, config.limits, (id) => {
    const known = done.get(id)
    if (known !== undefined) return known
    const isDone = statIfThere(taskPaths(root, id).folder) !== undefined && observe(root, id).state === 'done'
    done.set(id, isDone)
    return isDone
  })
}

/** The queued tasks that may start now and that nobody else is launching. */
export const readyIn = (ground: Ground) => readyAmong(candidates(ground.root), ground)

/** Takes in hand what may start, and lets go of what this process has in hand and may not. */
function take(ground: Ground, isTried: (attempt: AttemptPaths) => boolean) {
  const { root, config } = ground
  const decide = () => {
    const queued = candidates(root)
    // What was tried and stays queued (a full disk, say) keeps its place from nobody.
    const untried = queued.filter(({ standing, attempt }) => standing !== 'queued' || !isTried(attempt))
    const may = readyAmong(untried, ground)
    const taken: { id: string; attempt: AttemptPaths }[] = []
    let letSomeGo = false
    for (const { id, standing, attempt } of queued) {
      if (standing !== 'queued') continue
      if (!may.includes(id)) letSomeGo = letGo(attempt.starter) || letSomeGo
      else {
        takeInHand(attempt.starter)
        taken.push({ id, attempt })
      }
    }
    taken.sort((a, b) => may.indexOf(a.id) - may.indexOf(b.id))
    return { taken, letSomeGo }
  }
  return isLimited(config.limits) ? withLock(lockOf(root, '.schedule'), decide) : Promise.resolve(decide())
}

/**
 * Launches every queued task that may start now, one after the other. Returns what came of each that was tried; what
 * cannot be done now stays queued, and keeps nothing else from it.
 */
export async function launchReady(ground: Ground): Promise<Map<string, Launched>> {
  const outcomes = new Map<string, Launched>()
  const tried = new Set<string>()
  for (;;) {
    const { taken, letSomeGo } = await take(ground, ({ folder }) => tried.has(folder))
    // Who looked while we had one in hand left it to us: so that nobody's look is lost, there is one after letting go.
    if (taken.length === 0 && !letSomeGo) return outcomes
    for (const { id, attempt } of taken) {
      tried.add(attempt.folder)
      try {
        const { notices = [] } = outcomes.get(id) ?? {}
        const launched = await withLock(lockOf(ground.root, id), () => launch(ground, id))
        outcomes.set(id, { ...launched, notices: [...notices, ...launched.notices] })
      } catch (error) {
        outcomes.set(id, { notices: [], problem: error instanceof DispatchError ? error : asBug(error) })
      } finally {
        letGo(attempt.starter)
      }
    }
  }
}

const asBug = (error: unknown) =>
  new DispatchError(EXIT.bug, {
    what: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })

/** Launches a queued task if it may start now, and whatever else may; otherwise it stays queued. */
export const launchIfReady = async (ground: Ground, id: string): Promise<Launched> =>
  (await launchReady(ground)).get(id) ?? { notices: [], problem: undefined }

/** Brings back what an answer waits for, and what goes on by itself at a time. Returns what cannot be done now, and why. */
export async function bringBack(ground: Ground): Promise<DispatchError[]> {
  const { root } = ground
  const problems: DispatchError[] = []
  const attempted = async (work: () => Promise<unknown>) => {
    try {
      await work()
    } catch (error) {
      problems.push(error instanceof DispatchError ? error : asBug(error))
    }
  }
  for (const id of taskIds(root)) {
    if (!mayBeStuck(root, id) || !isStuck(observe(root, id))) continue
    await attempted(() => queueAnswered(ground, id))
    await attempted(() => attend(ground, id))
  }
  return problems
}

/** All that can go on goes on. Returns what cannot now, and why: it stays as it is and keeps nothing else from it. */
export async function schedule(ground: Ground): Promise<DispatchError[]> {
  const problems = await bringBack(ground)
  const launched = await launchReady(ground).catch((error: unknown) => {
    if (!(error instanceof DispatchError)) throw error
    problems.push(error)
    return new Map<string, Launched>()
  })
  return [...problems, ...[...launched.values()].flatMap(({ problem }) => problem ?? [])]
}
