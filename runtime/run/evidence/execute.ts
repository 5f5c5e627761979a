/** Runs a project's own command for the record: no shell, no colours, no trace of us, and nothing left of it when its time is up. */
import { runCommand } from '../../io/run.ts'

/** Both streams together, in bytes; what a runner says at its end is what counts. */
const LONGEST_OUTPUT = 64 << 10
export const LONGEST_MESSAGE = 2000

/**
 * Who sees that it is run by the verifier could behave for it; and what a caller's shell adds to a runner's options
 * would decide what is run.
 */
const OURS = /^(?:DISPATCH_|CLAUDE|AI_AGENT$|CODEX_|OPENCODE|GEMINI_CLI|GIT_)/
const OPTIONS =
  /^(?:PYTEST_|PYTHONSTARTUP$|PYTHONINSPECT$|COVERAGE_|GOFLAGS$|GOTESTFLAGS$|NODE_OPTIONS$|NODE_TEST|NODE_V8_COVERAGE$|VITEST|JEST_|FORCE_COLOR$|CLICOLOR|COLORTERM$)/

export const environmentFor = (
  env: NodeJS.ProcessEnv,
  more: Record<string, string> = {},
): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !OURS.test(name) && !OPTIONS.test(name))),
  LC_ALL: 'C',
  NO_COLOR: '1',
  TERM: 'dumb',
  ...more,
})

export interface Executed {
  /** Undefined where a signal or the time limit ended it. */
  exit: number | undefined
  timedOut: boolean
  missing: boolean
  stdout: string
  stderr: string
  /** Both streams, the last 64 kB, without colours. */
  output: string
}

/** @param env as `environmentFor` makes it */
export async function execute(
  command: readonly string[],
  { cwd, env, timeout }: { cwd: string; env: NodeJS.ProcessEnv; timeout: number },
): Promise<Executed> {
  const { code, stdout, stderr, missing, timedOut } = await runCommand(command, { cwd, env, timeout })
  const both = [stdout, stderr].filter(Boolean).join('\n')
  const output = plain(both).slice(-LONGEST_OUTPUT)
  return { exit: timedOut ? undefined : (code ?? undefined), timedOut, missing, stdout, stderr, output }
}

/** Text without colours and other sequences of a terminal. */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences of a terminal begin with one
  text.replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))/g, '')
