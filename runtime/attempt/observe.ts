/** Reads everything that is known of a task, in the order that makes it true: whether it lives before how it ended. */
import { DispatchError, EXIT, errorCode, unreadable } from '../io/errors.ts'
import { here, isAlive, isElsewhere, type Platform } from '../io/processes.ts'
import { readFrom } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { ofAttempt, type Question, readMailbox } from '../question/mailbox.ts'
import { type Checklist, readChecklist } from '../task/checklist.ts'
import {
  type AttemptPaths,
  attemptNumbers,
  attemptPaths,
  type TaskPaths,
  taskPaths,
} from '../task/directory.ts'
import { type Request, readRequest } from '../task/request.ts'
import { type State, type StateFacts, stateOf } from '../task/status.ts'
import { Attempt, Ended, Exit, Launch, readRecord, readSupervisor, Wait } from './record.ts'

export interface Observed extends StateFacts {
  id: string
  paths: TaskPaths
  /** Undefined where task.yaml is missing or unreadable; `problems` says why. */
  request: Request | undefined
  checklist: Checklist | undefined
  attempt: ObservedAttempt | undefined
  exit: Exit | undefined
  /** Its processes are in another process namespace, and cannot be seen or signalled from this one. */
  elsewhere: boolean
  questions: Question[]
  /** It failed and goes on by itself. */
  waiting: Wait | undefined
  state: State
  /** What could not be read, as complaints. Nothing was changed. */
  problems: string[]
}

interface ObservedAttempt {
  paths: AttemptPaths
  launch: Launch | undefined
  record: Attempt | undefined
  /** The shell recorded the end, but nobody settled it yet. */
  ended: { status: number; ended_at: string } | undefined
  /** The folder was claimed and nothing was started in it. */
  unstarted: boolean
}

export function observe(root: string, id: string, platform: Platform = here): Observed {
  const paths = taskPaths(root, id)
  const problems: string[] = []
  const tolerant = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      // What one worker did to its files is that task's problem, and nobody else's.
      if (!(error instanceof DispatchError) && errorCode(error) === undefined) throw error
      problems.push(error instanceof Error ? error.message : String(error))
      return undefined
    }
  }
  const request = tolerant(() => readRequest(paths.request))
  if (request === undefined && problems.length === 0) problems.push(`task.yaml is missing: ${paths.request}`)

  const newest = attemptNumbers(paths).at(-1)
  const at = newest === undefined ? undefined : attemptPaths(paths, newest)
  const attempt = at && tolerantAttempt(at, tolerant)
  const supervisor = at && tolerant(() => readSupervisor(at.supervisor))
  const worker = attempt?.record
  const alive = [supervisor, worker].some((identity) => identity !== undefined && isAlive(identity, platform))
  const elsewhere =
    !alive && [supervisor, worker].some((identity) => identity !== undefined && isElsewhere(identity.start))
  // Read after the processes were looked at: an end recorded meanwhile is seen, not taken for a loss.
  const exit = at && exitOf(at, problems)
  // After that, too: what was ticked in between would stand as open beside an end.
  const checklist = tolerant(() => readChecklist(paths.folder))
  problems.push(...(checklist?.problems ?? []))
  if (elsewhere && exit === undefined) problems.push(ELSEWHERE)
  const started = attempt?.unstarted === false ? attempt.launch : undefined
  const delivered = started?.delivers ?? []
  const questions = ofAttempt(
    tolerant(() => readMailbox(paths.ipc)) ?? [],
    started?.earlier_questions ?? [],
  ).map((question) => (delivered.includes(question.identity) ? { ...question, read: true } : question))
  const items = checklist?.plan.items ?? []
  const waiting = at && exit?.class ? tolerant(() => readRecord(Wait, at.wait)) : undefined
  const facts: StateFacts = {
    items,
    launched: at !== undefined && attempt?.unstarted === false,
    // What cannot be seen from here is not taken for dead: nobody settles it, nobody starts it twice.
    alive: (alive || elsewhere) && exit === undefined,
    exit,
    givenUp: at !== undefined && exit !== undefined && readFrom(at.ending, 0).toString('utf8') === 'stop\n',
    questions,
    // A plan that cannot be read is no evidence that it was worked off.
    missing: (checklist?.plan.deliverables(id) ?? ['plan.md']).filter(
      (path) => tolerant(() => hasText(root, path)) !== true,
    ),
    waiting,
  }
  return {
    ...facts,
    id,
    paths,
    request,
    checklist,
    attempt,
    exit,
    elsewhere,
    questions,
    waiting,
    problems,
    state: stateOf(facts),
  }
}

const ELSEWHERE = 'Seen from a sandbox or container: whether its processes live cannot be told from here.'

/** @throws exit 65 where task.yaml cannot be read: nothing can be started from it */
export function requestOf({ request, problems, paths }: Observed): Request {
  if (request !== undefined) return request
  throw unreadable({
    what: 'the task cannot go on without what it was asked for',
    where: `${paths.request}:1`,
    found: problems[0]?.replaceAll('\n', '; '),
    next: 'Mend that file, or begin the id anew: dispatch start.',
  })
}

/** The same with an end that could not be recorded. */
export function withEnd(task: Observed, exit: Exit, problem: string): Observed {
  const facts = { ...task, alive: false, exit, problems: [...task.problems, problem] }
  return { ...facts, state: stateOf(facts) }
}

type Tolerant = <T>(read: () => T) => T | undefined

function tolerantAttempt(at: AttemptPaths, tolerant: Tolerant): ObservedAttempt {
  return {
    paths: at,
    launch: tolerant(() => readRecord(Launch, at.launch)),
    record: tolerant(() => readRecord(Attempt, at.record)),
    ended: tolerant(() => readRecord(Ended, at.ended)),
    unstarted: ![at.supervisor, at.record, at.exit].some((path) => statIfThere(path) !== undefined),
  }
}

/** The settled end. A damaged record is still an end: nothing runs, and how it went is not known. */
function exitOf(at: AttemptPaths, problems: string[]): Exit | undefined {
  try {
    return readRecord(Exit, at.exit)
  } catch (error) {
    if (!(error instanceof DispatchError) || error.exit !== EXIT.data) throw error
    problems.push(error.message)
    return { ...UNKNOWN_END, reason: 'How it ended was recorded, but the record is damaged.' }
  }
}

export const UNKNOWN_END: Exit = {
  class: 'lost',
  code: null,
  signal: null,
  reason: null,
  until: null,
  ended_by: null,
  ended_at: new Date(0).toISOString(),
  session_id: null,
  final_text: null,
  tokens: null,
  cost_usd: null,
  cumulative: false,
  denied: [],
  swept: [],
  left: [],
}

/** A deliverable counts when it is a file that holds something. `path` starts with `.dispatch/`. */
function hasText(root: string, path: string): boolean {
  return (
    readFrom(`${root}/${path.replace(/^\.dispatch\//, '')}`, 0)
      .toString('utf8')
      .trim() !== ''
  )
}
