/** From flags or front matter to what is asked for; everything is checked before anything is created. */

import type { Ground } from '../attempt/ground.ts'
import { circleIn } from '../attempt/order.ts'
import { findBackend } from '../backend/registry.ts'
import { parseDuration } from '../config/duration.ts'
import { DEFAULT_PROFILE, isProfile, PROFILES, type Profile } from '../config/profile.ts'
import { resolveModel } from '../config/resolve.ts'
import { misused, unreadable } from '../io/errors.ts'
import { findProgram } from '../io/which.ts'
import { taskId } from '../task/id.ts'
import { parsePlan } from '../task/plan.ts'
import { PRIORITIES, type Request } from '../task/request.ts'

/** What a caller says of one task; the keys are the flags. */
export interface Wanted {
  id: string
  model?: string | undefined
  profile?: string | undefined
  worktree?: boolean | undefined
  base?: string | undefined
  after?: string[] | undefined
  priority?: string | undefined
  timeout?: string | number | undefined
  budget?: string | number | undefined
}

export interface Planned {
  request: Request
  plan: string
  items: number
}

export interface Caller {
  cwd: string
  session: string | null
  now: Date
}

/** @param above lines that stand above the plan on standard input, for messages */
export function planned(ground: Ground, wanted: Wanted, plan: string, caller: Caller, above = 0): Planned {
  const id = taskId(wanted.id)
  const parsed = parsePlan('\n'.repeat(above) + plan, 'standard input')
  const { config, env } = ground
  const choice = resolveModel(config, wanted.model, (program) => findProgram(program, env) !== undefined)
  findBackend(choice.backend)
  return {
    plan,
    items: parsed.items.length,
    request: {
      id,
      title: parsed.title ?? id,
      model: wanted.model ?? choice.name,
      backend: choice.backend,
      group: choice.group,
      profile: profileFrom(wanted.profile) ?? choice.profile ?? DEFAULT_PROFILE,
      worktree: wanted.worktree ?? false,
      base: wanted.base ?? null,
      after: (wanted.after ?? []).map(taskId),
      priority: oneOf(PRIORITIES, wanted.priority ?? 'normal', 'priority'),
      timeout: wanted.timeout === undefined ? null : parseDuration(String(wanted.timeout)),
      budget_usd: wanted.budget === undefined ? null : dollars(wanted.budget),
      created: caller.now.toISOString(),
      session: caller.session,
      cwd: caller.cwd,
    },
  }
}

export function profileFrom(word: string | undefined): Profile | undefined {
  if (word === undefined || isProfile(word)) return word
  throw misused({ what: 'not a profile', expected: PROFILES.join(', '), found: JSON.stringify(word) })
}

function oneOf<T extends string>(words: readonly T[], word: string, what: string): T {
  const found = words.find((candidate) => candidate === word)
  if (found !== undefined) return found
  throw misused({ what: `not a ${what}`, expected: words.join(', '), found: JSON.stringify(word) })
}

function dollars(value: string | number): number {
  const amount = Number(value)
  if (Number.isFinite(amount) && amount > 0) return amount
  throw misused({
    what: 'not a budget',
    expected: 'US dollars above 0, e.g. --budget 2.50',
    found: JSON.stringify(value),
  })
}

/**
 * `after` must name tasks that are there, or that come with the same call, without a circle. @throws exit 64
 * @param existing what a task that is there comes after; undefined where there is none
 */
export function checkOrder(planned: Planned[], existing: (id: string) => string[] | undefined): void {
  const order = new Map<string, string[]>()
  const wanted = planned.map(({ request: { id, after } }) => ({ id, after }))
  for (const { id, after } of wanted) order.set(id, after)
  for (const { id, after } of wanted)
    for (const other of after) {
      if (other === id) throw misused({ what: `${id} cannot come after itself` })
      const further = order.get(other) ?? existing(other)
      if (further === undefined)
        throw misused({
          what: `${id} cannot come after ${other}`,
          found: 'no task of that name',
          next: 'See: dispatch status',
        })
    }
  // What is there already may wait for one of the new ones, when that id is begun anew.
  for (const after of order.values())
    for (const id of after) if (!order.has(id)) order.set(id, existing(id) ?? [])
  const circle = circleIn(order)
  if (circle !== undefined)
    throw misused({
      what: `${circle[0]} would wait for itself`,
      found: circle.join(' after '),
      next: 'Take one `after` out of the circle.',
    })
}

/** Two documents of one call may not bear the same id. */
export function checkTwice(planned: Planned[]): void {
  const ids = planned.map(({ request }) => request.id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined)
    throw unreadable({
      what: `two documents have the id ${twice}`,
      where: 'standard input',
      next: 'Nothing was created.',
    })
}
