/** What waits is started by whoever comes by: start, retry, answer, the end of another attempt, wait, watch. */
import { DispatchError, EXIT } from '../io/errors.ts'
import { withLock } from '../io/lock.ts'
import { lockOf, taskIds } from '../task/directory.ts'
import type { Request } from '../task/request.ts'
import type { State } from '../task/status.ts'
import type { Ground } from './ground.ts'
import { type Launched, launch } from './launch.ts'
import { type Observed, observe } from './observe.ts'
import { queueAnswered } from './reconcile.ts'

export interface Waiting {
  id: string
  state: State
  priority: Request['priority']
  after: string[]
  backend: string
  created: string
}

export interface Limits {
  parallel?: number | undefined
  per_backend: Map<string, number>
}

const RANK = { high: 0, normal: 1, low: 2 }

/** Urgent ones first, then old ones. */
export const byUrgency = (a: Urgency, b: Urgency) =>
  RANK[a.priority] - RANK[b.priority] || a.created.localeCompare(b.created)
type Urgency = Pick<Waiting, 'priority' | 'created'>

/** The queued tasks that may start now: their predecessors are done and there is room; urgent and old ones first. */
export function ready(tasks: Waiting[], limits: Limits): string[] {
  const states = new Map(tasks.map(({ id, state }) => [id, state]))
  const live = tasks.filter(({ state }) => state === 'running' || state === 'asking')
  const perBackend = new Map<string, number>()
  for (const { backend } of live) perBackend.set(backend, (perBackend.get(backend) ?? 0) + 1)
  let running = live.length
  const inOrder = tasks
    .filter(({ state, after }) => state === 'queued' && after.every((id) => states.get(id) === 'done'))
    .sort(byUrgency)
  return inOrder.flatMap(({ id, backend }) => {
    const busy = perBackend.get(backend) ?? 0
    if (
      running >= (limits.parallel ?? Number.POSITIVE_INFINITY) ||
      busy >= (limits.per_backend.get(backend) ?? Number.POSITIVE_INFINITY)
    )
      return []
    running += 1
    perBackend.set(backend, busy + 1)
    return [id]
  })
}

function waitingTasks(root: string): Waiting[] {
  return taskIds(root).flatMap((id) => asWaiting(observe(root, id)))
}

function asWaiting({ id, state, request }: Observed): Waiting[] {
  if (request === undefined) return []
  const { priority, after, backend, created } = request
  return [{ id, state, priority, after, backend, created }]
}

/** May this queued task start now? */
export const isReady = ({ root, config }: Ground, id: string) =>
  ready(waitingTasks(root), config.limits).includes(id)

/** Where limits count the running ones, one scheduler at a time decides. */
export function oneScheduler<T>({ root, config }: Ground, work: () => Promise<T>): Promise<T> {
  const limited = config.limits.parallel !== undefined || config.limits.per_backend.size > 0
  return limited ? withLock(lockOf(root, '.schedule'), work) : work()
}

/** Launches a queued task if it may start now; otherwise it stays queued. */
export const launchIfReady = (ground: Ground, id: string): Promise<Launched> =>
  oneScheduler(ground, () =>
    withLock(lockOf(ground.root, id), () =>
      isReady(ground, id) ? launch(ground, id) : { notices: [], problem: undefined },
    ),
  )

const asBug = (error: unknown) =>
  new DispatchError(EXIT.bug, {
    what: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })

/**
 * Launches everything that may start, and brings back what an answer waits for. What cannot be done now stays as it
 * is and keeps nothing else from it. Returns why.
 */
export async function schedule(ground: Ground): Promise<DispatchError[]> {
  const { root, config } = ground
  const problems: DispatchError[] = []
  const attempted = async (work: () => Promise<Launched | undefined>) => {
    try {
      const { problem } = (await work()) ?? {}
      if (problem !== undefined) problems.push(problem)
    } catch (error) {
      problems.push(error instanceof DispatchError ? error : asBug(error))
    }
  }
  for (const id of taskIds(root)) await attempted(async () => void (await queueAnswered(root, id)))
  await oneScheduler(ground, async () => {
    for (const id of ready(waitingTasks(root), config.limits))
      await attempted(() => withLock(lockOf(root, id), () => launch(ground, id)))
  })
  return problems
}
