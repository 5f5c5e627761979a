/**
 * What is known of a run, as values: everything under `<root>/runs/<name>/`, read once. The next step is computed from
 * this and from nothing else (next.ts), so this file is the vocabulary that all of the room shares. Types only.
 */

import type { ReviewerReport } from '../review/merge.ts'
import type { Report, Severity } from '../review/report.ts'
import type { Gates } from '../spec/gates.ts'
import type { Validation } from '../spec/validation.ts'

/** What is done to a batch, in order; `fix` and `review` alternate. */
export type Phase = 'red' | 'green' | 'review' | 'fix'

/** Written when a run begins; never changed. */
export interface RunRecord {
  name: string
  policy: 'spec' | 'plan'
  /** Relative to the top level, forward slashes: `specs/active/cache`. */
  source: string
  branch: string
  /** Commit from which the branch's work is counted; what judges the run is read from it. */
  base: string
  /** Session of Claude Code that began it; undefined: a person at a terminal. */
  session?: string | undefined
  /** ISO 8601. */
  created: string
}

/** A task as it was when the plan was made; a later edit of tasks.yaml counts from the next `run` on. */
export interface PlannedTask {
  id: string
  content: string
  activeForm: string
  files: string[]
  testHints: string[]
}

/** Written by `run`, numbered; the newest counts. Batches that have a commit keep their number and tasks. */
export interface Plan {
  tasks: PlannedTask[]
  batches: { number: number; tasks: string[]; phase?: string | undefined }[]
}

/** What a person decided about a question of the run. */
export interface Decision {
  /** Of the question: `gates`, `gap:T003-red-1`, … */
  key: string
  text: string
  by: string
  at: string
}

/** One piece of work for one subagent (or one external reviewer). */
export interface Attempt {
  /** `T003-red-1`, `B02-review-claude-1`, `final-review-claude-1`. */
  id: string
  batch: BatchKey
  phase: Phase
  /** Undefined for a review. */
  task: string | undefined
  /** Of a review; `claude` is the native one. */
  reviewer: string | undefined
  n: number
  /** Why there is another one: what a suite, a refusal or a person said. */
  why: string[]
  /** Taken by its `brief`. */
  claim: { session?: string | undefined; agent?: string | undefined; at: string } | undefined
  /** Submissions that were refused. */
  refusals: number
  /** Times that the agent wanted to end without an accepted submission. */
  bounces: number
  /** A submission is being verified. */
  verifying: boolean
  /** What was accepted. */
  accepted: Accepted | undefined
  /** It counts no more, and why. */
  void: string | undefined
}

export type Accepted =
  | { kind: 'tester_report'; report: Report<'tester_report'>; evidence: RedEvidence | undefined }
  | { kind: 'implementer_report'; report: Report<'implementer_report'> }
  | { kind: 'fix_report'; report: Report<'fix_report'> }
  | { kind: 'reviewer_report'; report: ReviewerReport }
  /** An external reviewer that brought nothing usable; what it wrote is kept beside. */
  | { kind: 'none'; status: 'timeout' | 'failed'; message: string }

/** A file that nobody may change until its batch is committed. */
export interface Frozen {
  path: string
  /** SHA-256 of the content, hex. */
  hash: string
  /** As git has it: 100644, 100755. A link cannot be frozen. */
  mode: string
}

export interface RedEvidence {
  /** Every new test, and how it failed. `name`: describe and test, joined as the runner joins them. */
  tests: { file: string; name: string; kind: string; message: string }[]
  frozen: Frozen[]
}

/** A batch by its number, or the whole branch after the last one. */
export type BatchKey = number | 'final'

export interface BatchFacts {
  key: BatchKey
  /**
   * When it was opened: the commit, and the tree of all that lay in the work tree then. The final review looks at the
   * branch from its beginning (`tree`), and commits what was mended since it was opened (`work`).
   */
  base:
    | {
        commit: string
        tree: string
        work?: string | undefined
        /** What the installed test runner was then, by its content. */
        runner?: string | undefined
      }
    | undefined
  /** What the suite found at the base is known. */
  hasBaseline: boolean
  attempts: Attempt[]
  suites: Suite[]
  diffs: Diff[]
  rounds: Round[]
  /** Tries to commit it. */
  tries: Try[]
  /** Found on the branch by the trailer `Batch:`. */
  commit: string | undefined
}

