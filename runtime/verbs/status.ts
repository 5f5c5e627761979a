import type { Ground } from '../attempt/ground.ts'
import { type Observed, observe } from '../attempt/observe.ts'
import { total } from '../attempt/spent.ts'
import { dispatchHome } from '../config/home.ts'
import { misused } from '../io/errors.ts'
import { byCount } from '../io/order.ts'
import { canDraw, columns, wantsColour } from '../io/screen.ts'
import { taskIds } from '../task/directory.ts'
import { isRegistered } from '../task/root.ts'
import { nothingMore, parse, usageOf } from './args.ts'
import { existing } from './ground.ts'
import { lenientGround } from './lenient-ground.ts'
import { readingRoot } from './root.ts'
import { coloured, detail, overview, plain } from './status-text.ts'
import { type TaskView, viewOf } from './status-view.ts'
import type { Verb, VerbIo } from './verb.ts'

export const help = `dispatch status [id] [--json] [--watch]   all tasks, a line each; one task in full; --watch refreshes in place

Example: dispatch status security-audit
`

export const run: Verb = async (argv, io) => {
  const { values, positionals } = parse(
    argv,
    { json: { type: 'boolean' }, watch: { type: 'boolean', short: 'w' } },
    help,
  )
  nothingMore(positionals.slice(1), help)
  const root = readingRoot(io)
  const id = positionals[0] === undefined ? undefined : existing(root, positionals[0])
  if (!values.watch) {
    const tasks = await read(root, id, io)
    io.stdout(
      values.json
        ? `${JSON.stringify(factsOf(viewsOf(tasks, io)))}\n`
        : linesFor(tasks, id, io)
            .map((line) => `${line}\n`)
            .join(''),
    )
    return 0
  }
  if (values.json) throw misused({ what: '--watch is for a terminal', next: usageOf(help) })
  const { watching } = await import('./status-watch.ts')
  const linesOf = (tasks: Observed[], height?: number) => linesFor(tasks, id, io, height)
  return watching({ root, read: () => read(root, id, io), linesFor: linesOf }, io)
}

/** What is lost or waits is seen to on the way, where this root is ours to write in and we are no worker. */
async function read(root: string, id: string | undefined, io: VerbIo): Promise<Observed[]> {
  const { env } = io
  const settles = () => env.DISPATCH_TASK === undefined && isRegistered(dispatchHome(env), root)
  const ids = id === undefined ? taskIds(root).sort(byCount) : [id]
  const tasks = await Promise.all(
    ids.map(async (each) => {
      const task = observe(root, each)
      if (!mayNeedUs(task) || !settles()) return task
      const { attended } = await import('./status-attend.ts')
      return attended(root, task, io)
    }),
  )
  if (tasks.some(({ state }) => state === 'queued') && settles())
    await (await import('../attempt/nudge.ts')).nudge(lenientGround(io, root))
  return tasks
}

/** Told by what is known already: the whole answer is loaded for these alone. */
const mayNeedUs = ({ state, exit, waiting }: Observed) =>
  (state === 'lost' && exit === undefined) || (state === 'parked' && waiting !== undefined)

function viewsOf(tasks: Observed[], io: VerbIo): TaskView[] {
  const surroundings = surroundingsOf(io)
  return tasks.map((task) => viewOf(task, surroundings, () => surroundings().config.limits.hang))
}

function surroundingsOf(io: VerbIo): () => Ground {
  let ground: Ground | undefined
  return () => (ground ??= lenientGround(io, ''))
}

const factsOf = (tasks: TaskView[]) => ({ tasks, total: total(tasks) })

/** A pipe is no page: lines are as long as they are, only an overview stays readable. */
const PIPE = 160

/** @param height for a terminal that is drawn on in place */
function linesFor(
  tasks: Observed[],
  id: string | undefined,
  io: VerbIo,
  height = Number.POSITIVE_INFINITY,
): string[] {
  // The last column stays free: some terminals break a line that fills it.
  const width = canDraw(io.env) ? Math.max(NARROWEST, columns(80) - 1) : undefined
  const page = { paint: wantsColour(io.env) ? coloured : plain, height }
  const [only] = id === undefined ? [] : viewsOf(tasks, io)
  const surroundings = surroundingsOf(io)
  const hang = () => surroundings().config.limits.hang
  return only !== undefined
    ? detail(only, tasks[0]?.items ?? [], { ...page, width: width ?? Number.POSITIVE_INFINITY })
    : overview(
        tasks.map((task) => viewOf(task, undefined, hang)),
        { ...page, width: width ?? PIPE },
      )
}

/** Below this nothing is readable, and lines are broken by the terminal (cells). */
const NARROWEST = 36
