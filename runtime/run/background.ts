/**
 * What takes longer than a shell lets a command run (a whole suite): a process of ours that goes on when the caller is
 * cut off, and leaves a file when it is done. Whoever needs the file starts it or joins it; nothing runs twice.
 */

import { dirname } from 'node:path'
import * as v from 'valibot'
import { cleanEnvironment } from '../attempt/environment.ts'
import { onChange } from '../io/changes.ts'
import { DispatchError, EXIT, notNow } from '../io/errors.ts'
import { removeAll } from '../io/handling.ts'
import { launcher } from '../io/places.ts'
import { here, isAlive, isShortLived } from '../io/processes.ts'
import { replace } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { spawnDetached } from '../io/spawn.ts'
import { statIfThere } from '../io/stat.ts'
import { readFact } from './fact-file.ts'

export interface Work {
  /** The file that says it is done. Beside it: `.by`, the process; `.trouble`, why it cannot be done; `.lock`. */
  result: string
  /** Of our command line. */
  words: string[]
  home: string
  env: NodeJS.ProcessEnv
}

const by = ({ result }: Pick<Work, 'result'>) => `${result}.by`
const trouble = ({ result }: Pick<Work, 'result'>) => `${result}.trouble`

/** How often it is looked whether it lives (ms); nobody tells when it is killed. */
const LOOK = 1000

/** Starts it, unless it is under way. The caller holds a lock. */
export async function ensure(work: Work): Promise<void> {
  if (statIfThere(work.result) !== undefined || isAtWork(work)) return
  if (isShortLived())
    throw notNow({
      what: 'this shell is in a sandbox, and what is started in it would end with the command',
      next: 'Let dispatch out of it: add "dispatch" to sandbox.excludedCommands in your Claude Code settings.',
    })
  removeAll(trouble(work))
  const pid = await spawnDetached([launcher(), ...work.words], {
    cwd: '/',
    env: { ...cleanEnvironment(work.env), DISPATCH_HOME: work.home },
  })
  replace(by(work), `${pid} ${here.startOf(pid) ?? ''}\n`)
}

function isAtWork(work: Work): boolean {
  const [, pid, start] = /^(\d+) (.+)\n$/.exec(readIfThere(by(work)) ?? '') ?? []
  return start !== undefined && isAlive({ pid: Number(pid), start })
}

const Trouble = v.object({ exit: v.picklist(Object.values(EXIT)), what: v.string() })

/** The process itself says that it cannot be done: whoever waits is told so, and the next call tries again. */
export function giveUp(result: string, error: unknown): void {
  const isKnown = error instanceof DispatchError
  const what = isKnown
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error)
  replace(trouble({ result }), `${JSON.stringify({ exit: isKnown ? error.exit : EXIT.bug, what })}\n`)
}

/** What it said, if it gave up. */
export const troubleOf = (work: Pick<Work, 'result'>) => readFact(Trouble, trouble(work))

/** Waits until the result is there; `gone`: it gave up, or was killed; `late`: neither after `patience` ms. */
export function outcomeOf(work: Work, patience: number): Promise<'there' | 'gone' | 'late'> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer)
      changes.close()
      settle()
    }
    const look = () => {
      try {
        // In this order: it may end in between.
        const works = isAtWork(work)
        if (statIfThere(work.result) !== undefined) end(() => resolve('there'))
        else if (!works || statIfThere(trouble(work)) !== undefined) end(() => resolve('gone'))
      } catch (error) {
        end(() => reject(error))
      }
    }
    const timer = setTimeout(() => end(() => resolve('late')), patience)
    const changes = onChange(look, LOOK)
    changes.follow([dirname(work.result)])
    look()
  })
}
