/** The only importer of proper-lockfile, which is loaded when it is needed. Lead-side verbs alone take locks: inside a sandbox process ids differ. */
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { explained } from './disk.ts'
import { errorCode, notNow } from './errors.ts'
import { makeFolder } from './folders.ts'
import { moveIfThere, removeAll } from './handling.ts'
import { here, isAlive, isElsewhere } from './processes.ts'
import { replace } from './publishing.ts'
import { randomName } from './random.ts'
import { readIfThere } from './reading.ts'
import { statIfThere } from './stat.ts'

/** A holder of whom nothing is known is taken for dead when the lock did not change for this long (ms). */
const STALE_MS = 3000
/** How long somebody waits for a lock (ms): longer than a dead holder is respected. */
const PATIENCE_MS = 20_000
/** How often a waiter looks whether the holder lives (ms). */
const LOOK_MS = 200

/**
 * Runs `work` as the only holder of the lock at `path` (a folder that this creates and removes).
 * @throws exit 75 when another one holds it for longer than anybody should
 */
export async function withLock<T>(
  path: string,
  work: () => T | Promise<T>,
  patience = PATIENCE_MS,
): Promise<T> {
  makeFolder(dirname(path))
  let lost: Error | undefined
  const release = await acquire(path, patience, (error) => {
    lost = error
  })
  try {
    const result = await work()
    if (lost !== undefined)
      throw notNow({
        what: 'the lock was lost while working (the machine slept?)',
        where: path,
        next: 'Look at `dispatch status`, then try again.',
      })
    return result
  } finally {
    if (lost === undefined) {
      removeAll(holderOf(path))
      await release()
    }
  }
}

/**
 * proper-lockfile tells a dead holder by the clock, which may jump, and by its silence, which may be a busy machine's.
 * So a holder says who it is, and is waited for as long as it lives.
 */
async function acquire(path: string, patience: number, onCompromised: (error: Error) => void) {
  const { default: lockfile } = await import('proper-lockfile')
  const options = {
    lockfilePath: path,
    realpath: false,
    stale: Number.MAX_SAFE_INTEGER,
    update: 1000,
    retries: 0,
  }
  const end = performance.now() + patience
  let seen: { mtime: number | undefined; since: number } | undefined
  for (let look = 0; ; ) {
    try {
      const release = await lockfile.lock(path, { ...options, onCompromised })
      return await named(path, release)
    } catch (error) {
      const code = errorCode(error)
      // ENOTDIR: something that is no lock lies in its place.
      if (code !== 'ELOCKED' && code !== 'ENOTDIR') throw explained(error, path)
    }
    const now = performance.now()
    if (now > end)
      throw notNow({
        what: 'another dispatch command is changing this',
        where: path,
        next: 'Try again in a few seconds.',
      })
    if (now >= look) {
      look = now + LOOK_MS
      const holder = holderNow(path)
      if (holder === 'dead') continue
      const mtime = holder === 'alive' ? undefined : statIfThere(path)?.mtimeMs
      if (mtime === undefined || mtime !== seen?.mtime) seen = { mtime, since: now }
      if (mtime !== undefined && (mtime < Date.now() - STALE_MS || now - seen.since > STALE_MS))
        removeAll(path)
    }
    await sleep(20 + Math.random() * 60)
  }
}

/** Who holds a lock: beside it, since its folder must be empty. */
const holderOf = (path: string) => `${path}.holder`

/** Says that we hold it. */
async function named(path: string, release: () => Promise<void>): Promise<() => Promise<void>> {
  try {
    replace(holderOf(path), `${process.pid} ${here.startOf(process.pid)}\n`)
    return release
  } catch (error) {
    await release()
    throw error
  }
}

/** What is known of the holder. The lock of a dead one is removed, by one of those who find it so. */
function holderNow(path: string): 'alive' | 'dead' | 'unknown' {
  const text = readIfThere(holderOf(path))
  const [, pid, start] = /^(\d+) (.+)\n$/.exec(text ?? '') ?? []
  if (start === undefined || isElsewhere(start)) return 'unknown'
  if (isAlive({ pid: Number(pid), start })) return 'alive'
  const taken = `${holderOf(path)}.${randomName()}.tmp`
  if (!moveIfThere(holderOf(path), taken)) return 'unknown'
  // Meanwhile it may have been somebody else's.
  const isIt = readIfThere(taken) === text
  if (isIt) removeAll(path)
  else moveIfThere(taken, holderOf(path))
  removeAll(taken)
  return isIt ? 'dead' : 'unknown'
}
