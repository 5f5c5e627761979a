/** Sessions that nobody needs to be told anything in any more. */
import { join } from 'node:path'
import { observe } from '../attempt/observe.ts'
import { namesIn } from '../io/folders.ts'
import { statIfThere } from '../io/stat.ts'
import { sessionsFolder, taskIds } from '../task/directory.ts'
import { isSessionAlive, TERMINAL } from './session.ts'

/** Milliseconds: longer than anybody leaves a session to come back to it. */
const OLD = 30 * 24 * 60 * 60 * 1000

/** Folders of sessions whose client is gone, that no task belongs to, and in which nothing happened for a month. */
export function staleSessions(root: string, now = Date.now()): string[] {
  const owners = new Set(taskIds(root).flatMap((id) => observe(root, id).request?.session ?? []))
  return namesIn(sessionsFolder(root)).flatMap((name) => {
    const folder = join(sessionsFolder(root), name)
    const times = [folder, join(folder, 'told'), join(folder, 'client')].map(
      (path) => statIfThere(path)?.mtimeMs ?? 0,
    )
    const isNeeded = name === TERMINAL || owners.has(name) || isSessionAlive(root, name)
    return !isNeeded && Math.max(...times) < now - OLD ? [folder] : []
  })
}
