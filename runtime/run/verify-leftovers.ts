/**
 * What tests leave running: a server that nobody ends, or all of it where the verifier itself was killed. It is known by
 * a variable of its environment whose name says nothing, because what is tested must not see by whom.
 */
import { createHash } from 'node:crypto'
import { isSessionDaemon } from '../attempt/left.ts'
import { usersKeep } from '../attempt/sweep.ts'
import { here, signal, withEnvironment } from '../io/processes.ts'

/** @param folder of the attempt: of one attempt only one verification runs at a time */
export const markOf = (folder: string) =>
  `X${createHash('sha256').update(folder).digest('hex').slice(0, 16).toUpperCase()}`

/** Ends it at once: nobody waits for its result any more. Daemons that serve the user's session are let be. */
export function endLeftovers(mark: string): void {
  const found = withEnvironment(`${mark}=1`)
  if (found.length === 0) return
  const keep = usersKeep()
  const names = new Map(here.table().map(({ pid, name }) => [pid, name]))
  for (const target of found)
    if (!isSessionDaemon(names.get(target.pid) ?? '', here.commandOf(target.pid), keep))
      signal(target, 'SIGKILL')
}
