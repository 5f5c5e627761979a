/** What Claude Code can be asked without a model call; it lists no models. */
import { userHome } from '../config/home.ts'
import { runCommand } from '../io/run.ts'
import { isJson, parseEvent } from './claude-log-event.ts'

/** `claude auth status`: JSON, and exit code 1 where nobody is logged in. Undefined in older clients without it. */
export async function loggedIn(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<boolean | undefined> {
  const { stdout } = await runCommand([...argv, 'auth', 'status'], {
    cwd: userHome(env),
    env,
    timeout: 10_000,
  })
  const status = parseEvent(stdout.trim().replace(/\s*\n\s*/g, ' '))
  return isJson(status) && typeof status.loggedIn === 'boolean' ? status.loggedIn : undefined
}
