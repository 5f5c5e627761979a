/** The spec pipeline: tests first, then what makes them pass, then the reviewers. */
import type { Attempt } from './facts.ts'
import type { Policy } from './policy.ts'

const AGENTS = {
  red: 'task-tester',
  green: 'task-implementer',
  fix: 'task-implementer',
  review: 'task-reviewer',
} as const satisfies Record<Attempt['phase'], string>

/** Of every role, where the author of the spec says nothing else of the reviewer's. */
const MODEL = 'opus'

export const SPEC: Policy = {
  name: 'spec',
  work: ['red', 'green'],
  agentFor: ({ phase }, { review }) => ({
    type: `dispatch:${AGENTS[phase]}`,
    model: phase === 'review' ? (review.claudeModel ?? MODEL) : MODEL,
  }),
  needsFix: ({ severity }) => severity !== 'medium',
  fixRounds: 3,
  refusals: 5,
  losses: 3,
  final: true,
}
