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

/** queued.yaml: that an attempt is wanted, and what it is to be. Its launch can be repeated after a kill. */
export const Queued = v.object({
  kind: v.picklist(['start', 'retry', 'resume']),
  mark: v.string(),
  /** The conversation that a fresh start presets. */
  conversation: v.string(),
  /** What the person said with `resume --answer`. */
  message: v.nullable(v.string()),
  created: v.string(),
})
export type Queued = v.InferOutput<typeof Queued>

/** site.yaml: the worktree that was made for this attempt. */
export const Made = v.object({ worktree: v.string(), branch: v.string(), base: v.string() })

const launched = {
  kind: v.picklist(['start', 'retry', 'resume']),
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
  /** `stop` when somebody asked for the end; null when the worker ended by itself. */
  ended_by: v.nullable(v.picklist(['stop', 'timeout', 'budget'])),
  ended_at: v.string(),
  session_id: v.nullable(v.string()),
  final_text: v.nullable(v.string()),
  tokens: v.nullable(v.object({ input: v.number(), output: v.number() })),
  cost_usd: v.nullable(v.number()),
  denied: v.array(v.string()),
  /** Commands of the processes that were still running and were ended. */
  swept: v.array(v.string()),
})
export type Exit = v.InferOutput<typeof Exit>

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
