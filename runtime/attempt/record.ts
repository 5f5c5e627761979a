/** The records of one attempt, as they lie on disk. Each file has one writer and is written once. */
import * as v from 'valibot'
import { FAILURES } from '../backend/backend.ts'
import { PROFILES } from '../config/profile.ts'
import { readChecked } from '../io/checked.ts'
import { DispatchError, EXIT } from '../io/errors.ts'
import type { Identity } from '../io/processes.ts'

/** In the place of a start time: no supervisor, the attempt was ended before there was one. */
export const NEVER = 'never'

/** supervisor.yaml */
export const Process = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(2)), start: v.string() })

const KINDS = ['start', 'retry', 'resume'] as const

/** queued.yaml: that an attempt is wanted, and what it is to be. Its launch can be repeated after a kill. */
export const Queued = v.object({
  kind: v.picklist(KINDS),
  mark: v.string(),
  /** The conversation that a fresh start presets. */
  conversation: v.string(),
  /** What the person said with `resume --answer`. */
  message: v.nullable(v.string()),
  /** Nobody asked for it: it follows from the wait.yaml of the attempt before. */
  auto: v.optional(v.boolean(), false),
  created: v.string(),
})
export type Queued = v.InferOutput<typeof Queued>

/** site.yaml: the worktree that was made for this attempt. */
export const Made = v.object({ worktree: v.string(), branch: v.string(), base: v.string() })

const launched = {
  kind: v.picklist(KINDS),
  argv: v.array(v.string()),
  cwd: v.string(),
  /** Full SHA of the commit the worker started from; null outside git. */
  base: v.nullable(v.string()),
  worktree: v.nullable(v.string()),
  branch: v.nullable(v.string()),
  model: v.string(),
  backend: v.string(),
  profile: v.picklist(PROFILES),
  containment: v.picklist(['sandbox', 'allow-list', 'none']),
  /** The value of DISPATCH_MARK in the environment of everything this attempt starts. */
  mark: v.string(),
  /** The conversation, preset or resumed. */
  conversation: v.string(),
  /** Answered questions whose answers stand in its prompt, as `NNN:inode`. */
  delivers: v.array(v.string()),
  /** Questions that were there before, as `NNN:inode`: they belong to earlier attempts. */
  earlier_questions: v.array(v.string()),
  /** The model that failed before, in whose place this one goes on without having been asked for. */
  instead: v.optional(v.nullable(v.object({ model: v.string(), class: v.picklist(FAILURES) })), null),
  created: v.string(),
}

/** launch.yaml: what is to be launched. */
export const Launch = v.object(launched)
export type Launch = v.InferOutput<typeof Launch>

/** attempt.yaml: the same, and the process that it became. */
export const Attempt = v.object({ ...launched, ...Process.entries, started_at: v.string() })
export type Attempt = v.InferOutput<typeof Attempt>

/** ended.yaml: the raw status that the supervisor's shell waited for (128 + signal number for a signal). */
export const Ended = v.object({ status: v.number(), ended_at: v.string() })

/** exit.yaml: the settled end. */
export const Exit = v.object({
  /** Null when the worker ended well as far as its CLI is concerned, or we ended it. */
  class: v.nullable(v.picklist(FAILURES)),
  code: v.nullable(v.number()),
  signal: v.nullable(v.string()),
  /** What a person needs to know, or null. */
  reason: v.nullable(v.string()),
  /** When the provider said that it is worth trying again. */
  until: v.optional(v.nullable(v.string()), null),
  /** `stop` when somebody asked for the end; null when the worker ended by itself. */
  ended_by: v.nullable(v.picklist(['stop', 'timeout', 'budget'])),
  ended_at: v.string(),
  session_id: v.nullable(v.string()),
  final_text: v.nullable(v.string()),
  tokens: v.nullable(v.object({ input: v.number(), output: v.number() })),
  cost_usd: v.nullable(v.number()),
  /** Tokens and cost count from the beginning of the conversation. */
  cumulative: v.optional(v.boolean(), false),
  denied: v.array(v.string()),
  /** Commands of the processes that were still running and were ended. */
  swept: v.array(v.string()),
  /** What runs on although the worker started it, each with why. Records of older versions say nothing of it. */
  left: v.optional(v.array(v.string()), []),
})
export type Exit = v.InferOutput<typeof Exit>

/** wait.yaml: this attempt failed, and the task goes on by itself. */
export const Wait = v.object({
  /** Not before. */
  until: v.string(),
  class: v.picklist(FAILURES),
  /** The attempt that comes then, and the model that does it; null for the same. */
  kind: v.picklist(KINDS),
  model: v.nullable(v.string()),
  /** The model that failed, and its backend. */
  from: v.object({ model: v.string(), backend: v.string() }),
  /** So many times in a row it was begun again by itself, without anything done in between. */
  count: v.number(),
  /** When the first of these failed. */
  began: v.string(),
  /** The model that was asked for; its fallbacks are taken in their order. */
  origin: v.string(),
  /** Those of them that were taken. */
  tried: v.array(v.string()),
  /** A conversation that had become too long was begun anew; that is done once. */
  anew: v.boolean(),
  created: v.string(),
})
export type Wait = v.InferOutput<typeof Wait>

/** A record, undefined where there is none; what cannot be read is a complaint (exit 65) and stays as it is. */
export const readRecord = <S extends v.GenericSchema>(
  schema: S,
  path: string,
): v.InferOutput<S> | undefined => readChecked(schema, path, 'not a record of dispatch')

/** The same where a damaged record must not keep the rest from being done: what could be read, or the complaint. */
export function tryRecord<S extends v.GenericSchema>(
  schema: S,
  path: string,
): { value?: v.InferOutput<S> | undefined; problem?: string } {
  try {
    return { value: readRecord(schema, path) }
  } catch (error) {
    if (!(error instanceof DispatchError) || error.exit !== EXIT.data) throw error
    return { problem: error.message }
  }
}

export const readSupervisor = (path: string): Identity | undefined => readRecord(Process, path)
