/** What of a run's facts matters to one attempt: its tasks, what its issues are, what is frozen. Pure. */
import { refused } from '../io/errors.ts'
import { locationOf } from '../review/location.ts'
import type {
  Attempt,
  BatchFacts,
  BatchKey,
  Frozen,
  PlannedTask,
  RedEvidence,
  RunFacts,
  RunIssue,
} from './facts.ts'
import { parseAttempt } from './paths.ts'
import { newestRound } from './review/open.ts'

/** @throws exit 1 */
export function attemptIn(facts: RunFacts, id: string): Attempt {
  // Where it is usually is looked at first: the attempts of the others need not be read then.
  const parsed = parseAttempt(id)
  const home = parsed !== undefined && 'batch' in parsed ? parsed.batch : batchOf(facts, parsed?.task)
  const batches = [...facts.batches].sort((a, b) => Number(b.key === home) - Number(a.key === home))
  for (const { attempts } of batches) {
    const found = attempts.find((attempt) => attempt.id === id)
    if (found !== undefined) return found
  }
  const open = batches
    .flatMap(({ attempts }) => attempts)
    .filter((attempt) => attempt.accepted === undefined && attempt.void === undefined)
  throw refused({
    what: `there is no attempt ${JSON.stringify(id.slice(0, 120))} in run ${facts.run.name}`,
    found: open.length === 0 ? undefined : open.map((attempt) => attempt.id).join(', '),
    next: 'See what is to be done: dispatch next',
  })
}

const batchOf = ({ plan }: RunFacts, task: string | undefined): number | undefined =>
  task === undefined ? undefined : plan.batches.find(({ tasks }) => tasks.includes(task))?.number

export const batchIn = (facts: RunFacts, key: BatchKey): BatchFacts | undefined =>
  facts.batches.find((batch) => batch.key === key)

/** Those of a batch; the final review is about all. */
export function tasksIn({ plan }: RunFacts, key: BatchKey): PlannedTask[] {
  if (key === 'final') return plan.tasks
  const ids = plan.batches.find(({ number }) => number === key)?.tasks ?? []
  return ids.flatMap((id) => plan.tasks.find((task) => task.id === id) ?? [])
}

/** What counts of the testers of a batch; of one task where it is named. */
export function redOf(facts: RunFacts, key: BatchKey, task?: string): RedEvidence {
  const found = (batchIn(facts, key)?.attempts ?? []).flatMap(({ accepted, task: by, void: gone }) =>
    accepted?.kind === 'tester_report' && gone === undefined && (task === undefined || by === task)
      ? (accepted.evidence ?? [])
      : [],
  )
  const frozen = found.flatMap((each) => each.frozen).map((file): [string, Frozen] => [file.path, file])
  return { tests: found.flatMap((each) => each.tests), frozen: [...new Map(frozen).values()] }
}

/** What nobody may change until the batch is committed. */
export const frozenIn = (facts: RunFacts, key: BatchKey): Frozen[] => redOf(facts, key).frozen

/** What the newest round left open. */
function openIssues(facts: RunFacts, key: BatchKey): RunIssue[] {
  const round = newestRound(batchIn(facts, key) ?? { rounds: [] })
  return (round?.issues ?? []).filter(({ status }) => status === 'open')
}

/** Whose an issue is: by the reviewers' word, else by whose file it is, else the first task's. */
export function ownerOf(
  facts: RunFacts,
  batch: BatchKey,
  { task: named, location }: RunIssue,
): string | undefined {
  const tasks = tasksIn(facts, batch)
  const { file } = locationOf(location)
  const said = tasks.find(({ id }) => id === named)
  return (said ?? tasks.find(({ files }) => files.includes(file)) ?? tasks[0])?.id
}

/** The grave issues that this fix is for. */
export function issuesFor(facts: RunFacts, { phase, batch, task }: Attempt): RunIssue[] {
  if (phase !== 'fix') return []
  return openIssues(facts, batch).filter(
    (issue) => issue.severity !== 'medium' && ownerOf(facts, batch, issue) === task,
  )
}
