/**
 * Ending what an attempt left running, and nothing else. A process belongs to the attempt when its environment
 * holds the attempt's marker, or when it is in the process group of the attempt's worker and that group was seen to
 * be the same one: its leader lives, or lived a moment ago. Later the number may be somebody else's group.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  here,
  type Identity,
  isAlive,
  isElsewhere,
  isOfThisBoot,
  type Platform,
  signal,
} from '../io/processes.ts'
import { NEVER } from './record.ts'

/** Between SIGTERM and SIGKILL (ms). Claude Code needs 1.6 s to end its own children (measured). */
const GRACE = 3000

export interface Attempted {
  mark: string | undefined
  worker?: Identity | undefined
  /** Also what its supervisor started beside the worker: a timer, the preparation of a worktree. */
  beside?: boolean
  /** The worker was waited for by who asks: its group is still its own. */
  justEnded?: boolean | undefined
}

export function belongings(
  { mark, worker, beside = false, justEnded = false }: Attempted,
  platform: Platform = here,
): Identity[] {
  const groupOf = (leader: Identity | undefined, known: boolean) =>
    leader !== undefined &&
    leader.start !== NEVER &&
    (isAlive(leader, platform) || (known && isFree(leader, platform)))
      ? platform.inGroup(leader.pid)
      : []
  const all = new Map(
    [
      ...(mark === undefined ? [] : platform.withEnvironment(`DISPATCH_MARK=${mark}`)),
      ...groupOf(worker, justEnded),
      ...(mark === undefined || !beside ? [] : platform.withEnvironment(`DISPATCH_BESIDE=${mark}`)),
    ].map((process) => [process.pid, process]),
  )
  all.delete(process.pid)
  return [...all.values()]
}

/** Nobody bears the number now, and nobody of another boot did. */
const isFree = ({ pid, start }: Identity, platform: Platform) =>
  platform.startOf(pid) === undefined && isOfThisBoot(start) && !isElsewhere(start)

/** Ends all of them: asked first, made to later; new ones that appear meanwhile too. Returns their command lines. */
export async function sweep(
  attempted: Attempted,
  options: { grace?: number; platform?: Platform } = {},
): Promise<string[]> {
  const { grace = GRACE, platform = here } = options
  const swept = new Map<number, string>()
  const deadline = Date.now() + grace
  let { justEnded } = attempted
  for (let name: NodeJS.Signals = 'SIGTERM'; ; ) {
    const left = belongings({ ...attempted, justEnded }, platform)
    justEnded ||= left.some(({ pid }) => pid === attempted.worker?.pid)
    if (left.length === 0) return [...swept.values()]
    for (const target of left) {
      if (name === 'SIGTERM' && swept.has(target.pid)) continue
      if (!swept.has(target.pid)) swept.set(target.pid, platform.commandOf(target.pid))
      signal(target, name, platform)
    }
    await allGone(left, Math.min(deadline, Date.now() + 200), platform)
    if (Date.now() >= deadline + grace) return [...swept.values()] // stopped in the kernel: nothing more can be done
    if (Date.now() >= deadline) name = 'SIGKILL'
  }
}

/** There is no event for the end of a process that is not our child: it is looked at every few milliseconds. */
async function allGone(processes: Identity[], until: number, platform: Platform): Promise<void> {
  while (Date.now() < until && processes.some((process) => isAlive(process, platform))) await sleep(10)
}
