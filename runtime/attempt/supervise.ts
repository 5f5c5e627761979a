/** Starts the supervisor of an attempt and waits the moment until its worker is on record. */
import { onChange } from '../io/changes.ts'
import { DispatchError, EXIT } from '../io/errors.ts'
import { launcher, script } from '../io/places.ts'
import { here, isShortLived } from '../io/processes.ts'
import { spawnDetached } from '../io/spawn.ts'
import { statIfThere } from '../io/stat.ts'
import type { AttemptPaths } from '../task/directory.ts'
import { supervisorEnvironment } from './environment.ts'
import type { Ground } from './ground.ts'

/** How long a supervisor may take to report (ms); it is a matter of milliseconds, even on a busy machine. */
const PATIENCE = 15_000

export interface Supervision {
  ground: Ground
  id: string
  attempt: AttemptPaths
  argv: string[]
  cwd: string
  /** A bootstrap runs before the worker: the supervisor alone is reported. */
  bootstrap: boolean
  /** Milliseconds. */
  timeout: number | undefined
  /** What the worker sees. */
  worker: Record<string, string>
  /** What the supervisor sees. */
  base: Record<string, string>
}

/** What is started in a client's sandbox ends with the command that started it. */
export const sandboxed = () =>
  new DispatchError(EXIT.later, {
    what: 'this shell is in a sandbox, and a worker started here would end with the command',
    next: 'Let dispatch out of it: add "dispatch" to sandbox.excludedCommands in your Claude Code settings.',
  })

/** @throws exit 75 when the supervisor did not get to work (a full disk, no processes left) */
export async function supervise({
  ground,
  id,
  attempt,
  argv,
  cwd,
  bootstrap,
  timeout,
  worker,
  base,
}: Supervision): Promise<void> {
  if (isShortLived()) throw sandboxed()
  const own = {
    DISPATCH_BIN: launcher(),
    DISPATCH_HOME: ground.home,
    DISPATCH_CWD: cwd,
    DISPATCH_SETTLE_ROOT: ground.root,
    DISPATCH_SETTLE_TASK: id,
    DISPATCH_SETTLE_NUMBER: String(attempt.number),
    DISPATCH_BOOTSTRAP: bootstrap ? '1' : '',
  }
  const seconds = timeout === undefined ? 0 : Math.max(1, Math.ceil(timeout / 1000))
  const changed = Object.fromEntries(Object.entries(worker).filter(([name, value]) => base[name] !== value))
  const pid = await spawnDetached(
    ['/bin/sh', script('supervise.sh'), attempt.folder, String(seconds), ...argv],
    {
      cwd: '/',
      env: supervisorEnvironment(base, own, changed),
    },
  )
  const begun = [attempt.ended, attempt.exit, bootstrap ? attempt.supervisor : attempt.record]
  if (await appears(attempt.folder, begun, pid)) return
  throw new DispatchError(EXIT.later, {
    what: 'the supervisor did not start',
    where: attempt.folder,
    next: 'Look for a full disk or process limits.',
  })
}

/** Waits until one of the files is there, as long as the process that is to write them lives. */
function appears(folder: string, paths: string[], pid: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (there: boolean) => {
      clearTimeout(timer)
      changes.close()
      resolve(there)
    }
    const look = () => {
      const gone = here.startOf(pid) === undefined
      if (paths.some((path) => statIfThere(path) !== undefined)) end(true)
      else if (gone) end(false)
    }
    const timer = setTimeout(() => end(false), PATIENCE)
    const changes = onChange(look, 200)
    changes.follow([folder])
    look()
  })
}
