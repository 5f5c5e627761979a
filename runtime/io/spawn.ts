import { spawn } from 'node:child_process'

/** Starts a program that outlives us: its own session, no terminal, no open pipes. Returns when it was started. */
export function spawnDetached(
  argv: readonly [string, ...string[]],
  options: { cwd: string; env: Record<string, string> },
): Promise<number> {
  const [program, ...args] = argv
  const child = spawn(program, args, { ...options, detached: true, stdio: 'ignore' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => {
      child.unref()
      resolve(child.pid ?? 0)
    })
  })
}
