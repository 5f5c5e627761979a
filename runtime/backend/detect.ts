/** Is a CLI there, and does it work? Found by running it: a package installed without its scripts leaves a stub that only looks like one. */
import { userHome } from '../config/home.ts'
import type { ModelChoice } from '../config/model.ts'
import { DispatchError, EXIT } from '../io/errors.ts'
import { runCommand } from '../io/run.ts'
import type { Backend } from './backend.ts'

export interface Detected {
  /** `silent`: it is there and said nothing in the time it had. */
  state: 'works' | 'silent' | 'broken' | 'missing'
  /** The program by its absolute path, and the words that always follow it; empty where it is missing. */
  argv: string[]
  version: string | undefined
  /** What is wrong and what to do about it; undefined for one that works. */
  problem: string | undefined
}

/** What npm's `--ignore-scripts` leaves of claude and opencode says of itself. */
const STUB = /native binary not installed|postinstall script was not run/i
const VERSION = /\d+(?:\.\d+)+[\w.+-]*/

/** The program and the words that always follow it, or undefined where there is none. */
export function commandOf(
  backend: Backend,
  model: ModelChoice,
  env: NodeJS.ProcessEnv,
): string[] | undefined {
  try {
    return [backend.find(model, env), ...(model.command ?? []).slice(1)]
  } catch (error) {
    if (error instanceof DispatchError && error.exit === EXIT.missing) return undefined
    throw error
  }
}

export const works = (argv: string[], version: string | undefined): Detected => ({
  state: 'works',
  argv,
  version,
  problem: undefined,
})

/** @param timeout how long it may think (ms); a cold gemini needs more than a second */
export async function detect(
  { install }: Backend,
  argv: string[] | undefined,
  env: NodeJS.ProcessEnv,
  timeout: number,
): Promise<Detected> {
  if (argv === undefined) return fails('missing', [], `not found. Install it: ${install}`)
  // At home, since the settings of a repository are none of its business here.
  const { ok, stdout, stderr, timedOut } = await runCommand([...argv, '--version'], {
    cwd: userHome(env),
    env,
    timeout,
  })
  const text = `${stdout}\n${stderr}`
  const [path = ''] = argv
  if (STUB.test(text))
    return fails(
      'broken',
      argv,
      `${path} is only a stub: its install script did not run. Install it again, without --ignore-scripts: ${install}`,
    )
  if (timedOut) return fails('silent', argv, `${path} did not tell its version within ${timeout / 1000} s`)
  if (ok) return works(argv, VERSION.exec(text)?.[0])
  const said = text.trim().split('\n')[0]?.slice(0, 200) ?? ''
  return fails('broken', argv, `${path} does not run${said && `: ${said}`}. Install it again: ${install}`)
}

const fails = (state: Detected['state'], argv: string[], problem: string): Detected => ({
  state,
  argv,
  version: undefined,
  problem,
})
