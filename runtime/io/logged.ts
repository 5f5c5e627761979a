/** Running a program to its end with everything it prints in a log: nothing is held in memory, nothing can fill. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/** How a program ended: by itself with a code, or by a signal. */
export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
}

/**
 * Runs `argv` without a shell and with no input; output and errors are appended to `log` as they come.
 * Rejects with the system's error when it cannot be started (`ENOENT`: no such program or folder).
 */
export function runLogged(
  argv: readonly [string, ...string[]],
  options: { cwd: string; env: NodeJS.ProcessEnv; log: string },
): Promise<Ending> {
  const [program, ...args] = argv
  const log = openSync(options.log, 'a')
  const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', log, log] })
  closeSync(log)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}
