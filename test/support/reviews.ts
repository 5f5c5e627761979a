/** A run at the point where its reviewers are started, in a world: facts as they lie on disk, without the rest of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadConfig } from '../../runtime/config/load.ts'
import { readFact } from '../../runtime/run/fact-file.ts'
import type { Accepted, Attempt, BatchFacts, RunFacts } from '../../runtime/run/facts.ts'
import { runPaths } from '../../runtime/run/paths.ts'
import { ClaimFile } from '../../runtime/run/records.ts'
import { collectReviews } from '../../runtime/run/review/collect.ts'
import { type ReviewGround, startReview } from '../../runtime/run/review/external.ts'
import type { Validation } from '../../runtime/spec/validation.ts'
import { openRoot } from '../../runtime/task/root.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

type Reviewer = { id: string; type: string; model?: string }

export interface Reviews {
  at: ReviewGround
  facts(): RunFacts
  attempt(reviewer: string): Attempt
  start(reviewer: string): Promise<string[]>
  /** As `advance` does it, until the review is settled. */
  settled(reviewer: string): Promise<Accepted>
  collect(): Promise<boolean>
  /** A file of the attempt; undefined where there is none. */
  read(reviewer: string, name: string): string | undefined
  path(reviewer: string, name: string): string
}

/** @param reviewers of `review_config`; each has one attempt, spawned and not started */
export async function reviews(
  world: World,
  reviewers: Reviewer[],
  review: Partial<Validation['review']> = {},
  run = 'cache',
): Promise<Reviews> {
  await openRoot(world.state, world.root)
  const paths = runPaths(world.root, run).batch(2)
  mkdirSync(paths.folder, { recursive: true })
  writeFileSync(paths.patch(1), 'diff --git a/src/a.ts b/src/a.ts\n+THE PATCH\n')
  const at: ReviewGround = {
    ground: { env: world.env, home: world.state, root: world.root, config: loadConfig(world.state) },
    top: world.repo,
  }
  const blank = {
    task: undefined,
    claim: undefined,
    accepted: undefined,
    void: undefined,
    why: [],
    verifying: false,
  }
  const attempt = (reviewer: string): Attempt => {
    const id = `B02-review-${reviewer}-1`
    const own = paths.attempt(id)
    const accepted = readIfThere(own.accepted)
    const claim = readFact(ClaimFile, own.claim)
    return {
      ...{ ...blank, id, batch: 2, phase: 'review', reviewer, n: 1, refusals: 0, bounces: 0 },
      claim: claim && { session: claim.session, agent: claim.agent, at: claim.at },
      accepted: accepted === undefined ? undefined : JSON.parse(accepted),
    }
  }
  const facts = () => {
    const batch = {
      ...{ key: 2, base: { commit: '', tree: '' }, suites: [], rounds: [], tries: [], commit: undefined },
      attempts: reviewers.map(({ id }) => attempt(id)),
      diffs: [{ n: 1, from: '', to: '', files: ['src/a.ts'], after: [] }],
    }
    const task = { id: 'T001', content: 'Add a cache.', activeForm: '', files: ['src/a.ts'], testHints: [] }
    return {
      run: {
        name: run,
        policy: 'spec',
        source: `specs/active/${run}`,
        branch: `feat/${run}`,
        base: '',
        created: '',
      },
      plan: { tasks: [task], batches: [{ number: 2, tasks: ['T001'], phase: undefined }] },
      decisions: [],
      batches: [batch as unknown as BatchFacts],
      validation: { review: { claudeModel: 'opus', timeout: 1_200_000, reviewers, ...review } },
    } as unknown as RunFacts
  }
  const path = (reviewer: string, name: string) =>
    join(paths.attempt(`B02-review-${reviewer}-1`).folder, name)
  return {
    at,
    facts,
    attempt,
    path,
    start: (reviewer) => startReview(at, facts(), attempt(reviewer)),
    collect: () => collectReviews(at, facts()),
    settled: (reviewer) =>
      until(
        async () => {
          await collectReviews(at, facts())
          return attempt(reviewer).accepted
        },
        `${reviewer} did not settle`,
        20_000,
      ),
    read: (reviewer, name) => readIfThere(path(reviewer, name)),
  }
}

/** A shell script's way to hand in this report. */
export const writing = (report: string) =>
  `cat > "$DISPATCH_ROOT/tasks/$DISPATCH_TASK/output.md" <<'EOF'\n${report}\nEOF`

export const REPORT = `reviewer_report:
  reviewer: whoever
  batch: 2
  gates:
    correctness: { status: fail, issues: [] }
  issues:
    - task: T001
      severity: critical
      gate: correctness
      location: src/a.ts:12
      description: "It forgets nothing: the entry is never removed."
  strengths: []`

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** A task that is none of the run's, under an id that is one. */
export function occupy(world: World, id: string): void {
  const path = join(world.root, 'tasks', id, 'plan.md')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '# Mine\n\n- [ ] One\n')
}
