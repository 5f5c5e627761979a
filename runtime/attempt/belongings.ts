/**
 * What belongs to an attempt among all that runs: processes whose environment holds the attempt's marker, those in
 * the group or session of its worker while these are verifiably the same, and whatever is below either. A process
 * that bears the marker of another attempt belongs to that one.
 */
import {
  type Identity,
  isAlive,
  isElsewhere,
  isOfThisBoot,
  type Platform,
  type Row,
} from '../io/processes.ts'
import { isSessionDaemon } from './left.ts'
import { NEVER } from './record.ts'

export interface Attempted {
  mark: string | undefined
  worker?: Identity | undefined
  /** Also what its supervisor started beside the worker: a timer, the preparation of a worktree. */
  beside?: boolean
  /** The worker was waited for by who asks: its group is still its own. */
  justEnded?: boolean | undefined
}

export interface Belongings {
  /** To be ended. */
  own: Row[]
  /** The user's session daemons, with what is below them. */
  spared: Row[]
}

/** @param keep names of programs that are spared beside the known ones */
export function belongings(
  { mark, worker, beside = false, justEnded = false }: Attempted,
  platform: Platform,
  keep: readonly string[] = [],
): Belongings {
  const rows = platform.table()
  const marks = platform.variables([MARK, BESIDE])
  const leader = worker !== undefined && isKnown(worker, justEnded, platform) ? worker.pid : undefined
  const isForeign = ({ pid }: Row) => (marks.get(pid)?.get(MARK) ?? mark) !== mark
  const isMarked = ({ pid }: Row) =>
    mark !== undefined &&
    (marks.get(pid)?.get(MARK) === mark || (beside && marks.get(pid)?.get(BESIDE) === mark))
  const isInGroup = ({ group, session }: Row) =>
    leader !== undefined && (group === leader || session === leader)
  const all = below(
    rows,
    rows.filter((row) => isMarked(row) || isInGroup(row)),
    isForeign,
  )
  const daemons = [...all.values()].filter(
    (row) =>
      row.pid !== worker?.pid &&
      row.group !== leader &&
      isDetached(row, all) &&
      isSessionDaemon(row.name, platform.commandOf(row.pid), keep),
  )
  const spared = below([...all.values()], daemons, isForeign)
  all.delete(process.pid)
  return { own: [...all.values()].filter(({ pid }) => !spared.has(pid)), spared: [...spared.values()] }
}

const MARK = 'DISPATCH_MARK'
const BESIDE = 'DISPATCH_BESIDE'

/** These and all their descendants, by pid. */
export function below(
  rows: Row[],
  roots: Row[],
  isForeign: (row: Row) => boolean = () => false,
): Map<number, Row> {
  const children = new Map<number, Row[]>()
  for (const row of rows) {
    const siblings = children.get(row.parent)
    if (siblings === undefined) children.set(row.parent, [row])
    else siblings.push(row)
  }
  const found = new Map<number, Row>()
  const add = (row: Row) => {
    if (found.has(row.pid) || isForeign(row)) return
    found.set(row.pid, row)
    for (const child of children.get(row.pid) ?? []) add(child)
  }
  for (const row of roots) add(row)
  return found
}

/** A daemon has left its parent, or at least its parent's group: `ssh-agent make` in the foreground is no daemon. */
function isDetached({ parent, group }: Row, all: Map<number, Row>): boolean {
  const above = all.get(parent)
  return above === undefined || above.group !== group
}

/** Is the worker's group still the one that it was? Later the number may be somebody else's. */
const isKnown = (worker: Identity, justEnded: boolean, platform: Platform) =>
  worker.start !== NEVER && (isAlive(worker, platform) || (justEnded && isFree(worker, platform)))

/** Nobody bears the number now, and nobody of another boot did. */
const isFree = ({ pid, start }: Identity, platform: Platform) =>
  platform.startOf(pid) === undefined && isOfThisBoot(start) && !isElsewhere(start)
