/** validation.yaml: how well a spec is understood, who reviews it, and how its code is checked. */
import * as v from 'valibot'
import { durationOf } from '../config/duration.ts'
import { splitWords } from '../config/words.ts'
import { addToList, readDocument } from '../io/document.ts'
import { listOf, mapping, namedBy, optional, text, word } from './words.ts'

const ISSUE_TYPES = ['Initiative', 'Feature', 'Task'] as const
const GATE_STATUSES = ['passed', 'failed', 'n/a'] as const

const duration = v.pipe(
  v.union([v.string(), v.number()], 'a duration (20m; a number is seconds)'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { value } = dataset
    const ms = typeof value === 'number' ? value * 1000 : durationOf(value)
    if (ms !== undefined && ms > 0) return ms
    addIssue({ message: 'a duration (20m; a number is seconds)' })
    return NEVER
  }),
)

const command = v.pipe(
  v.union([v.string(), v.array(v.string())], 'a command: text, or a list of words'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const result = Array.isArray(dataset.value) ? { words: dataset.value } : splitWords(dataset.value)
    if ('words' in result && result.words[0]) return result.words
    addIssue({ message: 'one command that runs without a shell' })
    return NEVER
  }),
)

const Validation = mapping({
  metadata: v.nullish(
    mapping({ issue_type: v.nullish(v.picklist(ISSUE_TYPES, ISSUE_TYPES.join(', ')), 'Feature') }),
    {},
  ),
  markers: listOf(
    mapping({
      id: word,
      area: optional(text),
      description: optional(text),
      status: v.picklist(['open', 'resolved'], 'open or resolved'),
    }),
  ),
  gates: namedBy(
    mapping({ status: v.picklist(GATE_STATUSES, GATE_STATUSES.join(', ')), reason: optional(text) }),
  ),
  overrides: listOf(mapping({ gate: word, by: optional(text), at: optional(text), reason: optional(text) })),
  review_config: v.nullish(
    mapping({
      claude_model: optional(word),
      reasoning_effort: optional(word),
      timeout: optional(duration),
      reviewers: listOf(mapping({ id: word, type: optional(word), model: optional(word) })),
    }),
    {},
  ),
  checks: v.nullish(
    mapping({
      test: v.nullish(
        mapping({ runner: optional(word), command: optional(command), junit: optional(word) }),
        {},
      ),
      build: optional(command),
      types: optional(command),
      timeout: optional(duration),
    }),
    {},
  ),
})

interface Reviewer {
  id: string
  /** `claude`: the native one; else a backend. */
  type: string
  model: string | undefined
}

export interface Validation {
  issueType: (typeof ISSUE_TYPES)[number]
  gates: { name: string; status: (typeof GATE_STATUSES)[number]; reason: string | undefined }[]
  openMarkers: { id: string; description: string }[]
  /** Names of gates, ids of markers, or `markers` for all of them. */
  overridden: string[]
  review: {
    claudeModel: string | undefined
    effort: string | undefined
    /** Milliseconds. */
    timeout: number
    reviewers: Reviewer[]
  }
  checks: {
    runner: string | undefined
    /** Words of a command; no shell. */
    test: string[] | undefined
    /** Path of the report that the command writes, relative to the repository. */
    junit: string | undefined
    build: string[] | undefined
    types: string[] | undefined
    /** Milliseconds. */
    timeout: number | undefined
  }
}

const REVIEW_TIMEOUT = 20 * 60_000

/** No such file is a spec that needs no validation: a Feature without gates. @throws exit 65 with the line */
export function readValidation(path: string): Validation {
  const { metadata, markers, gates, overrides, review_config, checks } =
    readDocument(Validation, path)?.value ?? v.parse(Validation, {})
  return {
    issueType: metadata.issue_type,
    gates: [...gates].map(([name, { status, reason }]) => ({ name, status, reason })),
    openMarkers: markers.flatMap(({ id, area, description, status }) =>
      status === 'open' ? [{ id, description: description ?? area ?? id }] : [],
    ),
    overridden: overrides.map(({ gate }) => gate),
    review: {
      claudeModel: review_config.claude_model,
      effort: review_config.reasoning_effort,
      timeout: review_config.timeout ?? REVIEW_TIMEOUT,
      reviewers: review_config.reviewers.map(({ id, type, model }) => ({
        id,
        type: type ?? 'claude',
        model,
      })),
    },
    checks: {
      runner: checks.test.runner,
      test: checks.test.command,
      junit: checks.test.junit,
      build: checks.build,
      types: checks.types,
      timeout: checks.timeout,
    },
  }
}

/** Adds who let a closed gate pass, when and why; all else in the file stays. */
export const addOverrides = (
  path: string,
  entries: { gate: string; by: string; at: Date; reason: string }[],
) =>
  addToList(
    path,
    'overrides',
    entries.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() })),
  )
