/**
 * Models that were found overloaded or limited a moment ago, by any task: they are not asked again before that is
 * over, and nobody removes them. `<home>/cache/cooling-<hash>.json`, one a model; deleting it costs a try. Never for a
 * whole account: a plan may be used up for one of its models alone, and each finds that out in a second.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import { FAILURES, type FailureClass } from '../backend/backend.ts'
import type { ModelChoice } from '../config/model.ts'
import { keepCache, readCache } from '../io/cache.ts'
import { removeAll } from '../io/handling.ts'

const Cooling = v.object({
  /** What cools down, in words; the file's name is its hash. */
  key: v.string(),
  class: v.picklist(FAILURES),
  /** ISO 8601. */
  until: v.string(),
  /** The task that found out. */
  task: v.string(),
})
export type Cooling = v.InferOutput<typeof Cooling>

type Chosen = Pick<ModelChoice, 'group' | 'id' | 'name'>

const keyOf = ({ group, id, name }: Chosen) => `${group}/${id ?? name}`

const pathOf = (home: string, key: string) =>
  join(home, 'cache', `cooling-${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`)

export function coolDown(
  home: string,
  choice: Chosen,
  { class: kind, until, task }: { class: FailureClass; until: number; task: string },
): void {
  const key = keyOf(choice)
  const known = read(home, key)
  if (known !== undefined && Date.parse(known.until) >= until) return
  keepCache(pathOf(home, key), {
    key,
    class: kind,
    until: new Date(until).toISOString(),
    task,
  } satisfies Cooling)
}

/** Why this model is better not asked at `now` (ms). */
export function coolingOf(home: string, choice: Chosen, now = Date.now()): Cooling | undefined {
  const cooling = read(home, keyOf(choice))
  return cooling !== undefined && Date.parse(cooling.until) > now ? cooling : undefined
}

/** It worked. */
export function warm(home: string, choice: Chosen): void {
  const key = keyOf(choice)
  if (read(home, key) !== undefined) removeAll(pathOf(home, key))
}

const read = (home: string, key: string) => readCache(Cooling, pathOf(home, key))
