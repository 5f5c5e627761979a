/**
 * What makes one kind of run differ from another; all else is the engine's. Two are known: the spec pipeline
 * (spec-policy.ts), and the plan loop, which works without testers and has every finding mended. Types only.
 */
import type { Validation } from '../spec/validation.ts'
import type { Attempt, RunIssue } from './facts.ts'

export interface Policy {
  name: 'spec' | 'plan'
  /** What is done to each task of a batch before it is reviewed, in order; a phase begins when the one before is whole. */
  work: readonly ('red' | 'green')[]
  /** Which agent of ours does it, and on which model. */
  agentFor(attempt: Attempt, validation: Validation): { type: string; model: string }
  /** Whether an open issue keeps a batch from being committed. */
  needsFix(issue: RunIssue): boolean
  /** Rounds of fixes, then a person is asked. */
  fixRounds: number
  /** Reports of one attempt that may be refused, then a person is asked. */
  refusals: number
  /** Agents of one task and phase that may end without a report in a row, then a person is asked. */
  losses: number
  /** Whether all of the branch is reviewed after the last batch. */
  final: boolean
}
