/**
 * The demo's stage: a throw-away repository and home, and `dispatch` called in them as anybody calls it, as a program.
 * Struck at the end, however that comes: nothing runs on, nothing is left on the disk.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cleanEnvironment } from '../attempt/environment.ts'
import { readSupervisor } from '../attempt/record.ts'
import { missing } from '../io/errors.ts'
import { makeFolder, temporaryFolder } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'
import { launcher } from '../io/places.ts'
import { isAlive } from '../io/processes.ts'
import { replace } from '../io/publishing.ts'
import { runCommand } from '../io/run.ts'
import { statIfThere } from '../io/stat.ts'
import { attemptNumbers, attemptPaths, pathsIn, taskIds, tasksFolder } from '../task/directory.ts'

export interface Called {
  code: number | null
  stdout: string
  stderr: string
}

export interface Stage {
  repository: string
  dispatch(words: string[], input?: string): Promise<Called>
  /** Ends what still runs, waits until it is gone, removes everything. Safe to call twice. */
  strike(): Promise<void>
}

/** How long the last supervisors may take to put their pens down (ms). */
const PATIENCE = 10_000

/** @param config the text of the user's config.yaml */
export async function setStage(config: string): Promise<Stage> {
  const folder = temporaryFolder('dispatch-demo-')
  const home = join(folder, 'home')
  const repository = join(folder, 'shop')
  // The user's own settings of git (signing, hooks, templates) are not part of the play.
  const env = {
    ...cleanEnvironment(process.env),
    DISPATCH_HOME: home,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  }
  const call = (argv: string[], input?: string) =>
    runCommand(argv, { cwd: repository, env, ...(input === undefined ? {} : { input }) })
  for (const path of [home, repository]) makeFolder(path)
  replace(join(home, 'config.yaml'), config)
  replace(join(repository, 'README.md'), '# Shop\n\nA repository that exists for a quarter of a minute.\n')
  for (const words of [
    ['init', '--quiet', '--initial-branch=main'],
    ['config', 'user.name', 'Demo'],
    ['config', 'user.email', 'demo@example.com'],
    ['add', '.'],
    ['commit', '--quiet', '--message', 'A shop'],
  ]) {
    const { ok, stderr } = await call(['git', ...words])
    if (ok) continue
    removeAll(folder)
    throw missing({
      what: 'the demo needs git, 2.28 or newer',
      found: stderr.trim() || 'no git',
      next: 'Install it, then try again.',
    })
  }
  const calls = new Set<Promise<Called>>()
  const dispatch = (words: string[], input?: string) => {
    const made = call([launcher(), ...words], input)
    calls.add(made)
    return made.finally(() => calls.delete(made))
  }
  let struck: Promise<void> | undefined
  const strike = async () => {
    await Promise.allSettled(calls) // a `start` in the middle of its work would go on starting
    await dispatch(['stop', '--all'])
    for (const end = Date.now() + PATIENCE; supervised(repository) && Date.now() < end; ) await sleep(50)
    // The last command of somebody who was just ended may lay a file once more.
    do {
      removeAll(folder)
      await sleep(100)
    } while (statIfThere(folder) !== undefined)
  }
  return { repository, dispatch, strike: () => (struck ??= strike()) }
}

/** Does a supervisor still work? It goes on for a moment after its task is done. */
function supervised(repository: string): boolean {
  const root = join(repository, '.dispatch')
  return taskIds(root).some((id) => {
    const task = pathsIn(join(tasksFolder(root), id))
    return attemptNumbers(task).some((number) => {
      const supervisor = readSupervisor(attemptPaths(task, number).supervisor)
      return supervisor !== undefined && isAlive(supervisor)
    })
  })
}
