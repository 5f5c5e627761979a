/** Facts of a run as values, for the tests of what is computed from them. */
import type {
  Accepted,
  Attempt,
  BatchFacts,
  BatchKey,
  Phase,
  Round,
  RunFacts,
  RunIssue,
} from '../../runtime/run/facts.ts'

const REVIEW = { claudeModel: 'opus', effort: 'high', timeout: 20 * 60_000, reviewers: [] }
const CHECKS = {
  runner: undefined,
  test: undefined,
  junit: undefined,
  build: undefined,
  types: undefined,
  timeout: undefined,
}

/** `T1 T2 | T3`: tasks in their batches. */
export function runFacts(
  plan: string,
  batches: Partial<BatchFacts>[] = [],
  more: Partial<RunFacts> = {},
): RunFacts {
  const groups = plan.split('|').map((part) => part.trim().split(' '))
  return {
    run: {
      name: 'cache',
      policy: 'spec',
      source: 'specs/active/cache',
      branch: 'feat/cache',
      base: 'base0',
      session: undefined,
      created: '2026-01-01T00:00:00.000Z',
    },
    plan: {
      tasks: groups.flat().map((id) => ({
        id,
        content: `Do ${id}`,
        activeForm: `Doing ${id}`,
        files: [`src/${id}.ts`],
        testHints: [],
      })),
      batches: groups.map((tasks, n) => ({ number: n + 1, tasks, phase: undefined })),
    },
    decisions: [],
    batches: [...groups.map((_, n): BatchKey => n + 1), 'final' as const].map((key, n) => ({
      ...batchFacts(key),
      ...batches[n],
      key,
    })),
    validation: {
      issueType: 'Feature',
      gates: [],
      openMarkers: [],
      overridden: [],
      review: REVIEW,
      checks: CHECKS,
    },
    gates: { issueType: 'Feature', gates: [], closed: [], overridden: [] },
    unapproved: [],
    active: true,
    outcome: undefined,
    trouble: undefined,
    ...more,
  }
}

const batchFacts = (key: BatchKey): BatchFacts => ({
  key,
  base: undefined,
  hasBaseline: false,
  attempts: [],
  suites: [],
  diffs: [],
  rounds: [],
  tries: [],
  commit: undefined,
})

export const opened = (n: number) => ({ commit: `base${n}`, tree: `tree${n}` })

/** Of one phase, accepted unless said otherwise. */
export function attempt(task: string, phase: Phase, more: Partial<Attempt> = {}): Attempt {
  const n = more.n ?? 1
  return {
    id: `${task}-${phase}-${n}`,
    batch: 1,
    phase,
    task,
    reviewer: undefined,
    n,
    why: [],
    claim: undefined,
    refusals: 0,
    bounces: 0,
    verifying: false,
    accepted: REPORTS[phase],
    void: undefined,
    ...more,
  }
}

const REPORTS: Record<Phase, Accepted> = {
  red: {
    kind: 'tester_report',
    report: { status: 'success', test_files: [], gap_reason: undefined },
    evidence: undefined,
  },
  green: {
    kind: 'implementer_report',
    report: { status: 'success', implementation_files: [], clarifications: [], blocked_reason: undefined },
  },
  fix: { kind: 'fix_report', report: { status: 'success', fixes_applied: [], failure_reason: undefined } },
  review: {
    kind: 'reviewer_report',
    report: { reviewer: 'claude', batch: undefined, gates: {}, issues: [], strengths: ['Clear names'] },
  },
}

export const suite = (ok = true, known: string[] = []) => ({
  n: 1,
  after: [],
  tree: 'tree9',
  ok,
  failures: [],
  known,
})

const PASS = {
  correctness: 'pass',
  style: 'pass',
  performance: 'pass',
  security: 'pass',
  architecture: 'pass',
} as const

export const round = (n: number, issues: RunIssue[] = [], more: Partial<Round> = {}): Round => ({
  n,
  reviewers: [{ id: 'claude', status: 'completed', gates: PASS }],
  gates: PASS,
  issues,
  ...more,
})

export const issue = (id: string, severity: RunIssue['severity'], status: RunIssue['status']): RunIssue => ({
  id,
  task: 'T1',
  gate: 'correctness',
  severity,
  location: 'src/T1.ts:3',
  description: `What is wrong with ${id}`,
  suggestion: undefined,
  foundBy: ['claude'],
  inputs: [{ reviewer: 'claude', index: 0 }],
  related: [],
  status,
  resolution: status === 'resolved' ? { batch: 1, fix: 'Mended' } : undefined,
})

/** Everything of a batch, up to a round that found nothing. */
export const whole = (tasks: string[], n: number, more: Partial<BatchFacts> = {}): Partial<BatchFacts> => ({
  base: opened(n),
  hasBaseline: true,
  attempts: tasks.flatMap((task) => [attempt(task, 'red'), attempt(task, 'green')]),
  suites: [suite()],
  rounds: [round(1)],
  ...more,
})
