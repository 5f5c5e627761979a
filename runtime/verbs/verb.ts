/** What every verb is: arguments and the outside world in, an exit code out. Failures are thrown (io/errors.ts). */
export interface VerbIo {
  env: NodeJS.ProcessEnv
  cwd: string
  /** Bytes where a text must arrive as it was given. */
  stdout(text: string | Uint8Array): void
  stderr(text: string): void
  /** The text that was piped in, or undefined where standard input is a terminal. */
  stdin(): string | undefined
}

export type Verb = (argv: string[], io: VerbIo) => Promise<number>
