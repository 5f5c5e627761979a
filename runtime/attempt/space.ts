/**
 * Launches of one CLI keep a distance where workers that begin at the same moment are known to disturb each other:
 * they share a database, a settings file or a login. Each launch claims the next free moment in a chain of write-once
 * files, so that no two get the same, nobody waits for a lock, and a killed claimer only leaves a gap.
 */
import { join } from 'node:path'
import { findBackend } from '../backend/registry.ts'
import { DispatchError } from '../io/errors.ts'
import { makeFolder, namesIn } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { publish, replace } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import type { AttemptPaths } from '../task/directory.ts'

/** Claims that are kept; only the newest one counts, the others are for who looked a moment ago. */
const KEPT = 100
/** A claim further ahead than so many launches was made by another clock, and counts for nothing. */
const FARTHEST = 1000

/** The first moment that keeps the distance to the last one (ms since the epoch). */
export const turnAfter = (last: number, spacing: number, now: number) =>
  Number.isFinite(last) && last <= now + FARTHEST * spacing ? Math.max(now, last + spacing) : now

/** Claims a moment. Returns how long it is until then (ms). @param folder of this CLI, the user's */
export function claimTurn(folder: string, spacing: number, now: () => number = Date.now): number {
  makeFolder(folder)
  for (;;) {
    const numbers = namesIn(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
    const newest = Math.max(0, ...numbers)
    const last = Number.parseInt(readIfThere(join(folder, String(newest))) ?? '', 10)
    const begin = now()
    const turn = turnAfter(last, spacing, begin)
    if (!publish(join(folder, String(newest + 1)), `${turn}\n`)) continue
    for (const number of numbers) if (number <= newest - KEPT) removeAll(join(folder, String(number)))
    return turn - begin
  }
}

/** Tells the shell that is to become the worker how long it waits before it does. */
export function space(home: string, backend: string, attempt: AttemptPaths): void {
  const { spacing } = findBackend(backend)
  // A launch that is repeated after a kill may find the turn of the first one.
  removeAll(attempt.turn)
  if (spacing === undefined) return
  try {
    const wait = claimTurn(join(home, 'turns', backend), spacing)
    if (wait > 0) replace(attempt.turn, `${(wait / 1000).toFixed(3)}\n`)
  } catch (error) {
    // Better too close together than not at all.
    if (!(error instanceof DispatchError)) throw error
  }
}
