/**
 * What the guard knows of the active runs, read from their records. A run that cannot be read is closed to those who
 * work for it, and not there for everybody else.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { DispatchError } from '../io/errors.ts'
import { namesIn } from '../io/folders.ts'
import { readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { readFact } from '../run/fact-file.ts'
import type { BatchKey, PlannedTask } from '../run/facts.ts'
import { batchFolder, parseAttempt, type RunPaths, runPaths } from '../run/paths.ts'
import { PlanFile } from '../run/records.ts'
import { activeNames, topOf } from './active.ts'
import { type GuardEvent, type GuardedRun, isAbout } from './guard.ts'
import { dispatchCalls } from './guard-calls.ts'
import { batchesOf, findAttempt, holderOf, sessionFolder, takenBy } from './guard-record.ts'
import { baseName, commandsIn } from './shell-commands.ts'

/** That a run's records cannot be read, where the actor has a part in that run. */
export class GuardBroken extends Error {
  readonly run: string

  constructor(run: string, options: { cause: unknown }) {
    super(options.cause instanceof Error ? options.cause.message : String(options.cause), options)
    this.run = run
  }
}

/** @throws GuardBroken if a run of the actor's cannot be read; one that is none of its business is left out */
export function guardedRuns(root: string, event: GuardEvent): GuardedRun[] {
  // What neither git nor one of our verbs is called by can be no affair of a run, whatever state that is in.
  if (event.kind === 'shell' && !isOfInterest(event.command)) return []
  return activeNames(root).flatMap((name) => {
    const paths = runPaths(root, name)
    const member = isMember(paths, event.session)
    try {
      const run = read(root, name, event, member)
      return run === undefined ? [] : [run]
    } catch (error) {
      // Whatever it is: for those who work for the run it stays closed, for everybody else it is as if not there.
      if (member || takesBrief(event, name, paths)) throw new GuardBroken(name, { cause: error })
      return []
    }
  })
}

const isOfInterest = (command: string) =>
  commandsIn(command).some(([name = '']) => ['git', 'dispatch'].includes(baseName(name)))

function isMember(paths: RunPaths, session: string): boolean {
  if (session === '') return false
  return (
    statIfThere(sessionFolder(paths, session)) !== undefined ||
    mentions(paths.lead, session) ||
    mentions(paths.run, session)
  )
}

function mentions(path: string, session: string): boolean {
  try {
    return readIfThere(path)?.includes(session) ?? false
  } catch (error) {
    if (error instanceof DispatchError) return false
    throw error
  }
}

const briefsIn = (event: GuardEvent) =>
  event.kind === 'shell'
    ? dispatchCalls(commandsIn(event.command)).filter(({ verb }) => verb === 'brief')
    : []

/** By what it says and which attempts there are: where the run works may be what cannot be read. */
const takesBrief = (event: GuardEvent, name: string, paths: RunPaths) =>
  briefsIn(event).some(
    ({ run, words: [attempt = ''] }) =>
      (run === undefined || run === name) && findAttempt(paths, attempt) !== undefined,
  )

function read(root: string, name: string, event: GuardEvent, member: boolean): GuardedRun | undefined {
  const paths = runPaths(root, name)
  const top = topOf(root, name)
  if (top === undefined) return undefined
  const open = openBatch(paths)
  const brief = briefsIn(event).find((call) => isAbout(call, event, { name, top }))
  return {
    name,
    top,
    records: [join(root, 'runs'), join(root, 'active-runs')],
    member,
    taken: member ? takenBy(paths, event) : [],
    asked: brief === undefined ? undefined : holderOf(paths, brief.words[0] ?? '', event),
    ...(event.kind === 'edit' && member && open !== undefined
      ? { frozen: frozenIn(paths, open), tasks: tasksOf(paths, open) }
      : { frozen: [], tasks: [] }),
  }
}

/** The one that was opened last: the next is opened only when it is committed. */
const openBatch = (paths: RunPaths): BatchKey | undefined =>
  batchesOf(paths)
    .filter((key) => statIfThere(paths.batch(key).base) !== undefined)
    .at(-1)

const RedFile = v.object({
  evidence: v.nullish(v.object({ frozen: v.array(v.object({ path: v.string() })) })),
})

function frozenIn(paths: RunPaths, key: BatchKey): string[] {
  const batch = paths.batch(key)
  return namesIn(join(paths.folder, batchFolder(key))).flatMap((name) => {
    if (parseAttempt(name)?.phase !== 'red') return []
    const accepted = readFact(RedFile, batch.attempt(name).accepted)
    return accepted?.evidence?.frozen.map(({ path }) => path) ?? []
  })
}

/** The tasks of a batch; of the final review all. */
function tasksOf(paths: RunPaths, key: BatchKey): PlannedTask[] {
  const newest = namesIn(paths.plans)
    .filter((name) => /^\d{3,}\.yaml$/.test(name))
    .at(-1)
  const plan = newest === undefined ? undefined : readFact(PlanFile, join(paths.plans, newest))
  const ids = plan?.batches.find(({ number }) => number === key)?.tasks ?? []
  return plan?.tasks.filter(({ id }) => key === 'final' || ids.includes(id)) ?? []
}
