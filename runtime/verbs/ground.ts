/** What a lead's verb stands on: the environment, the user's home, the state root, the configuration. */
import type { Ground } from '../attempt/ground.ts'
import { dispatchHome } from '../config/home.ts'
import { loadConfig } from '../config/load.ts'
import { refused } from '../io/errors.ts'
import { statIfThere } from '../io/stat.ts'
import { taskPaths } from '../task/directory.ts'
import { checkFormat, foreign, isRegistered, rootFor } from '../task/root.ts'
import type { VerbIo } from './verb.ts'

/** For verbs that launch or write. */
export function groundFor({ env, cwd }: VerbIo): Ground {
  const home = dispatchHome(env)
  const root = rootFor(env, cwd)
  checkFormat(root)
  if (statIfThere(root) !== undefined && !isRegistered(home, root)) throw foreign(root)
  return { env, home, root, config: loadConfig(home) }
}

/** The id, if there is such a task. @throws exit 1 */
export function existing(root: string, id: string): string {
  if (statIfThere(taskPaths(root, id).folder)?.isDirectory()) return id
  throw refused({ what: `there is no task ${id}`, where: root, next: 'See: dispatch status' })
}
