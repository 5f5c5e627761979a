/**
 * Where a task stands as far as the others are concerned: a few looks at its newest attempt. Its state, which tells
 * much more, takes its checklist and its mailbox; a scheduler looks at all tasks, each time.
 */
import { DispatchError, errorCode } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { type Identity, isAlive, isElsewhere } from '../io/processes.ts'
import { statIfThere } from '../io/stat.ts'
import { type AttemptPaths, attemptNumbers, attemptPaths, taskPaths } from '../task/directory.ts'
import { type Request, readRequest } from '../task/request.ts'
import { Attempt, Process, tryRecord } from './record.ts'

/** `gone`: nothing of it runs, and no end is recorded. */
export type Standing = 'queued' | 'live' | 'gone' | 'over'

const isThere = (path: string) => statIfThere(path) !== undefined

export function standingOf(
  root: string,
  id: string,
): { standing: Standing; attempt: AttemptPaths | undefined } {
  const paths = taskPaths(root, id)
  const number = attemptNumbers(paths).at(-1)
  const attempt = number === undefined ? undefined : attemptPaths(paths, number)
  return { standing: attempt === undefined ? 'gone' : attemptStanding(attempt), attempt }
}

function attemptStanding(attempt: AttemptPaths): Standing {
  if (isThere(attempt.exit)) return 'over'
  if (!isThere(attempt.supervisor) && !isThere(attempt.record)) return 'queued'
  const supervisor = tryRecord(Process, attempt.supervisor).value
  if (isSeen(supervisor) || isSeen(tryRecord(Attempt, attempt.record).value)) return 'live'
  // Read after the processes were looked at: an end recorded meanwhile is seen, not taken for a loss.
  return isThere(attempt.exit) ? 'over' : 'gone'
}

/** What cannot be seen from here is not taken for dead. */
const isSeen = (identity: Identity | undefined) =>
  identity !== undefined && (isAlive(identity) || isElsewhere(identity.start))

/** False where its state cannot be one in which somebody has to see to it. */
export function mayBeStuck(root: string, id: string): boolean {
  const { standing, attempt } = standingOf(root, id)
  if (attempt === undefined || standing === 'queued' || standing === 'live') return false
  if (standing === 'gone' || isThere(attempt.wait)) return true
  return namesIn(taskPaths(root, id).ipc).some((name) => name.endsWith('.question'))
}

/** A task whose request cannot be read is not scheduled; its own status says why. */
export function requestIfReadable(root: string, id: string): Request | undefined {
  try {
    return readRequest(taskPaths(root, id).request)
  } catch (error) {
    if (!(error instanceof DispatchError) && errorCode(error) === undefined) throw error
    return undefined
  }
}
