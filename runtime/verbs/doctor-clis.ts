/** What `doctor` says of the vendors' CLIs: version, login, and how a worker of theirs would be held on this machine. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { LaunchPlan } from '../backend/backend.ts'
import { type Installed, installedClis } from '../backend/installed.ts'
import type { Config } from '../config/load.ts'
import { DEFAULT_PROFILE } from '../config/profile.ts'
import { DispatchError } from '../io/errors.ts'
import { makeFolder, temporaryFolder } from '../io/folders.ts'
import { removeAll } from '../io/handling.ts'

export interface CliFinding {
  what: string
  ok: boolean
  detail: string
  version: string | null
  logged_in: boolean | null
  containment: LaunchPlan['containment'] | null
}

/** Nobody is in a hurry here, and the machine may be busy (ms). */
const PATIENCE = 10_000

export async function cliFindings(
  config: Config,
  home: string,
  env: NodeJS.ProcessEnv,
): Promise<CliFinding[]> {
  const looked = await installedClis(config, { home, env, again: true, more: true, patience: PATIENCE })
  return Promise.all(looked.map(async (cli) => finding(cli, await containment(cli, env))))
}

const HELD = {
  sandbox: 'held by a sandbox',
  'allow-list': 'held by a list of what it may run',
  none: 'held by nothing',
}

function finding(installed: Installed, held: CliFinding['containment']): CliFinding {
  const { cli, argv, version, problem, loggedIn } = installed
  const facts = { version: version ?? null, logged_in: loggedIn ?? null, containment: held }
  if (problem !== undefined) return { what: cli, ok: false, detail: problem, ...facts }
  const login =
    loggedIn === undefined ? [] : [loggedIn ? 'logged in' : 'not logged in: do that in the CLI itself']
  const rights = held === null ? [] : [`workers ${HELD[held]}`]
  return {
    what: cli,
    ok: loggedIn !== false,
    detail: [`${version ?? 'works'} (${argv[0]})`, ...login, ...rights].join(', '),
    ...facts,
  }
}

/** As the backend itself would plan it, in a place where planning leaves nothing in anybody's home. */
async function containment({ backend, model, state }: Installed, env: NodeJS.ProcessEnv) {
  if (state !== 'works') return null
  const scratch = temporaryFolder('dispatch-doctor-')
  try {
    const task = join(scratch, 'root', 'tasks', 'doctor')
    for (const folder of [join(scratch, 'work'), task]) makeFolder(folder)
    const plan = await backend.plan({
      model,
      profile: DEFAULT_PROFILE,
      places: {
        cwd: join(scratch, 'work'),
        root: join(scratch, 'root'),
        task,
        git: undefined,
        gitDir: undefined,
      },
      session: randomUUID(),
      resume: undefined,
      askTimeout: 0,
      budgetUsd: undefined,
      domains: () => Promise.resolve([]),
      env: { ...env, ...model.env, HOME: scratch, DISPATCH_HOME: scratch },
      files: scratch,
    })
    return plan.containment
  } catch (error) {
    if (error instanceof DispatchError) return null
    throw error
  } finally {
    removeAll(scratch)
  }
}
