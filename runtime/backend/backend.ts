/**
 * The one interface between the runtime and a worker's CLI. A backend is one file that implements it and one
 * line in registry.ts; nothing else of the runtime knows which backend it talks to.
 */
import type { ModelChoice } from '../config/model.ts'
import type { Profile } from '../config/profile.ts'

/** Where a worker works; all absolute. */
export interface Places {
  /** The working directory: the repository's main worktree, or the task's own. */
  cwd: string
  /** The state root (`.dispatch`). */
  root: string
  /** `<root>/tasks/<id>`; the worker's part of it is plan.md, ipc/, data/, context.md, output.md. */
  task: string
  /** The repository's common git directory; undefined outside git. */
  git: string | undefined
  /** The git directory of the working directory: the common one, or `<common>/worktrees/<name>`. */
  gitDir: string | undefined
}

export interface LaunchRequest {
  model: ModelChoice
  profile: Profile
  places: Places
  /** A fresh UUID that the conversation is to have, where the CLI can preset it. */
  session: string
  /** The conversation to go on with; undefined starts a new one. */
  resume: string | undefined
  /** How long `dispatch ask` wants to wait (ms); the CLI's shell limit is set above it where that is possible. */
  askTimeout: number
  budgetUsd: number | undefined
  /** Hosts a contained worker may reach; asked only where it matters, because it asks other programs. */
  domains: () => Promise<string[]>
  /** The environment the worker will have (PATH included), for finding programs. */
  env: NodeJS.ProcessEnv
  /** The attempt's folder: files that the launch needs (settings) are planned below it. */
  files: string
}

export interface LaunchPlan {
  /** argv[0] is an absolute path. The prompt comes on standard input. */
  argv: string[]
  /** Set on top of the worker's environment. */
  env: Record<string, string>
  /** Files written beside the attempt before the launch (settings), by absolute path. */
  files?: Record<string, string>
  /** How the profile is held. */
  containment: 'sandbox' | 'allow-list' | 'none'
  /** One line for the user when the containment is weaker than it could be, with what to install. */
  notice?: string
  /** How long this CLI can hold a shell command (ms) when that is less than the ask timeout asked for. */
  askLimit?: number
  /** What the model must know of this CLI; it stands in the prompt of a new conversation. */
  hint?: string
}

export const FAILURES = [
  'cli-missing',
  'auth',
  'model-unavailable',
  'quota',
  'rate-limited',
  'overloaded',
  'network',
  'context-overflow',
  'denied',
  'timeout',
  'budget',
  'killed',
  'crashed',
  'lost',
] as const
export type FailureClass = (typeof FAILURES)[number]

export interface Failure {
  class: FailureClass
  /** One or two sentences for a person. */
  message: string
  /** ISO 8601: when the provider said that it is worth trying again (a plan's window, a retry-after). */
  until?: string
}

/** What a worker's log tells so far. */
export interface LogFacts {
  session: string | undefined
  /** The worker's last message. */
  finalText: string | undefined
  tokens: { input: number; output: number } | undefined
  costUsd: number | undefined
  /** Tools or commands that were refused, as short labels (`Bash(git push)`). */
  denied: string[]
  /** The CLI's own event of success was seen; undefined for a backend that has none. */
  success: boolean | undefined
  /** The failure that the log itself states. */
  failure: Failure | undefined
  /**
   * The CLI repeats a request that cannot succeed (a refused login, an unknown model): what it will end as, so that
   * nobody waits for the CLI to see it, too.
   */
  doomed?: Failure
  /**
   * A limit refused a request, and the CLI waits in silence before it repeats it, for as long as its provider told it
   * alone: what it will end as when that takes too long.
   */
  pausing?: Failure
  /** Tokens and cost count from the beginning of the conversation, not of this process. */
  cumulative?: boolean
}

/** Reads a log as it grows. */
export interface LogReader {
  /** The next whole lines, without their line ends. */
  lines(lines: string[]): void
  facts(): LogFacts
}

export interface End {
  /** Null when a signal ended it. */
  code: number | null
  signal: string | null
  log: LogFacts
  /** The last lines of standard error, at most 4 kB. */
  stderr: string
}

/** Where a worker was that is over, with all it started. */
interface EndedPlaces {
  cwd: string
  containment: LaunchPlan['containment']
  /** The common git directory, and that of its worktree; none outside git. Asks git. */
  gitDirs: () => string[]
  /** When it was launched. */
  since: Date
  /** Does another worker run here, or is one about to? Then what it counts on stays. */
  others: () => boolean
}

export interface Backend {
  readonly name: string
  /** The program that is looked for on the PATH; undefined where there is none (demo). */
  readonly program: string | undefined
  /** How to get it, for a person, in a few words. */
  readonly install: string
  /** Can a conversation be gone on with? */
  readonly resumes: boolean
  /**
   * How far apart two launches of this CLI are to be (ms), where those that begin at the same moment are known to
   * disturb each other. Absent: not at all.
   */
  readonly spacing?: number
  /** Who ends it at its budget: the CLI itself, or we, because it tells its cost as it goes. Absent: nobody can. */
  readonly budget?: 'held' | 'told'
  /** @throws exit 69 with what to install, when there is no such program on the worker's PATH */
  find(model: ModelChoice, env: NodeJS.ProcessEnv): string
  /** The session id that a resume needs: preset by us, or read from the log. */
  plan(request: LaunchRequest): Promise<LaunchPlan>
  reader(): LogReader
  /** Undefined: the worker ended well as far as its CLI is concerned. */
  classify(end: End): Failure | undefined
  /** Removes what a worker of this CLI leaves at its places when it is killed; absent where that is nothing. */
  tidy?(ended: EndedPlaces): void
  /** The log as a person reads it: one call a line, undefined drops the line. */
  transcript(line: string): string | undefined
  /**
   * What the CLI can be asked without a model call; absent: it cannot. `argv` is the program with the words that
   * always follow it, `env` the worker's. None of them throws for a CLI that fails: that is undefined.
   */
  ask?: {
    /** The models it offers, as its model flag wants them. */
    models?(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<string[] | undefined>
    /** Is somebody logged in? */
    loggedIn?(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean | undefined>
  }
}
