/**
 * Reviewers of other vendors, started by the runtime itself as ordinary read-only tasks. Safe to repeat after a kill:
 * a task of that id that belongs to the attempt is the one, and the attempt's claim says that it was started.
 */
import { join } from 'node:path'
import { createTask, discard, type Staged, stageTask } from '../../attempt/create.ts'
import type { Ground } from '../../attempt/ground.ts'
import { observe } from '../../attempt/observe.ts'
import { launchReady } from '../../attempt/schedule.ts'
import { findBackend } from '../../backend/registry.ts'
import { DispatchError, EXIT, refused } from '../../io/errors.ts'
import { copyNew } from '../../io/handling.ts'
import { withLock } from '../../io/lock.ts'
import { statIfThere } from '../../io/stat.ts'
import { lockOf, taskPaths } from '../../task/directory.ts'
import type { Request } from '../../task/request.ts'
import { openRoot } from '../../task/root.ts'
import { sessionId } from '../../watch/session.ts'
import { writeFact } from '../fact-file.ts'
import type { Attempt, RunFacts } from '../facts.ts'
import { runPaths } from '../paths.ts'
import { reviewJob } from './job.ts'
import { modelFor } from './model.ts'
import { settleNone } from './settled.ts'
import { reviewFolder, reviewPlan, reviewTaskId, reviewTitle } from './task.ts'

/** What the reviews of a run stand on. */
export interface ReviewGround {
  ground: Ground
  /** Top level of the work tree. */
  top: string
}

/**
 * Starts the reviewer of an attempt that was spawned. One that cannot be started at all is settled as failed; it keeps
 * no other from its work.
 * @returns what a person should know, a sentence each
 */
export async function startReview(at: ReviewGround, facts: RunFacts, attempt: Attempt): Promise<string[]> {
  const { ground } = at
  const { root } = ground
  const own = runPaths(root, facts.run.name).batch(attempt.batch).attempt(attempt.id)
  await openRoot(ground.home, root)
  try {
    const id = reviewTaskId(facts.run.name, attempt)
    await withLock(lockOf(root, id), () => create(at, facts, attempt, id))
    const launched = (await launchReady(ground)).get(id)
    claim(own.claim, at, id)
    return [...(launched?.notices ?? []), ...(launched?.problem ? [launched.problem.message] : [])].map(
      (line) => `${attempt.reviewer}: ${line}`,
    )
  } catch (error) {
    // A full disk, or a lock: it is tried again.
    if (!(error instanceof DispatchError) || error.exit === EXIT.later || error.exit === EXIT.bug) throw error
    claim(own.claim, at, null)
    settleNone(own, 'failed', error.message)
    return [`${attempt.reviewer}: ${error.message}`]
  }
}

const claim = (path: string, { ground: { env } }: ReviewGround, agent: string | null) =>
  writeFact(path, { session: sessionId(env) ?? null, agent, at: new Date().toISOString() })

/** The caller holds the task's lock. @throws exit 1 where the id is somebody else's */
function create(at: ReviewGround, facts: RunFacts, attempt: Attempt, id: string): void {
  const { root } = at.ground
  const run = reviewFolder(facts.run, attempt)
  const there = () => statIfThere(taskPaths(root, id).folder) !== undefined
  if (!there()) {
    const staged = stage(at, facts, attempt, id, run)
    try {
      if (createTask(root, staged)) return
    } finally {
      discard(staged)
    }
  }
  if (observe(root, id).request?.run !== run)
    throw refused({
      what: `a task of the id ${id} is there already, and it is no part of this run`,
      where: taskPaths(root, id).folder,
      next: `Remove it (dispatch clean ${id}), then have the review run again.`,
    })
}

function stage(at: ReviewGround, facts: RunFacts, attempt: Attempt, id: string, run: string): Staged {
  const { config, env, root } = at.ground
  const { review } = facts.validation
  const { word, choice, effort } = modelFor(review, attempt.reviewer, config, env)
  findBackend(choice.backend)
  const now = new Date()
  const request: Request = {
    id,
    title: reviewTitle(facts.run, attempt),
    model: word,
    backend: choice.backend,
    group: choice.group,
    profile: 'read-only',
    worktree: false,
    base: null,
    after: [],
    priority: 'normal',
    timeout: review.timeout,
    budget_usd: null,
    created: now.toISOString(),
    session: sessionId(env) ?? facts.run.session ?? null,
    effort,
    run,
    cwd: at.top,
  }
  // The patches lie with the task: a contained worker is sure to be able to read there.
  const patch = (n: number) => join(taskPaths(root, id).data, `diff-${n}.patch`)
  const plan = reviewPlan(id, request.title, reviewJob(facts, attempt, patch))
  const staged = stageTask(root, request, plan, now)
  const batch = runPaths(root, facts.run.name).batch(attempt.batch)
  try {
    for (const { n } of facts.batches.find(({ key }) => key === attempt.batch)?.diffs ?? [])
      copyNew(batch.patch(n), join(staged.paths.data, `diff-${n}.patch`))
  } catch (error) {
    discard(staged)
    throw error
  }
  return staged
}
