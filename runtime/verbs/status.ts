import { setTimeout as sleep } from 'node:timers/promises'
import { type Observed, observe } from '../attempt/observe.ts'
import { isUnsettled, reconcile } from '../attempt/reconcile.ts'
import { dispatchHome } from '../config/home.ts'
import { type Config, loadConfig, parseConfig } from '../config/load.ts'
import { onChange } from '../io/changes.ts'
import { DispatchError, misused } from '../io/errors.ts'
import { canDraw, columns, openScreen, rows, wantsColour } from '../io/screen.ts'
import { taskIds } from '../task/directory.ts'
import { isRegistered } from '../task/root.ts'
import type { State } from '../task/status.ts'
import { foldersOf } from '../watch/pending.ts'
import { nothingMore, parse, usageOf } from './args.ts'
import { existing } from './ground.ts'
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
        ? `${JSON.stringify({ tasks: viewsOf(tasks, io) })}\n`
        : linesFor(tasks, id, io)
            .map((line) => `${line}\n`)
            .join(''),
    )
    return 0
  }
  if (values.json) throw misused({ what: '--watch is for a terminal', next: usageOf(help) })
  return watching(root, id, io)
}

/** A lost attempt is settled on the way, where this root is ours to write in and we are no worker. */
async function read(root: string, id: string | undefined, { env }: VerbIo): Promise<Observed[]> {
  const settles = env.DISPATCH_TASK === undefined && isRegistered(dispatchHome(env), root)
  const ids = id === undefined ? taskIds(root).sort(byName.compare) : [id]
  return Promise.all(
    ids.map((each) => {
      const task = observe(root, each)
      return settles && isUnsettled(task) ? reconcile(root, each) : task
    }),
  )
}

/** `task-2` before `task-10`. */
const byName = new Intl.Collator('en', { numeric: true })

function viewsOf(tasks: Observed[], io: VerbIo): TaskView[] {
  const surroundings = { config: config(io), env: io.env }
  return tasks.map((task) => viewOf(task, surroundings))
}

/** A broken configuration does not hide the tasks. */
function config({ env }: VerbIo): Config {
  try {
    return loadConfig(dispatchHome(env))
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    return { ...parseConfig('', 'config.yaml'), path: 'config.yaml', exists: false }
  }
}

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
  return only !== undefined
    ? detail(only, tasks[0]?.items ?? [], { ...page, width: width ?? Number.POSITIVE_INFINITY })
    : overview(
        tasks.map((task) => viewOf(task)),
        { ...page, width: width ?? PIPE },
      )
}

/** Below this nothing is readable, and lines are broken by the terminal (cells). */
const NARROWEST = 36

/** For as long as something runs: refreshed in place on a terminal, else each line that is new. */
async function watching(root: string, id: string | undefined, io: VerbIo): Promise<number> {
  let wake: () => void = () => {}
  let changed = false
  const look = () => {
    changed = true
    wake()
  }
  const screen = canDraw(io.env) ? openScreen(look) : undefined
  const changes = onChange(look, RESCAN)
  const printed = new Set<string>()
  try {
    for (;;) {
      changed = false
      const tasks = await read(root, id, io)
      changes.follow(foldersOf(root, tasks).concat(tasks.map(({ paths }) => paths.folder)))
      const live = tasks.some(({ state }) => LIVE.includes(state))
      // The last drawing may scroll: nothing is drawn over it.
      const lines = linesFor(tasks, id, io, screen && live ? Math.max(1, rows(24) - 1) : undefined)
      screen?.draw(lines)
      if (screen === undefined) for (const line of lines) if (!printed.has(line)) io.stdout(`${line}\n`)
      for (const line of lines) printed.add(line)
      if (!live) return 0
      if (!changed) await new Promise<void>((resolve) => (wake = resolve))
      await sleep(TOGETHER)
    }
  } finally {
    changes.close()
    screen?.close()
  }
}

const LIVE: readonly State[] = ['running', 'asking', 'queued']
/** A look at everything in any case, and the least time between two drawings (ms). */
const RESCAN = 1000
const TOGETHER = 40