/** One execution of the whole suite and the configured checks, when all implementers were done. */
export interface Suite {
  n: number
  /** Attempts whose work it saw; it is out of date when another was accepted since. */
  after: string[]
  /** Of the work tree. */
  tree: string
  ok: boolean
  /** What failed now and not at the base. */
  failures: SuiteFailure[]
  /** What was red before the run. */
  known: string[]
  /** What the next batch begins with (evidence/suite.ts). */
  baseline?: unknown
}

export interface SuiteFailure {
  /** `suite`, `build`, `types`. */
  check: string
  /** Name of the test, or the first line of a compiler's complaint. */
  name: string
  file?: string | undefined
  /** Whose claim it falls into; undefined: could not be told. */
  task?: string | undefined
  /** The output's lines about it, at most twenty. */
  lines: string[]
}

/**
 * A try to commit. `committed`: it was, which the branch knows better; `refused`: by a hook or by git, with its words; `rewritten`: a hook changed files, so the suite has
 * to run again; `moved`: the work tree is not as it was approved, so it has to be reviewed again, too.
 */
export interface Try {
  n: number
  result: 'committed' | 'refused' | 'rewritten' | 'moved'
  reasons: string[]
}

/** A diff that reviewers get: of the whole batch, then of each fix round. */
export interface Diff {
  n: number
  from: string
  to: string
  files: string[]
  /** Of the patch. */
  bytes?: number | undefined
  /** Attempts whose work is in it. */
  after: string[]
}

/** What a round of review found, merged with what was open before. */
export interface Round {
  n: number
  /** The diff that its reviews were about. */
  diff?: number | undefined
  /** A person wanted the reviews that did not arrive to run again. */
  again?: boolean | undefined
  /** Reviews and fixes that it judged: what is accepted and in no round yet belongs to the next one. */
  attempts?: string[] | undefined
  reviewers: {
    id: string
    status: 'completed' | 'timeout' | 'failed'
    gates: Record<string, 'pass' | 'fail'>
    /** Why there is no report. */
    message?: string | undefined
  }[]
  gates: Record<string, 'pass' | 'fail'>
  issues: RunIssue[]
}

export interface RunIssue {
  id: string
  task?: string | undefined
  gate: string
  severity: Severity
  location: string
  description: string
  suggestion?: string | undefined
  foundBy: string[]
  inputs: { reviewer: string; index: number }[]
  related: string[]
  status: 'open' | 'resolved' | 'deferred'
  /** How it was resolved. `commit` is found by the batch's trailer. */
  resolution?: { batch: BatchKey; fix: string } | undefined
}

export interface RunFacts {
  run: RunRecord
  plan: Plan
  decisions: Decision[]
  /** In order, `final` last; those that were never opened have no base. */
  batches: BatchFacts[]
  /** Who reviews and what is checked: as it was when the run began. */
  validation: Validation
  /** Before the first batch: as the spec says it now. */
  gates: Gates
  /** Command texts of the repository that its user has not approved yet. */
  unapproved: string[][]
  /** By the name of an agent, the model that its user wants: `aliases.task-tester.model` of config.yaml. */
  models?: Partial<Record<string, string>>
  /** The run is not over: hooks look after its agents. */
  active: boolean
  /** Of a run that is over: whether it can be merged, what was deferred, and what could be done next, in a few lines. */
  outcome: string | undefined
  /** What keeps the branch from being worked on, in a sentence; undefined: it is checked out and as it was left. */
  trouble: { key: string; text: string; options: string[] } | undefined
  /** The branch was moved, and its user agreed: the open batch is to be counted from this commit. */
  follow?: string | undefined
}
