/**
 * What a role hands in: one mapping with one key, its kind. Read strictly, because a key that nobody knows is a
 * misunderstanding that the role can mend now. What tests printed is never taken from here.
 */
import * as v from 'valibot'
import { parseDocument } from '../io/document.ts'
import { optional, text, word } from '../spec/words.ts'

export const GATES = ['correctness', 'style', 'performance', 'security', 'architecture'] as const
export type Gate = (typeof GATES)[number]

/** Gravest first. */
export const SEVERITIES = ['critical', 'high', 'medium'] as const
export type Severity = (typeof SEVERITIES)[number]

const strict = <const E extends v.ObjectEntries>(entries: E) =>
  v.strictObject(entries, ({ expected, received }) =>
    expected === 'never'
      ? `one of the keys ${Object.keys(entries).join(', ')}, not ${received}`
      : expected?.startsWith('"')
        ? `the key ${expected.replaceAll('"', '')}`
        : `a mapping with ${Object.keys(entries).join(', ')}`,
  )
const list = <T>(schema: v.GenericSchema<unknown, T>) => v.nullish(v.array(schema, 'a list'), [])
const choice = <const T extends readonly string[]>(words: T) =>
  v.picklist(words, `one of ${words.join(', ')}`)

const gate = choice(GATES)
const GateResult = strict({ status: choice(['pass', 'fail']), issues: list(text) })

const Gates = strict({
  correctness: optional(GateResult),
  style: optional(GateResult),
  performance: optional(GateResult),
  security: optional(GateResult),
  architecture: optional(GateResult),
} satisfies Record<Gate, unknown>)

const Finding = strict({
  task: optional(text),
  severity: choice(SEVERITIES),
  gate,
  location: word,
  description: word,
  suggestion: optional(text),
})

const KINDS = {
  tester_report: strict({
    status: choice(['success', 'gap']),
    test_files: list(strict({ path: word, tests: list(word) })),
    gap_reason: optional(text),
  }),
  implementer_report: strict({
    status: choice(['success', 'blocked']),
    implementation_files: list(word),
    clarifications: list(text),
    blocked_reason: optional(text),
  }),
  reviewer_report: strict({
    reviewer: word,
    batch: optional(v.union([v.number(), v.string()], 'the number of the batch')),
    gates: v.nullish(Gates, {}),
    issues: list(Finding),
    strengths: list(text),
  }),
  fix_report: strict({
    status: choice(['success', 'blocked']),
    fixes_applied: list(strict({ issue: word, fix: word })),
    failure_reason: optional(text),
  }),
}
type Kind = keyof typeof KINDS
export type Report<K extends Kind> = v.InferOutput<(typeof KINDS)[K]>
export type Finding = v.InferOutput<typeof Finding>

/**
 * @param path for messages
 * @throws exit 65: not YAML, another kind, a key that nobody knows, a value that cannot be
 */
export function parseReport<K extends Kind>(kind: K, source: string, path: string): Report<K> {
  const { value, complain } = parseDocument(v.record(v.string(), v.unknown()), unfenced(source), path)
  const keys = Object.keys(value)
  if (keys.length !== 1 || keys[0] !== kind)
    throw complain(keys.length === 1 ? [] : [keys[1]], `one key, ${kind}`, keys.join(', ') || 'nothing')
  return parseDocument(strict({ [kind]: KINDS[kind] }), unfenced(source), path).value[kind] as Report<K>
}

/** Models put YAML between fences, with words around them; the last fenced block is what they hand in. */
export function unfenced(source: string): string {
  const blocks = [...source.matchAll(/^[ \t]*(`{3,}|~{3,})(?:ya?ml)?[ \t]*\r?\n([\s\S]*?)^[ \t]*\1[ \t]*$/gm)]
  return blocks.at(-1)?.[2] ?? source
}
