/** What is known of the work under review: what was asked for, what is claimed, what was found by running it. Pure. */
import { cut, oneLine } from '../../io/cells.ts'
import type { BatchFacts, RunFacts } from '../facts.ts'
import { tasksIn } from '../verification.ts'

const quoted = (text: string) =>
  text
    .trim()
    .split(/\r?\n/)
    .map((line) => `  > ${line}`)

/** The tasks of a batch in their own words; all that were worked on for the last review. */
export const tasksOf = (facts: RunFacts, { key }: BatchFacts): string[] =>
  tasksIn(facts, key).flatMap(({ id, content, files, testHints }) => [
    `- ${id}${files.length === 0 ? '' : ` (${files.join(', ')})`}:`,
    ...quoted(content),
    ...testHints.flatMap((hint) => quoted(`to be tested: ${hint}`)),
  ])

/** Cells of one claim. */
const SHORT = 600

export const claims = (batches: readonly BatchFacts[]): string[] =>
  batches.flatMap(({ attempts }) =>
    attempts.flatMap(({ task, accepted, void: gone }) => {
      if (gone !== undefined || accepted?.kind !== 'implementer_report') return []
      const { implementation_files, clarifications } = accepted.report
      return [
        `- ${task}: ${implementation_files.join(', ') || 'no file named'}`,
        ...clarifications.map((text) => `  > ${cut(oneLine(text), SHORT)}`),
      ]
    }),
  )

/** Tests of a task that are named; the patch holds them all. */
const NAMED = 12

/** @param batch the one under review, whose suite counts */
export function established(batches: readonly BatchFacts[], batch: BatchFacts): string[] {
  const tests = batches.flatMap(({ attempts }) =>
    attempts.flatMap(({ task, accepted, void: gone }) => {
      if (gone !== undefined || accepted?.kind !== 'tester_report' || accepted.evidence === undefined)
        return []
      const names = accepted.evidence.tests.map(({ name }) => oneLine(name))
      const more = names.length - NAMED
      return [
        `- ${task}: ${names.length} new ${names.length === 1 ? 'test' : 'tests'} failed before the work and passed after it, unchanged: ${names.slice(0, NAMED).join('; ')}${more > 0 ? `; ${more} more` : ''}`,
      ]
    }),
  )
  const suite = batch.suites.at(-1)
  if (suite === undefined) return tests
  const known = suite.known.length
  return [
    ...tests,
    suite.ok
      ? `- The whole suite and the configured checks ran on exactly this state: nothing failed that did not fail before.${known > 0 ? ` Red before the run, and still: ${known}.` : ''}`
      : `- The whole suite ran on this state and found: ${suite.failures.map(({ name }) => oneLine(name)).join('; ')}`,
  ]
}
