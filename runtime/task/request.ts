/** task.yaml: what was asked for. Written once when a task is created, and anew when an ended id is started again. */
import * as v from 'valibot'
import { PROFILES } from '../config/profile.ts'
import { readChecked } from '../io/checked.ts'

export const PRIORITIES = ['high', 'normal', 'low'] as const

const Request = v.object({
  id: v.string(),
  title: v.string(),
  /** The word that the model is resolved from at each launch. */
  model: v.string(),
  backend: v.string(),
  /** What `limits.per_backend` counts it as; requests of older versions say nothing, and count as their backend. */
  group: v.optional(v.string()),
  profile: v.picklist(PROFILES),
  worktree: v.boolean(),
  base: v.nullable(v.string()),
  after: v.array(v.string()),
  priority: v.picklist(PRIORITIES),
  /** Milliseconds. */
  timeout: v.nullable(v.number()),
  budget_usd: v.nullable(v.number()),
  created: v.string(),
  /** The Claude Code session that started it; null from a terminal. */
  session: v.nullable(v.string()),
  /** What the model's effort is to be in place of what is configured. */
  effort: v.optional(v.string()),
  /** For an attempt of a run: its folder, below the root. The run tells of it; the task itself wakes nobody. */
  run: v.optional(v.string()),
  /** Where the caller stood: the worker's folder unless it has a worktree. */
  cwd: v.string(),
})
export type Request = v.InferOutput<typeof Request>

export const readRequest = (path: string): Request | undefined =>
  readChecked(Request, path, 'not a task request')
