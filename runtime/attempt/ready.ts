/** Which queued tasks may start now: their predecessors are done and there is room; urgent and old ones first. Pure. */
import type { Request } from '../task/request.ts'
import type { Standing } from './standing.ts'

export interface Waiting {
  id: string
  standing: Standing
  /** Queued, and another process is launching it at this moment. */
  inHand: boolean
  priority: Request['priority']
  after: string[]
  /** What `limits.per_backend` counts it as. */
  group: string
  created: string
}

export interface Limits {
  parallel?: number | undefined
  per_backend: ReadonlyMap<string, number>
}

const RANK = { high: 0, normal: 1, low: 2 }

/** Urgent ones first, then old ones. */
const byUrgency = (a: Urgency, b: Urgency) =>
  RANK[a.priority] - RANK[b.priority] || a.created.localeCompare(b.created)
type Urgency = Pick<Waiting, 'priority' | 'created'>

/** @param isDone for the predecessors; what is not among the tasks may be done, too */
export function ready(tasks: Waiting[], limits: Limits, isDone: (id: string) => boolean): string[] {
  const live = tasks.filter(({ standing, inHand }) => standing === 'live' || inHand)
  const perGroup = new Map<string, number>()
  for (const { group } of live) perGroup.set(group, (perGroup.get(group) ?? 0) + 1)
  let running = live.length
  return tasks
    .filter(({ standing, inHand, after }) => standing === 'queued' && !inHand && after.every(isDone))
    .sort(byUrgency)
    .flatMap(({ id, group }) => {
      const busy = perGroup.get(group) ?? 0
      if (
        running >= (limits.parallel ?? Number.POSITIVE_INFINITY) ||
        busy >= (limits.per_backend.get(group) ?? Number.POSITIVE_INFINITY)
      )
        return []
      running += 1
      perGroup.set(group, busy + 1)
      return [id]
    })
}

export const isLimited = ({ parallel, per_backend }: Limits) => parallel !== undefined || per_backend.size > 0
