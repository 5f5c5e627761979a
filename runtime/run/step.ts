/** What `next` says: the contract's shape. Pure. */
import type { Attempt, BatchKey, RunFacts } from './facts.ts'
import type { Policy } from './policy.ts'

export interface Step {
  run: string
  /** Null before the first and after the last batch. */
  batch: { number: number; total: number } | null
  phase: string
  action: 'spawn' | 'wait' | 'ask' | 'done' | 'stopped'
  agents: { attempt: string; type: string; model: string; prompt: string }[]
  question: Question | null
  message: string
}

export interface Question {
  text: string
  options: string[]
}

/** What a person has to decide. Its answer is kept under the key. */
export interface Ask extends Question {
  key: string
  /** An answer may be in the person's own words; else it begins with one of the options. */
  isOpen: boolean
}

export const stepFor =
  (policy: Policy, facts: RunFacts, key: BatchKey | undefined, phase: string) =>
  (
    action: Step['action'],
    message: string,
    more: { agents?: readonly Attempt[]; question?: Question } = {},
  ): Step => ({
    run: facts.run.name,
    batch: typeof key === 'number' ? { number: key, total: facts.plan.batches.length } : null,
    phase,
    action,
    agents: (more.agents ?? []).map((attempt) => ({
      attempt: attempt.id,
      ...agentFor(policy, facts, attempt),
      prompt: `Run \`dispatch brief ${attempt.id}\` and do what it says.`,
    })),
    question:
      more.question === undefined ? null : { text: more.question.text, options: more.question.options },
    message,
  })

/** The user's own word on a role's model counts before the policy's. */
function agentFor(policy: Policy, { validation, models }: RunFacts, attempt: Attempt) {
  const { type, model } = policy.agentFor(attempt, validation)
  return { type, model: models?.[type.replace(/^dispatch:/, '')] ?? model }
}
