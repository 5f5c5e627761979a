/** A report that cannot be read goes back to its reviewer, once: the same conversation goes on where its CLI can. */
import { join } from 'node:path'
import * as v from 'valibot'
import type { Ground } from '../../attempt/ground.ts'
import { type Observed, observe } from '../../attempt/observe.ts'
import { enqueue } from '../../attempt/queue.ts'
import { launchReady } from '../../attempt/schedule.ts'
import { withLock } from '../../io/lock.ts'
import { lockOf } from '../../task/directory.ts'
import { isOver } from '../../task/status.ts'
import { readFact, writeFact } from '../fact-file.ts'
import type { AttemptPaths } from '../paths.ts'
import { mendMessage } from './task.ts'

/** mended.yaml: it was sent back after the task's attempt of this number. */
const Mended = v.object({ after: v.number(), why: v.string() })

/** @returns false where it was sent back before, and came back as unreadable */
export async function sendBack(
  ground: Ground,
  own: AttemptPaths,
  task: Observed,
  why: string,
): Promise<boolean> {
  const { root } = ground
  const path = join(own.folder, 'mended.yaml')
  const number = task.attempt?.paths.number ?? 0
  writeFact(path, { after: number, why })
  const { after, why: said } = readFact(Mended, path) ?? { after: number, why }
  if (number > after) return false
  await withLock(lockOf(root, task.id), () => {
    // Killed in between, or somebody else brought it back: there is one attempt after that one.
    const now = observe(root, task.id)
    if (now.attempt?.paths.number === after && isOver(now.state))
      enqueue(now.paths, 'resume', mendMessage(task.id, said), new Date())
  })
  await launchReady(ground)
  return true
}
