/**
 * Who works for which run, as names below `runs/<name>/sessions/<session>/`: the folder is there for each session that
 * has a part in the run, `<agent>@<attempt>` in it for each brief that was taken. By names alone, so that whom the
 * guard concerns is known even where all else is broken. And how its agents ended, beside their attempts.
 */
import { join } from 'node:path'
import * as v from 'valibot'
import { makeFolder, namesIn } from '../io/folders.ts'
import { publishNumbered } from '../io/numbered.ts'
import { publish } from '../io/publishing.ts'
import { statIfThere } from '../io/stat.ts'
import { readFact, writeFact } from '../run/fact-file.ts'
import type { BatchKey } from '../run/facts.ts'
import { type AttemptPaths, parseAttempt, type RunPaths, runPaths } from '../run/paths.ts'
import type { GuardEvent, GuardedRun, Taken } from './guard.ts'

const MAIN = 'main'
const nameOf = (agent: string | undefined) => encodeURIComponent(agent ?? MAIN)
export const sessionFolder = (paths: RunPaths, session: string) =>
  join(paths.folder, 'sessions', encodeURIComponent(session))

const BATCH = /^batch-(\d{2,})$/
const keyOf = (folder: string): BatchKey | undefined =>
  folder === 'final' ? 'final' : BATCH.test(folder) ? Number(BATCH.exec(folder)?.[1]) : undefined

/** In their order, `final` last. */
export const batchesOf = (paths: RunPaths): BatchKey[] =>
  namesIn(paths.folder)
    .flatMap((name) => keyOf(name) ?? [])
    .sort((a, b) => (a === 'final' ? 1 : b === 'final' ? -1 : a - b))

export function findAttempt(paths: RunPaths, attempt: string): AttemptPaths | undefined {
  if (parseAttempt(attempt) === undefined) return undefined
  return batchesOf(paths)
    .map((key) => paths.batch(key).attempt(attempt))
    .find(({ spawn }) => statIfThere(spawn) !== undefined)
}

const isOver = ({ accepted, void: gone }: AttemptPaths) =>
  statIfThere(accepted) !== undefined || statIfThere(gone) !== undefined

export function takenBy(paths: RunPaths, { session, agent }: GuardEvent): Taken[] {
  const prefix = `${nameOf(agent)}@`
  return namesIn(sessionFolder(paths, session)).flatMap((name) => {
    const attempt = name.startsWith(prefix) ? name.slice(prefix.length) : ''
    const phase = parseAttempt(attempt)?.phase
    const files = findAttempt(paths, attempt)
    if (phase === undefined || files === undefined) return []
    return [{ attempt, phase, over: isOver(files), bounces: namesIn(files.bounces).length }]
  })
}

const AgentFile = v.object({ session: v.string(), agent: v.nullish(v.string()) })

export function holderOf(
  paths: RunPaths,
  attempt: string,
  { session, agent }: GuardEvent,
): GuardedRun['asked'] {
  const files = findAttempt(paths, attempt)
  if (files === undefined || isOver(files)) return undefined
  const holder = readFact(AgentFile, files.agent)
  if (holder === undefined) return 'nobody'
  return holder.session === session && (holder.agent ?? undefined) === agent ? 'actor' : 'other'
}

/** @returns false if another agent was first */
export function bind(root: string, run: string, attempt: string, event: GuardEvent, at: Date): boolean {
  const paths = runPaths(root, run)
  const files = findAttempt(paths, attempt)
  if (files === undefined) return false
  const { session, agent } = event
  writeFact(files.agent, { session, agent: agent ?? null, at: at.toISOString() })
  if (holderOf(paths, attempt, event) === 'other') return false
  noteLead(root, run, session)
  publish(join(sessionFolder(paths, session), `${nameOf(agent)}@${attempt}`), '')
  return true
}

export const noteLead = (root: string, run: string, session: string) =>
  makeFolder(sessionFolder(runPaths(root, run), session))

/** Also the last time, when it is let go: what that makes of the attempt is the engine's to say (run/line.ts). */
export function recordBounce(root: string, run: string, attempt: string, at: Date): void {
  const files = findAttempt(runPaths(root, run), attempt)
  if (files === undefined) return
  makeFolder(files.bounces)
  publishNumbered(files.bounces, '.yaml', `${JSON.stringify({ at: at.toISOString() })}\n`)
}
