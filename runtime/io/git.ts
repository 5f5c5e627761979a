/**
 * Every git call of the runtime: nothing that a repository or a worker configured is executed by it
 * (fsmonitor, hooks, pager, external diff, textconv), and the caller's own GIT_* variables do not leak in.
 */
import { execFileSync } from 'node:child_process'
import { errorCode, missing } from './errors.ts'

/** Configuration that outranks the repository's (git-config(1): `-c` comes last). */
const DISARMED = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'diff.external=',
  'core.askPass=',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
]

const asWords = (settings: string[]) => settings.flatMap((setting) => ['-c', setting])
export const GIT_DISARMED = asWords(DISARMED)
/** Where the user's own hooks and signature are to have their say: on what is brought into a branch of theirs. */
export const GIT_AS_USER = asWords(
  DISARMED.filter((setting) => !setting.includes('hooksPath') && !setting.includes('gpgSign')),
)

export function gitEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) =>
      !name.startsWith('GIT_') ||
      name === 'GIT_CONFIG_GLOBAL' ||
      name === 'GIT_CONFIG_SYSTEM' ||
      name === 'GIT_CONFIG_NOSYSTEM' ||
      name.startsWith('GIT_AUTHOR_') ||
      name.startsWith('GIT_COMMITTER_'),
  )
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: 'cat',
  }
}

export interface GitResult {
  ok: boolean
  /** Whole, with its last line end removed. */
  stdout: string
  stderr: string
}

/**
 * Runs git and waits for it. A refusal by git is a result, not an exception; no git at all is exit 69.
 * @param options `timeout` in ms: git is ended then, and the result is a refusal that says so
 */
export async function git(
  cwd: string,
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv; timeout?: number; asUser?: boolean } = {},
): Promise<GitResult> {
  const { execa } = await import('execa')
  const result = await execa('git', [...(options.asUser ? GIT_AS_USER : GIT_DISARMED), ...args], {
    cwd,
    env: { ...gitEnvironment(), ...options.env },
    extendEnv: false,
    reject: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    maxBuffer: 1 << 30,
    ...(options.timeout === undefined ? {} : { timeout: options.timeout, forceKillAfterDelay: 1000 }),
  })
  if (result.code === 'ENOENT') throw noGit(cwd)
  if (result.timedOut)
    return { ok: false, stdout: result.stdout, stderr: `git did not end within ${options.timeout} ms` }
  return { ok: result.exitCode === 0, stdout: result.stdout, stderr: result.stderr }
}

/** One short question to git without loading execa (hot verbs). Undefined when git says no. */
export function askGit(cwd: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', [...GIT_DISARMED, ...args], {
      cwd,
      env: gitEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).replace(/\n$/, '')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    if (error instanceof Error && 'status' in error && typeof error.status === 'number') return undefined
    throw error
  }
}

/** What git says to a question that it refuses; empty when it does not, or there is no git. */
export function complaintOf(cwd: string, args: readonly string[]): string {
  try {
    execFileSync('git', [...GIT_DISARMED, ...args], {
      cwd,
      env: gitEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    return ''
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    if (error instanceof Error && 'stderr' in error) return String(error.stderr).trim()
    throw error
  }
}

export const noGit = (cwd: string) =>
  missing({ what: 'git was not found', where: cwd, next: 'Install git, or check that the folder exists.' })
