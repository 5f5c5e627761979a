/** A program that was started by a test. */
import { spawn } from 'node:child_process'

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface Running {
  pid: number
  /** What it printed so far. */
  printed(): string
  kill(signal?: NodeJS.Signals): void
  ended: Promise<Ended>
}

export function running(
  [program = '', ...args]: string[],
  { input, cwd, env }: { input: string | Uint8Array; cwd: string; env: Record<string, string> },
): Running {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk) => out.push(chunk))
  child.stderr.on('data', (chunk) => err.push(chunk))
  // A program that does not read its input closes it first.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8')
  return {
    pid: child.pid ?? 0,
    printed: () => text(out),
    kill: (signal = 'SIGKILL') => void child.kill(signal),
    ended: new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal, stdout: text(out), stderr: text(err) }))
    }),
  }
}
