import type { Ground } from '../attempt/ground.ts'
import { observe } from '../attempt/observe.ts'
import { viewOf } from './status-view.ts'

/** What `--json` prints of the tasks that a verb changed: the same shape as `status --json`. */
export const factsOf = (ground: Ground, ids: string[]): string =>
  `${JSON.stringify({ tasks: ids.map((id) => viewOf(observe(ground.root, id), () => ground)) })}\n`
