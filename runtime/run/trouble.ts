/** The facts of a run together with what happened to its branch since it was last at work. */
import type { Context } from './apply.ts'
import { readBranch } from './branch-state.ts'
import { branchTrouble } from './branch-trouble.ts'
import type { RunFacts } from './facts.ts'
import { outcomeOf } from './readiness.ts'

export function withTrouble(facts: RunFacts, { top }: Pick<Context, 'top'>): RunFacts {
  if (!facts.active) return { ...facts, outcome: outcomeOf(facts).join('\n') }
  const now = readBranch(top, facts)
  const { trouble, follow } = branchTrouble(facts, now)
  return { ...facts, trouble, follow: follow && trouble === undefined ? now.head : undefined }
}
