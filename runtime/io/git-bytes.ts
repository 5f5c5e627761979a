/**
 * Git where what goes in or comes out is bytes: the name of a file need not be text, and a patch holds whatever the
 * files hold. Names are handled as latin1 strings here, a character a byte, so that none is changed on the way.
 */
import { spawn } from 'node:child_process'
import { errorCode } from './errors.ts'
import { GIT_DISARMED, gitEnvironment, noGit } from './git.ts'

export interface BytesResult {
  ok: boolean
  /** Null for a signal. */
  code: number | null
  /** Latin1; empty where it went to `to`. */
  stdout: string
  stderr: string
}

interface BytesOptions {
  /** Latin1. */
  input?: string
  env?: NodeJS.ProcessEnv
  /** Milliseconds. */
  timeout?: number
  /** What git prints goes straight to this open file. */
  to?: number
}

/** As `git` of git.ts otherwise. */
export function gitBytes(
  cwd: string,
  args: readonly string[],
  { input, env, timeout, to }: BytesOptions = {},
): Promise<BytesResult> {
  const child = spawn('git', [...GIT_DISARMED, ...args], {
    cwd,
    env: { ...gitEnvironment(), ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', to ?? 'pipe', 'pipe'],
    ...(timeout === undefined ? {} : { timeout, killSignal: 'SIGKILL' as const }),
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
  // Git may refuse before it has read all: that it did is told by how it ends.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input, 'latin1')
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(errorCode(error) === 'ENOENT' ? noGit(cwd) : error))
    child.once('close', (code) =>
      resolve({
        ok: code === 0,
        code,
        stdout: Buffer.concat(out).toString('latin1'),
        stderr: Buffer.concat(err).toString('utf8').trimEnd(),
      }),
    )
  })
}

/** The bytes of a name as text, for people and for paths. */
export const asText = (name: string) => Buffer.from(name, 'latin1').toString('utf8')
