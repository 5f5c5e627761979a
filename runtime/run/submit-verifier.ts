/**
 * The process that verifies a submission. It outlives who handed the report in, whose shell may be cut off at any
 * time; where it was killed, the next one who hands in starts it again.
 */
import { cleanEnvironment } from '../attempt/environment.ts'
import { onChange } from '../io/changes.ts'
import { notNow } from '../io/errors.ts'
import { removeAll } from '../io/handling.ts'
import { launcher } from '../io/places.ts'
import { here, isAlive, isShortLived } from '../io/processes.ts'
import { replace } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { spawnDetached } from '../io/spawn.ts'
import { statIfThere } from '../io/stat.ts'
import type { AttemptPaths } from './paths.ts'
import { readVerdict, type Verdict } from './submit-files.ts'

export interface Place {
  root: string
  run: string
  /** Of the attempt. */
  id: string
  paths: AttemptPaths
  /** Top level of the work tree. */
  top: string
  /** The user's home of dispatch. */
  home: string
  env: NodeJS.ProcessEnv
}

/** Nobody tells when it is killed: this often it is looked whether it lives (ms). */
const LOOK = 1000

/**
 * The caller holds the attempt's lock. Of two that were started all the same (a starter was killed before it said so)
 * one waits for the other's lock, and finds the verdict.
 */
export async function ensureVerifier(
  { root, run, id, paths, top, home, env }: Place,
  n: number,
): Promise<void> {
  if (readVerdict(paths, n) !== undefined || isVerifying(paths, n)) return
  if (isShortLived())
    throw notNow({
      what: 'this shell is in a sandbox, and what verifies the report would end with the command',
      next: 'Let dispatch out of it: add "dispatch" to sandbox.excludedCommands in your Claude Code settings.',
    })
  removeAll(paths.trouble(n))
  const pid = await spawnDetached([launcher(), '_verify', run, id, String(n)], {
    cwd: top,
    env: { ...cleanEnvironment(env), DISPATCH_HOME: home, DISPATCH_ROOT: root },
  })
  // Ended at once: nobody is at work, as an empty record says.
  replace(paths.verifier(n), `${pid} ${here.startOf(pid) ?? ''}\n`)
}

function isVerifying(paths: AttemptPaths, n: number): boolean {
  const [, pid, start] = /^(\d+) (.+)\n$/.exec(readIfThere(paths.verifier(n)) ?? '') ?? []
  return start !== undefined && isAlive({ pid: Number(pid), start })
}

/** The verdict; `gone`: the verifier ended without one; `late`: there is none yet after `patience` ms. */
export function verdictOn(
  paths: AttemptPaths,
  n: number,
  patience: number,
): Promise<Verdict | 'gone' | 'late'> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer)
      changes.close()
      settle()
    }
    const look = () => {
      try {
        const works = isVerifying(paths, n)
        const verdict = readVerdict(paths, n)
        if (verdict !== undefined) end(() => resolve(verdict))
        else if (!works || statIfThere(paths.trouble(n)) !== undefined) end(() => resolve('gone'))
      } catch (error) {
        end(() => reject(error))
      }
    }
    const timer = setTimeout(() => end(() => resolve('late')), patience)
    const changes = onChange(look, LOOK)
    changes.follow([paths.submissions])
    look()
  })
}
