/** Where a batch stands between its work and its review: whether the suite ran on it, and who gets back what fails. Pure. */
import { answerTo } from './answers.ts'
import type { Effect } from './effect.ts'
import type { Attempt, BatchFacts, SuiteFailure } from './facts.ts'
import { type Line, type Place, said, spawn } from './line.ts'
import type { Ask } from './step.ts'
import { tasksIn } from './verification.ts'

/** What is next for a batch: things to do, people to wait for, a question. */
export type Next =
  | { kind: 'due'; effects: Effect[] }
  | { kind: 'lines'; phase: Attempt['phase']; lines: Line[] }
  | { kind: 'asks'; phase: string; ask: Ask }

export const due = (...effects: Effect[]): Next => ({ kind: 'due', effects })

export const fixesOf = ({ attempts }: BatchFacts) => attempts.filter(({ phase }) => phase === 'fix')

/** Whose work is in the tree. */
export const workIn = ({ attempts }: BatchFacts): string[] =>
  attempts
    .filter(
      ({ phase, accepted, void: gone }) =>
        (phase === 'green' || phase === 'fix') && accepted !== undefined && gone === undefined,
    )
    .map(({ id }) => id)

export const triesOf = ({ tries }: BatchFacts, ...results: string[]) =>
  tries.filter(({ result }) => results.includes(result)).map(({ n }) => `try-${n}`)

export const isAfter = (after: readonly string[], wanted: readonly string[]) =>
  after.length === wanted.length && wanted.every((id) => after.includes(id))

export function suite(place: Place, batch: BatchFacts): Next | undefined {
  const after = [...workIn(batch), ...triesOf(batch, 'rewritten', 'moved')]
  const last = batch.suites.at(-1)
  if (last === undefined || !isAfter(last.after, after))
    return due({ kind: 'suite', batch: batch.key, n: batch.suites.length + 1, after })
  if (last.ok) return undefined
  const failing = batch.suites.length - 1 - batch.suites.findLastIndex(({ ok }) => ok)
  const key = `suite:${batch.key}:${last.n}`
  const answer = answerTo(place.facts, key)
  if (failing % place.policy.refusals === 0 && answer === undefined)
    return { kind: 'asks', phase: 'green', ask: suiteAsk(key, failing, last.failures) }
  return due(...sendBack(place, batch, last.failures, answer))
}

/** What fails goes to whose claim it is in; nobody's: to the first task, since somebody has to look. */
function sendBack(
  place: Place,
  batch: BatchFacts,
  failures: SuiteFailure[],
  answer: string | undefined,
): Effect[] {
  const [first] = tasksIn(place.facts, batch.key)
  const owners = new Set(failures.map(({ task }) => task ?? first?.id))
  return [...owners].flatMap((task) => {
    if (task === undefined) return []
    const own = failures.filter((failure) => (failure.task ?? first?.id) === task)
    const inFix = batch.key === 'final' || fixesOf(batch).some((attempt) => attempt.task === task)
    const why = [
      ...own.map(
        ({ check, name, lines }) =>
          `The ${WORDS[check] ?? check} fails where it did not before: ${name}\n${lines.join('\n')}`,
      ),
      ...(answer === undefined ? [] : [said(answer)]),
    ]
    return [spawn(place.facts, batch.key, { task, phase: inFix ? 'fix' : 'green' }, why)]
  })
}

const WORDS: Record<string, string> = { suite: 'suite', build: 'build', types: 'type check' }

const suiteAsk = (key: string, times: number, failures: SuiteFailure[]): Ask => ({
  key,
  text: `The suite failed ${times} times in a row: ${failures
    .slice(0, 3)
    .map(({ name }) => name)
    .join('; ')}`,
  options: ['again', 'again: with a hint in your words', 'stop'],
  isOpen: true,
})
