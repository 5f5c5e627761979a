import { createTask, discard, isLive, restartTask, type Staged, stageTask } from '../attempt/create.ts'
import type { Ground } from '../attempt/ground.ts'
import { isInOtherHands } from '../attempt/hand.ts'
import type { Launched } from '../attempt/launch.ts'
import { type Observed, observe } from '../attempt/observe.ts'
import { bringBack, launchReady, readyIn } from '../attempt/schedule.ts'
import { sandboxed } from '../attempt/supervise.ts'
import { misused, refused } from '../io/errors.ts'
import { withLock } from '../io/lock.ts'
import { isShortLived } from '../io/processes.ts'
import { lockOf, taskIds } from '../task/directory.ts'
import { openRoot } from '../task/root.ts'
import { isOver } from '../task/status.ts'
import { recordSession, sessionId } from '../watch/session.ts'
import { wakeLine } from '../watch/wake.ts'
import { resolveBase } from '../worktree/base.ts'
import { findRepository } from '../worktree/repository.ts'
import { needed, nothingMore, parse, usageOf } from './args.ts'
import { factsOf } from './facts.ts'
import { readyConfig } from './first-use.ts'
import { groundFor } from './ground.ts'
import { splitDocuments } from './start-documents.ts'
import { checkOrder, checkTwice, type Planned, planned, type Wanted } from './start-request.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch start <id> [flags] < plan.md   creates a task from a checklist and launches its worker
dispatch start --all < tasks             several at once: each \`---\`, keys (id and the flags), \`---\`, a checklist

--model M  --profile read-only|edit|full  --worktree  --base REV  --after ID,…  --priority high|normal|low
--timeout D (90s, 30m, 2h)  --budget USD  --json
Text below a heading \`## Context\` goes to the worker as it is.

Example:
  dispatch start --all <<'EOF'
  ---
  id: security-audit
  model: opus
  worktree: true
  ---
  # Security audit
  - [ ] Scan for hardcoded secrets
  - [ ] Write findings to .dispatch/tasks/security-audit/output.md
  EOF
`

const OPTIONS = {
  all: { type: 'boolean' },
  json: { type: 'boolean' },
  model: { type: 'string' },
  profile: { type: 'string' },
  worktree: { type: 'boolean' },
  base: { type: 'string' },
  after: { type: 'string', multiple: true },
  priority: { type: 'string' },
  timeout: { type: 'string' },
  budget: { type: 'string' },
} as const

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, OPTIONS, help)
  const { all, after, json, ...said } = values
  const flags = { ...said, after: after?.flatMap((ids) => ids.split(',')) }
  const text = io.stdin()
  if (text === undefined)
    throw misused({ what: 'the checklist is missing on standard input', next: usageOf(help) })
  const documents = all ? splitDocuments(text) : undefined
  const named = documents?.map(({ wanted }) => wanted.model ?? flags.model) ?? [flags.model]
  const { ground, says } = await readyConfig(groundFor(io), named)
  for (const line of says) io.stderr(`${line}\n`)
  const caller = { cwd: io.cwd, session: sessionId(io.env) ?? null, now: new Date() }
  const plan = (wanted: Wanted, plan: string, above = 0) => planned(ground, wanted, plan, caller, above)
  const tasks = documents?.map((document) =>
    plan({ ...flags, ...document.wanted }, document.plan, document.above),
  ) ?? [plan({ ...flags, id: needed(positionals[0], 'the task id', help) }, text)]
  nothingMore(all ? positionals : positionals.slice(1), help)
  await checkAll(ground, tasks)

  await openRoot(ground.home, ground.root)
  recordSession(ground.root, io.env)
  const launched = await begin(ground, tasks)
  const lines = tasks.map(({ request, items }) => startLine(observe(ground.root, request.id), items))
  const wake = await wakeLine(ground.root, io.env)
  const told = all ? [...lines, wake].join('\n') : `${lines[0]} — ${wake}`
  io.stdout(
    json
      ? factsOf(
          ground,
          tasks.map(({ request }) => request.id),
        )
      : `${told}\n`,
  )
  const outcomes = tasks.map(({ request: { id } }) => ({ id, ...(launched.get(id) ?? QUIET) }))
  for (const { id, notices, problem } of outcomes)
    for (const line of [...notices, ...(problem === undefined ? [] : [problem.message])])
      io.stderr(`${id}: ${line}\n`)
  return outcomes.find(({ problem }) => problem !== undefined)?.problem?.exit ?? 0
}

const QUIET: Launched = { notices: [], problem: undefined }

/** Everything that can be known before anything is created. */
async function checkAll({ root }: Ground, tasks: Planned[]): Promise<void> {
  if (isShortLived()) throw sandboxed()
  checkTwice(tasks)
  const there = new Set(taskIds(root))
  checkOrder(tasks, (id) => (there.has(id) ? comesAfter(root, id) : undefined))
  for (const { request } of tasks) {
    const task = there.has(request.id) ? observe(root, request.id) : undefined
    if (task !== undefined && !isOver(task.state) && task.state !== 'queued')
      throw isLive(request.id, task.state)
    if (!request.worktree && request.base === null) continue
    const repository = findRepository(request.cwd)
    if (repository === undefined)
      throw refused({
        what: `${request.id} cannot have a worktree: this is not a git repository`,
        where: request.cwd,
      })
    await resolveBase(repository, request.base ?? undefined)
  }
}

/** What a task waits for, or would when it is tried again: nothing where it is done. */
function comesAfter(root: string, id: string): string[] {
  const { state, request } = observe(root, id)
  return state === 'done' ? [] : (request?.after ?? [])
}

/**
 * Creates all, then launches what may start. What is created is in our hand, so that another caller of the same id
 * finds it taken; what stays queued is launched by whoever comes by.
 */
async function begin(ground: Ground, tasks: Planned[]): Promise<Map<string, Launched>> {
  const { root } = ground
  const staged: Staged[] = []
  let launched: Map<string, Launched>
  try {
    for (const { request, plan } of tasks)
      staged.push(stageTask(root, request, plan, new Date(request.created)))
    for (const task of staged) await withLock(lockOf(root, task.request.id), () => create(ground, task))
  } finally {
    staged.forEach(discard)
    // What a killed starter left is brought on by whoever comes by; why it cannot is its own affair.
    await bringBack(ground)
    launched = await launchReady(ground)
  }
  return launched
}

/** The caller holds the task's lock. */
function create(ground: Ground, task: Staged): void {
  const { id } = task.request
  if (createTask(ground.root, task)) return
  const { state, attempt } = observe(ground.root, id)
  const isTaken = attempt !== undefined && isInOtherHands(attempt.paths.starter)
  if (state === 'queued' && (isTaken || !readyIn(ground).includes(id))) throw isLive(id, state)
  restartTask(ground.root, task)
}

function startLine({ id, state, request, attempt }: Observed, items: number): string {
  const launch = attempt?.launch
  const place = launch?.worktree
    ? `worktree ${launch.branch}`
    : request?.worktree
      ? 'worktree'
      : 'no worktree'
  const why =
    state === 'queued' && request !== undefined && request.after.length > 0
      ? ` after ${request.after.join(', ')}`
      : ''
  return `${id}: ${launch?.model ?? request?.model} (${launch?.backend ?? request?.backend}), ${place}, ${items} ${items === 1 ? 'item' : 'items'}, ${state}${why}`
}
