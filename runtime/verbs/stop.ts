import { observe } from '../attempt/observe.ts'
import { reconcile } from '../attempt/reconcile.ts'
import { schedule } from '../attempt/schedule.ts'
import { canStop, stop } from '../attempt/stop.ts'
import { misused, refused } from '../io/errors.ts'
import { taskIds } from '../task/directory.ts'
import { eventsOf } from '../watch/events.ts'
import { markTold, sessionId, TERMINAL } from '../watch/session.ts'
import { needed, nothingMore, parse, usageOf } from './args.ts'
import { factsOf } from './facts.ts'
import { existing, groundFor } from './ground.ts'
import type { Verb } from './verb.ts'

export const help = `dispatch stop <id> | --all [--json]   ends a worker and everything it started; the task stays and can be resumed

Example: dispatch stop perf-audit
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(argv, { all: { type: 'boolean' }, json: { type: 'boolean' } }, help)
  const ground = groundFor(io)
  const { root } = ground
  if (values.all && positionals.length > 0)
    throw misused({ what: 'either an id or --all', next: usageOf(help) })
  nothingMore(positionals.slice(1), help)
  const ids = values.all
    ? taskIds(root).filter((id) => canStop(observe(root, id).state))
    : [existing(root, needed(positionals[0], 'the task id', help))]
  if (ids.length === 0) throw refused({ what: 'nothing is running' })
  for (const id of ids) {
    const { state } = await reconcile(ground, id)
    if (!canStop(state))
      throw refused({
        what: `${id} is ${state}; there is nothing to stop`,
        next: `See: dispatch status ${id}`,
      })
  }
  // Side by side: each may take seconds until its worker is gone.
  const swept = await Promise.all(ids.map((id) => stop(ground, id, 'stop')))
  for (const [i, id] of ids.entries()) {
    const count = swept[i]?.length ?? 0
    const line = `Stopped ${id} (${count} ${count === 1 ? 'process' : 'processes'} ended). Go on: dispatch resume ${id}\n`
    if (!values.json) io.stdout(line)
    // Who stopped it knows; others are told.
    for (const { key } of eventsOf(observe(root, id))) markTold(root, sessionId(io.env) ?? TERMINAL, key)
  }
  if (values.json) io.stdout(factsOf(ground, ids))
  await schedule(ground)
  return 0
}
