/** The small schemas that the documents of a spec share. `key:` with nothing after it is absent. */
import * as v from 'valibot'

const isMapping = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A mapping; keys that are not named are let through. */
export const mapping = <const E extends v.ObjectEntries>(entries: E) =>
  v.pipe(
    v.custom<v.InferInput<v.ObjectSchema<E, undefined>>>(isMapping, 'a mapping (key: value)'),
    v.object(entries, ({ expected }) =>
      expected?.startsWith('"') ? `the key ${expected.replaceAll('"', '')}` : 'a mapping (key: value)',
    ),
  )

/** Text; a number stands for its digits (`id: 12`), which is what people mean. */
export const text = v.pipe(
  v.union([v.string(), v.number(), v.date()], 'text'),
  v.transform((value) => (value instanceof Date ? value.toISOString() : String(value))),
)
export const word = v.pipe(text, v.nonEmpty('text that is not empty'))
export const yesOrNo = v.boolean('true or false')

export const optional = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  )

/** A list; nothing is an empty one. */
export const listOf = <T>(schema: v.GenericSchema<unknown, T>) => v.nullish(v.array(schema, 'a list'), [])

/** Keyed by names; nothing is an empty mapping. */
export const namedBy = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.nullish(
      v.pipe(
        v.custom<Record<string, unknown>>(isMapping, 'a mapping (key: value)'),
        v.record(v.string(), schema),
      ),
      {},
    ),
    v.transform((record) => new Map<string, T>(Object.entries(record))),
  )
