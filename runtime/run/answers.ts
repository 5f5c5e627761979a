/** What a person decided about a question of the run. Pure. */
import type { Decision, RunFacts } from './facts.ts'

/** Written by `run` where somebody goes on after a stop: what was stopped is asked again. */
export const GO_ON = 'go-on'

const isStop = ({ text }: Decision) => /^stop\b/i.test(text.trim())

type Decided = Pick<RunFacts, 'decisions'>

/** The newest decision about the question; undefined: none, or it was to stop. */
export const decisionOn = ({ decisions }: Decided, key: string): Decision | undefined =>
  decisions.filter((decision) => decision.key === key && !isStop(decision)).at(-1)

export const answerTo = (facts: Decided, key: string): string | undefined => decisionOn(facts, key)?.text

/** The stop that holds, if one does. */
export function stopped({ decisions }: Decided): Decision | undefined {
  const since = decisions.map(({ key }) => key).lastIndexOf(GO_ON) + 1
  return decisions.slice(since).find(isStop)
}
