/** The user's own command for a repository (`bootstrap` in config.yaml), which makes a new worktree ready. */
import { errorCode, missing, refused } from '../io/errors.ts'
import { runLogged } from '../io/logged.ts'
import { readFrom } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'

export interface Bootstrap {
  /** argv; no shell reads it. */
  command: readonly string[]
  /** The worktree. */
  cwd: string
  env: NodeJS.ProcessEnv
  /** Everything it prints is appended here. */
  log: string
}

/** How much of the end of the log is looked at for the last lines. */
const TAIL = 4096

/**
 * Runs it to its end. The worktree stays as it is either way: the caller decides (`discardWorktree`).
 * @throws exit 1 when it fails, 69 when there is no such program
 */
export async function runBootstrap({ command, cwd, env, log }: Bootstrap): Promise<void> {
  const [program, ...args] = command
  if (program === undefined || program === '') return
  const before = statIfThere(log)?.size ?? 0
  const { code, signal } = await runLogged([program, ...args], { cwd, env, log }).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error
    throw missing({
      what: `the bootstrap command of this repository was not found: ${program}`,
      where: cwd,
      next: 'Correct `bootstrap` in config.yaml, or install the program.',
    })
  })
  if (code === 0) return
  throw refused({
    what: `the bootstrap command failed (${signal ?? `exit ${code}`}): ${command.join(' ')}`,
    where: cwd,
    found: lastLines(log, before),
    next: `All of its output: ${log}`,
  })
}

function lastLines(log: string, before: number): string {
  const size = statIfThere(log)?.size ?? 0
  const text = readFrom(log, Math.max(before, size - TAIL)).toString('utf8')
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const shown = lines.slice(-3).map((line) => line.trim().slice(0, 200))
  return shown.join(' / ') || 'no output'
}
