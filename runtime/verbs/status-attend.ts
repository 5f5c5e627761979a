/** What `status` sees to on the way; loaded where a task may need it. */
import { type Observed, observe } from '../attempt/observe.ts'
import { isUnsettled, reconcile } from '../attempt/reconcile.ts'
import { attend, isUnattended } from '../attempt/wait.ts'
import { lenientGround } from './lenient-ground.ts'
import type { VerbIo } from './verb.ts'

/** A lost attempt is settled, and a task that goes on by itself is given back who sleeps for it. */
export async function attended(root: string, task: Observed, io: VerbIo): Promise<Observed> {
  if (!(isUnsettled(task) || isUnattended(task))) return task
  const ground = lenientGround(io, root)
  const settled = await reconcile(ground, task.id)
  if (!isUnattended(settled)) return settled
  await attend(ground, task.id)
  return observe(root, task.id)
}
