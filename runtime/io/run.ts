/** One short command, to its end: argv, never a shell, and nothing of it left behind when its time is up. */
import { errorCode, missing as missingError } from './errors.ts'
import { statIfThere } from './stat.ts'

interface RunOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  /** Milliseconds; then the command and all that it started in its group are killed. */
  timeout?: number
  /** Goes to standard input, which is closed otherwise. */
  input?: string
}

interface RunResult {
  ok: boolean
  /** Null when a signal ended it, or when it never ran. */
  code: number | null
  stdout: string
  stderr: string
  /** There is no such program. */
  missing: boolean
  timedOut: boolean
}

/** A command that fails is a result, not an exception. `LC_ALL` is C, whatever `env` says. */
export async function runCommand(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const [program = '', ...args] = argv
  const { execa } = await import('execa')
  const child = execa(program, args, {
    cwd: options.cwd,
    env: { ...options.env, LC_ALL: 'C' },
    extendEnv: false,
    reject: false,
    // A group of its own, so that children which hold the output open can be ended with it.
    detached: true,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    maxBuffer: 64 << 20,
  })
  let timedOut = false
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true
          killGroup(child.pid)
        }, options.timeout)
  const result = await child
  clearTimeout(timer)
  // The system says ENOENT for a folder that is not there, too.
  const missing = result.code === 'ENOENT'
  if (missing && statIfThere(options.cwd) === undefined)
    throw missingError({ what: 'the folder to run a command in is not there', where: options.cwd })
  return {
    ok: result.exitCode === 0 && !timedOut,
    code: result.exitCode ?? null,
    stdout: result.stdout,
    stderr:
      result.stderr === '' && result.exitCode === undefined ? (result.shortMessage ?? '') : result.stderr,
    missing,
    timedOut,
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It ended at this very moment.
    if (errorCode(error) !== 'ESRCH') throw error
  }
}
