/** Ending what an attempt left running, and nothing else: asked first, made to later, until there is none. */
import { setTimeout as sleep } from 'node:timers/promises'
import { dispatchHome } from '../config/home.ts'
import { loadConfig } from '../config/load.ts'
import { DispatchError, errorCode } from '../io/errors.ts'
import { append } from '../io/handling.ts'
import { here, type Identity, isAlive, type Platform, type Row, signal } from '../io/processes.ts'
import { readIfThere } from '../io/reading.ts'
import { type Attempted, belongings } from './belongings.ts'

/** Between SIGTERM and SIGKILL (ms). Claude Code needs 1.6 s to end its own children (measured). */
const GRACE = 3000
/** How long a look waits for those that were signalled (ms); what they start meanwhile is seen by the next. */
const LOOK = 200

export interface Swept {
  /** Command lines of the processes that were ended, the worker's own not among them. */
  swept: string[]
  /** What runs on, and why. */
  left: string[]
}

interface Options {
  /** Milliseconds. */
  grace?: number
  platform?: Platform
  /** Names of programs that the user wants spared. */
  keep?: readonly string[]
  /** A file that all who sweep this attempt write what they end into, before they do. */
  record?: string
}

/** Ends what belongs to an attempt, and what that starts meanwhile. Gives up after twice the grace, and says so. */
export async function sweep(
  attempted: Attempted,
  { grace = GRACE, platform = here, keep = usersKeep(), record }: Options = {},
): Promise<Swept> {
  const met = new Map<string, string>()
  const deadline = performance.now() + grace
  let { justEnded } = attempted
  for (;;) {
    const { own, spared } = belongings({ ...attempted, justEnded }, platform, keep)
    justEnded ||= own.some(({ pid }) => pid === attempted.worker?.pid)
    const now = performance.now()
    // Stopped in the kernel, another user's, or faster in starting than we are in ending.
    const isEnough = now >= deadline + grace
    if (own.length === 0 || isEnough) {
      const all = new Map([...recorded(record), ...met])
      for (const row of [attempted.worker, ...own]) if (row !== undefined) all.delete(keyOf(row))
      return { swept: counted([...all.values()]), left: leftOf(own, spared, platform) }
    }
    const fresh = own.filter((row) => !met.has(keyOf(row)))
    for (const row of fresh) met.set(keyOf(row), describe(row, platform))
    note(
      record,
      fresh.map((row) => `${keyOf(row)}\t${met.get(keyOf(row))}\n`),
    )
    if (now < deadline) for (const row of fresh) ask(row, platform)
    else make(own, platform)
    await allGone(own, Math.min(now < deadline ? deadline : now + LOOK, now + LOOK), platform)
  }
}

const keyOf = ({ pid, start }: Identity) => `${pid} ${start}`

/** A stopped process hears nothing but SIGKILL until it goes on. */
function ask(row: Row, platform: Platform): void {
  if (signal(row, 'SIGTERM', platform) && row.stopped) signal(row, 'SIGCONT', platform)
}

/** Halted all together first: what watches over another cannot start it again. */
function make(rows: Row[], platform: Platform): void {
  for (const row of rows) signal(row, 'SIGSTOP', platform)
  for (const row of rows) signal(row, 'SIGKILL', platform)
}

/** There is no event for the end of a process that is not our child: it is looked at every few milliseconds. */
async function allGone(processes: Identity[], until: number, platform: Platform): Promise<void> {
  while (performance.now() < until && processes.some((process) => isAlive(process, platform))) await sleep(10)
}

/** Lines of a report; a process that forks without end would fill a record with itself. */
const MOST = 100
/** Characters of a command line in a report. */
const LONGEST = 300

function describe({ pid, name }: Row, platform: Platform): string {
  const command = (platform.commandOf(pid) || name).replace(/\s+/g, ' ')
  return command.length <= LONGEST ? command : `${command.slice(0, LONGEST - 1)}…`
}

const leftOf = (own: Row[], spared: Row[], platform: Platform) =>
  counted([
    ...spared.map((row) => `${describe(row, platform)} (kept: it serves the session)`),
    ...own.map((row) => `${describe(row, platform)} (could not be ended)`),
  ])

const counted = (lines: string[]) =>
  lines.length <= MOST ? lines : [...lines.slice(0, MOST), `and ${lines.length - MOST} more`]

/** A full disk, or a folder that somebody removed, keeps nothing from being ended. */
function note(path: string | undefined, lines: string[]): void {
  if (path === undefined || lines.length === 0) return
  try {
    append(path, lines.join(''))
  } catch (error) {
    const isGone = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')
    if (!(error instanceof DispatchError) && !isGone) throw error
  }
}

/** What others who swept it, or were killed at it, had found. */
const recorded = (path: string | undefined) =>
  (path === undefined ? '' : (readIfThere(path) ?? '')).split('\n').flatMap((line) => {
    const tab = line.indexOf('\t')
    return tab === -1 ? [] : [[line.slice(0, tab), line.slice(tab + 1)] as const]
  })

/** A configuration that cannot be read keeps nothing from being ended. */
export function usersKeep(): readonly string[] {
  try {
    return loadConfig(dispatchHome(process.env)).keep
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    return []
  }
}
