/** Where the facts of a run lie below the state root. Pure; docs/state.md tells what each holds. */
import { join } from 'node:path'
import { unreadable } from '../io/errors.ts'
import { threeDigits } from '../io/numbered.ts'
import type { BatchKey } from './facts.ts'

/** What a name of a run may be: that of its spec's folder. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** @throws exit 65 for a name that would leave the folder */
export function runPaths(root: string, name: string) {
  if (!NAME.test(name))
    throw unreadable({
      what: 'this cannot be the name of a run',
      where: name.slice(0, 80),
      expected: 'letters, digits, dots and dashes, at most 64',
    })
  const folder = join(root, 'runs', name)
  return {
    folder,
    run: join(folder, 'run.yaml'),
    /** The spec's validation.yaml as it was when the run began: who reviews, what is checked. */
    validation: join(folder, 'validation.yaml'),
    /** Where programs were found when `run` was called. */
    environment: join(folder, 'environment.yaml'),
    /** The session that leads it. */
    lead: join(folder, 'lead.yaml'),
    plans: join(folder, 'plans'),
    decisions: join(folder, 'decisions'),
    lock: join(root, 'locks', `run-${name}.lock`),
    /** Documents of ours that somebody's edit made unreadable, as they were. */
    aside: join(folder, 'set-aside'),
    /** Around taking in a report of this attempt. */
    submitLock: (id: string) => join(root, 'locks', `submit-${name}-${id}.lock`),
    /** Held by the process that verifies what this attempt handed in. */
    verifyLock: (id: string) => join(root, 'locks', `verify-${name}-${id}.lock`),
    /** There while the run is active: hooks look here first. */
    active: join(root, 'active-runs', name),
    batch: (key: BatchKey) => batchPaths(join(folder, batchFolder(key))),
  }
}
export type RunPaths = ReturnType<typeof runPaths>

export const batchFolder = (key: BatchKey) =>
  key === 'final' ? 'final' : `batch-${String(key).padStart(2, '0')}`

const batchPaths = (folder: string) => ({
  folder,
  base: join(folder, 'base.yaml'),
  /** What it is counted from since its branch was moved: `base-2.yaml` … */
  laterBase: (n: number) => join(folder, `base-${n}.yaml`),
  baseline: join(folder, 'baseline.yaml'),
  suite: (n: number) => join(folder, `suite-${n}.yaml`),
  diff: (n: number) => join(folder, `diff-${n}.yaml`),
  patch: (n: number) => join(folder, `diff-${n}.patch`),
  round: (n: number) => join(folder, `round-${n}.yaml`),
  /** What a try to commit came to. */
  try: (n: number) => join(folder, `try-${n}.yaml`),
  attempt: (id: string) => attemptPaths(join(folder, id)),
})
export type BatchPaths = ReturnType<typeof batchPaths>

const attemptPaths = (folder: string) => ({
  folder,
  spawn: join(folder, 'spawn.yaml'),
  claim: join(folder, 'claim.yaml'),
  /** Which agent took the brief, from the client's hook. */
  agent: join(folder, 'agent.yaml'),
  brief: join(folder, 'brief.md'),
  bounces: join(folder, 'bounces'),
  submissions: join(folder, 'submissions'),
  submission: (n: number) => join(folder, 'submissions', `${threeDigits(n)}.report`),
  verdict: (n: number) => join(folder, 'submissions', `${threeDigits(n)}.verdict.yaml`),
  /** Its refusal was told to whoever handed it in. */
  told: (n: number) => join(folder, 'submissions', `${threeDigits(n)}.told`),
  accepted: join(folder, 'accepted.yaml'),
  void: join(folder, 'void.yaml'),
  /** What an external reviewer wrote, as it wrote it. */
  raw: join(folder, 'raw'),
})
export type AttemptPaths = ReturnType<typeof attemptPaths>

const ATTEMPT =
  /^(?:([A-Za-z0-9][A-Za-z0-9._-]*)-(red|green|fix)|(B\d{2,}|final)-review-([a-z0-9][a-z0-9._-]*))-([1-9]\d*)$/

/** What an attempt's id says; undefined where it is none. */
export function parseAttempt(id: string) {
  const [, task, phase, batch, reviewer, n] = ATTEMPT.exec(id) ?? []
  if (n === undefined || id.length > 120) return undefined
  if (task !== undefined && phase !== undefined)
    return { task, phase: phase as 'red' | 'green' | 'fix', n: Number(n) }
  const key: BatchKey = batch === 'final' ? 'final' : Number(batch?.slice(1))
  return { batch: key, reviewer, phase: 'review' as const, n: Number(n) }
}

export const reviewId = (key: BatchKey, reviewer: string, n: number) =>
  `${key === 'final' ? 'final' : `B${String(key).padStart(2, '0')}`}-review-${reviewer}-${n}`
