/** The facts of a run as they lie on disk: one schema a file (docs/state.md). What is written satisfies facts.ts. */
import * as v from 'valibot'
import { SEVERITIES } from '../review/report.ts'

const texts = v.optional(v.array(v.string()), [])
const orNothing = v.pipe(
  v.nullish(v.string()),
  v.transform((value) => value ?? undefined),
)
const number = v.pipe(v.number(), v.integer(), v.minValue(1))
const passOrFail = v.picklist(['pass', 'fail'])

export const RunFile = v.object({
  name: v.string(),
  policy: v.picklist(['spec', 'plan']),
  source: v.string(),
  branch: v.string(),
  base: v.string(),
  session: orNothing,
  created: v.string(),
})

export const PlanFile = v.object({
  tasks: v.array(
    v.object({
      id: v.string(),
      content: v.string(),
      activeForm: v.string(),
      files: texts,
      testHints: texts,
    }),
  ),
  batches: v.array(v.object({ number, tasks: v.array(v.string()), phase: orNothing })),
})

export const DecisionFile = v.object({ key: v.string(), text: v.string(), by: v.string(), at: v.string() })

export const LeadFile = v.object({ session: v.string(), at: v.string() })

export const BaseFile = v.object({
  commit: v.string(),
  tree: v.string(),
  work: v.optional(v.string()),
  runner: v.optional(v.string()),
  at: v.string(),
})

export const SpawnFile = v.object({ why: texts, at: v.string() })

export const ClaimFile = v.object({ session: orNothing, agent: orNothing, at: v.string() })

export const VoidFile = v.object({ why: v.string() })

const SuiteFailure = v.object({
  check: v.string(),
  name: v.string(),
  file: orNothing,
  task: orNothing,
  lines: texts,
})

export const SuiteFile = v.object({
  n: number,
  after: texts,
  tree: v.string(),
  ok: v.boolean(),
  failures: v.array(SuiteFailure),
  known: texts,
  baseline: v.optional(v.unknown()),
})

export const DiffFile = v.object({
  n: number,
  from: v.string(),
  to: v.string(),
  files: texts,
  bytes: v.optional(v.number()),
  after: texts,
})

const Issue = v.object({
  id: v.string(),
  task: orNothing,
  gate: v.string(),
  severity: v.picklist(SEVERITIES),
  location: v.string(),
  description: v.string(),
  suggestion: orNothing,
  foundBy: texts,
  inputs: v.optional(v.array(v.object({ reviewer: v.string(), index: v.number() })), []),
  related: texts,
  status: v.picklist(['open', 'resolved', 'deferred']),
  resolution: v.pipe(
    v.nullish(v.object({ batch: v.union([v.number(), v.literal('final')]), fix: v.string() })),
    v.transform((value) => value ?? undefined),
  ),
})

export const RoundFile = v.object({
  n: number,
  diff: v.optional(v.number()),
  again: v.optional(v.boolean()),
  attempts: v.optional(v.array(v.string())),
  reviewers: v.array(
    v.object({
      id: v.string(),
      status: v.picklist(['completed', 'timeout', 'failed']),
      gates: v.record(v.string(), passOrFail),
      message: orNothing,
    }),
  ),
  gates: v.record(v.string(), passOrFail),
  issues: v.array(Issue),
})

/** What a try to commit came to; whether it is committed is read from the branch. */
export const TryFile = v.object({
  n: number,
  result: v.picklist(['committed', 'refused', 'rewritten', 'moved']),
  reasons: texts,
})

export const BaselineFile = v.object({
  files: v.array(v.object({ path: v.string(), ran: v.number(), skipped: v.number() })),
  failed: v.array(v.object({ file: v.string(), name: v.string() })),
  checks: v.object({
    build: v.exactOptional(v.array(v.string())),
    types: v.exactOptional(v.array(v.string())),
  }),
})
