/**
 * The shape of config.yaml. A message says what was expected; load.ts adds the line and what was found. Keys that
 * stand nowhere here are let through: they are the user's, or a later version's. `key:` with nothing after it is absent.
 */
import { isAbsolute } from 'node:path'
import * as v from 'valibot'
import { A_DURATION, durationOf } from './duration.ts'
import { VENDOR_CLIS } from './known.ts'
import { PROFILES } from './profile.ts'
import { splitWords } from './words.ts'

/** How long `dispatch ask` waits for its answer where nothing else is configured. */
const ASK_TIMEOUT = '3m'
/** How often a worker that failed for a passing reason is started again where nothing else is configured. */
const RETRIES = 5

/** How long a worker may show no sign of life before that is said where nothing else is configured. */
const HANG = '10m'

const MAPPING = 'a mapping (key: value)'
const missingKey = (issue: { expected: string | null }) =>
  issue.expected?.startsWith('"') ? `the key ${issue.expected.replaceAll('"', '')}` : MAPPING

/** A list is an object to valibot, and would pass for a mapping that has none of the keys. */
export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const mapping = <const E extends v.ObjectEntries>(entries: E) =>
  v.pipe(
    v.custom<v.InferInput<v.ObjectSchema<E, undefined>>>(isMapping, MAPPING),
    v.object(entries, missingKey),
  )

const text = v.pipe(v.string('text (in quotes if need be)'), v.nonEmpty('text that is not empty'))
const texts = v.array(text, 'a list of texts')
const profile = v.picklist(PROFILES, `one of ${PROFILES.join(', ')}`)
const whole = v.pipe(v.number('a whole number'), v.integer('a whole number'))
const amount = v.pipe(whole, v.minValue(1, '1 or more'))

const optional = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  )
/** Keyed by names that the user chose. A Map, so that a model called like a member of Object is not found by accident. */
const named = <T>(schema: v.GenericSchema<unknown, T>, key: v.GenericSchema<string, string> = v.string()) =>
  v.pipe(
    v.nullish(v.pipe(v.custom<Record<string, unknown>>(isMapping, MAPPING), v.record(key, schema)), {}),
    v.transform((record) => new Map<string, T>(Object.entries(record))),
  )

const duration = v.pipe(
  v.union([v.string(), v.number()], A_DURATION),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const ms = durationOf(dataset.value)
    if (ms !== undefined) return ms
    addIssue({ message: A_DURATION })
    return NEVER
  }),
)
const limit = v.pipe(duration, v.minValue(1, 'more than no time at all'))

const command = v.pipe(
  v.union([v.string(), v.array(v.string())], 'a command: text, or a list of words'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { value } = dataset
    if (Array.isArray(value)) {
      if (value[0] !== undefined && value[0] !== '') return value
      addIssue({ message: 'a program as the first word' })
      return NEVER
    }
    const result = splitWords(value)
    if ('words' in result) return result.words
    addIssue({ message: `one command that runs without a shell; ${result.problem}` })
    return NEVER
  }),
)

const backend = mapping({
  /** For a backend with a name of its own: the CLI that it is, with other settings. */
  cli: optional(v.picklist(VENDOR_CLIS, `one of ${VENDOR_CLIS.join(', ')}`)),
  command: optional(command),
  env: v.pipe(
    named(v.string('text (in quotes)')),
    v.transform((map) => Object.fromEntries(map)),
  ),
  timeout: optional(limit),
  profile: optional(profile),
})

const model = mapping({
  backend: text,
  id: optional(text),
  effort: optional(text),
  profile: optional(profile),
  fallback: v.nullish(texts, []),
})

const alias = mapping({ model: text, prompt: optional(text), profile: optional(profile) })

const limits = mapping({
  parallel: optional(amount),
  per_backend: named(amount),
  timeout: optional(limit),
  budget_usd: optional(
    v.pipe(v.number('a number of dollars'), v.finite('a number of dollars'), v.gtValue(0, 'more than 0')),
  ),
  ask_timeout: v.nullish(duration, ASK_TIMEOUT),
  hang: v.nullish(limit, HANG),
  retries: v.nullish(v.pipe(whole, v.minValue(0, '0 or more')), RETRIES),
  /** The pauses before the first, second … automatic retry; the last one counts for the rest. */
  backoff: optional(
    v.pipe(v.array(duration, 'a list of lengths of time'), v.minLength(1, 'a list that is not empty')),
  ),
})

const host = v.pipe(text, v.regex(/^[^\s/]+$/, 'a host name, without https:// and without a path'))
const repository = v.pipe(v.string(), v.check(isAbsolute, 'the absolute path of a repository as the key'))

export const ConfigSchema = mapping({
  default: optional(text),
  backends: named(backend),
  models: named(model),
  aliases: named(alias),
  limits: v.nullish(limits, {}),
  sandbox: v.nullish(mapping({ domains: optional(v.array(host, 'a list of host names')) }), {}),
  bootstrap: named(command, repository),
  keep: v.nullish(texts, []),
})

export type Settings = v.InferOutput<typeof ConfigSchema>
