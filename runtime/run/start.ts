/** `run`: begins a spec, or takes it up again in this session. */
import { join, relative } from 'node:path'
import { refused } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { withLock } from '../io/lock.ts'
import { publishNumbered } from '../io/numbered.ts'
import { publish, replace } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { batchesOf } from '../spec/batches.ts'
import { readDependencies } from '../spec/dependencies.ts'
import { documentsOf, type Spec } from '../spec/find.ts'
import { readTasks, type SpecTasks } from '../spec/tasks.ts'
import { readValidation } from '../spec/validation.ts'
import { openRoot } from '../task/root.ts'
import { isSameClient, isSessionAlive } from '../watch/session.ts'
import { GO_ON, stopped } from './answers.ts'
import { prepareBranch } from './branch.ts'
import { sayTaskChanges, taskChanges } from './branch-tasks.ts'
import { recordEnvironment } from './environment.ts'
import { detectRunner } from './evidence/detect.ts'
import { readFact, writeFact } from './fact-file.ts'
import type { Plan, RunFacts } from './facts.ts'
import { currentBatch } from './now.ts'
import { giveUp, takenIn } from './orphans.ts'
import { type RunPaths, runPaths } from './paths.ts'
import { firstPlan, isSame, nextPlan } from './plan.ts'
import { readPlan, readRun, type Where } from './read.ts'
import { LeadFile } from './records.ts'

export interface Starting extends Where {
  spec: Spec
  base: string | undefined
  session: string | undefined
  env: NodeJS.ProcessEnv
}

/** @returns whether it was there before, and what a person should know, a line each */
export async function startRun(starting: Starting): Promise<{ isNew: boolean; notices: string[] }> {
  const { root, name, home } = starting
  // Before anything is changed: what cannot be read is said now.
  const documents = read(starting.spec)
  await openRoot(home, root)
  const paths = runPaths(root, name)
  return withLock(paths.lock, async () => {
    const isNew = statIfThere(paths.run) === undefined
    makeFolder(paths.folder)
    recordEnvironment(paths, starting.env)
    const notices = isNew ? await begin(starting, paths, documents) : await takeUp(starting, paths, documents)
    return { isNew, notices }
  })
}

type Documents = ReturnType<typeof read>

/** @throws exit 65 with the line */
function read(spec: Spec) {
  const documents = documentsOf(spec)
  const tasks = readTasks(documents.tasks)
  const dependencies = readDependencies(documents.dependencies)
  readValidation(documents.validation)
  const where = dependencies === undefined ? documents.tasks : documents.dependencies
  return { documents, tasks, batches: (open: SpecTasks) => batchesOf(open, dependencies, where) }
}

async function begin(
  starting: Starting,
  paths: RunPaths,
  { documents, tasks, batches }: Documents,
): Promise<string[]> {
  const { top, name, spec, session } = starting
  const plan = firstPlan(tasks, batches(tasks))
  if (plan.batches.length === 0)
    throw refused({ what: `every task of ${name} is completed`, where: documents.tasks })
  leads(paths, starting)
  const source = relative(top, spec.folder).split('\\').join('/')
  const {
    branch,
    head: base,
    notes,
  } = await prepareBranch({
    ...starting,
    needs: [relative(top, documents.tasks)],
    claimed: claimedBy(plan),
  })
  // What cannot be judged is not begun.
  await detectRunner({
    top,
    commit: base,
    checks: readValidation(documents.validation).checks,
    env: starting.env,
  })
  publishNumbered(ready(paths.plans), '.yaml', `${JSON.stringify(plan)}\n`)
  publish(paths.validation, readIfThere(documents.validation) ?? '')
  writeFact(paths.run, {
    name,
    policy: 'spec',
    source,
    branch,
    base,
    session,
    created: new Date().toISOString(),
  })
  activate(paths, top)
  return notes
}

const claimedBy = ({ tasks, batches }: Plan): string[] => {
  const open = new Set(batches.flatMap((batch) => batch.tasks))
  return tasks.filter(({ id }) => open.has(id)).flatMap(({ files }) => files)
}

function ready(folder: string): string {
  makeFolder(folder)
  return folder
}

function activate({ active }: RunPaths, top: string): void {
  makeFolder(join(active, '..'))
  replace(active, `${top}\n`)
}

async function takeUp(starting: Starting, paths: RunPaths, documents: Documents): Promise<string[]> {
  const { top } = starting
  const facts = readRun(starting)
  leads(paths, starting)
  if (currentBatch(facts) === undefined) return []
  const isOpen = facts.batches.some(({ base, commit }) => base !== undefined && commit === undefined)
  const branch = await prepareBranch({
    ...starting,
    run: facts.run,
    claimed: isOpen ? [] : claimedBy(facts.plan),
  })
  const notices = [...branch.notes, ...replan(paths, facts, documents), ...giveUpLost(starting, paths, facts)]
  if (stopped(facts) !== undefined)
    publishNumbered(
      ready(paths.decisions),
      '.yaml',
      `${JSON.stringify({ key: GO_ON, text: GO_ON, by: '', at: new Date().toISOString() })}\n`,
    )
  activate(paths, top)
  return notices
}

/** One session leads; another one takes over when that is gone. @throws exit 1 */
function leads(paths: RunPaths, { root, session, name }: Starting): void {
  if (session === undefined) return
  const lead = readFact(LeadFile, paths.lead)
  const isOther = lead !== undefined && lead.session !== session && !isSameClient(root, session, lead.session)
  if (isOther && isSessionAlive(root, lead.session))
    throw refused({
      what: `another session of Claude Code leads ${name}`,
      found: lead.session,
      next: 'Go on there, or end it first.',
    })
  if (lead?.session === session) return
  makeFolder(paths.folder)
  replace(paths.lead, `${JSON.stringify({ session, at: new Date().toISOString() })}\n`)
}

/** What was edited in the spec counts from here on; what was begun stays as it was begun. */
function replan(paths: RunPaths, facts: RunFacts, { tasks, batches }: Documents): string[] {
  const before = readPlan(paths)
  const kept = facts.batches.flatMap(({ key, base, commit }) =>
    key !== 'final' && (base !== undefined || commit !== undefined) ? [key] : [],
  )
  const held = new Set(
    before.batches.filter(({ number }) => kept.includes(number)).flatMap((batch) => batch.tasks),
  )
  const open = tasks.tasks.map((task) =>
    held.has(task.id) ? { ...task, status: 'completed' as const } : task,
  )
  const plan: Plan = nextPlan(before, kept, tasks, batches({ ...tasks, tasks: open }))
  if (isSame(before, plan)) return []
  publishNumbered(ready(paths.plans), '.yaml', `${JSON.stringify(plan)}\n`)
  return sayTaskChanges(taskChanges(before, tasks, facts.batches), before, facts.batches)
}

/** Of a session that is gone, also where nobody knows its client. */
function giveUpLost({ root, session, name }: Starting, paths: RunPaths, facts: RunFacts): string[] {
  const lost = takenIn(facts).filter(
    ({ claim, verifying }) =>
      !verifying &&
      claim?.session !== undefined &&
      claim.session !== session &&
      !isSessionAlive(root, claim.session),
  )
  for (const attempt of lost) giveUp(paths, attempt)
  return lost.length === 0
    ? []
    : [`Begun anew, since their session is gone: ${lost.map(({ id }) => id).join(', ')} (${name})`]
}
