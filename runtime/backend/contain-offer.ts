/** Whether a worker can be contained here, found out by doing it: the very mounts, around a program that does nothing. */
import { runCommand } from '../io/run.ts'
import { findProgram } from '../io/which.ts'
import { installLine } from './claude-rights-offer.ts'

export type Bubblewrap =
  | { path: string; problem?: undefined }
  /** Why not, as a clause, and what to do. */
  | { path: undefined; problem: string; remedy: string }

export async function bubblewrapWith(
  mounts: readonly string[],
  env: NodeJS.ProcessEnv,
  { platform = process.platform, run = runCommand } = {},
): Promise<Bubblewrap> {
  if (platform !== 'linux')
    return { path: undefined, problem: `there is no bubblewrap on ${platform}`, remedy: 'Linux has it.' }
  const path = findProgram('bwrap', env)
  if (path === undefined) {
    const how = installLine((name) => findProgram(name, env) !== undefined, ['bubblewrap'])
    return { path, problem: 'bubblewrap is missing', remedy: `Install: ${how}` }
  }
  const tried = await run([path, ...mounts, '--', 'true'], { cwd: '/', env, timeout: 5000 })
  if (tried.ok) return { path }
  return {
    path: undefined,
    problem: `bubblewrap cannot work here (${tried.stderr.trim().split('\n')[0] || 'no answer'})`,
    remedy: 'This kernel or container must allow user namespaces; see: dispatch doctor',
  }
}
