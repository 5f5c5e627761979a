/** The exit codes of the command line (docs/verbs.md); 2 is left to hooks. */
export const EXIT = { ok: 0, no: 1, usage: 64, data: 65, missing: 69, bug: 70, later: 75 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What an error tells a person: one to four lines. */
export interface Complaint {
  /** What failed, as a sentence without a full stop. */
  what: string
  /** A path, with `:line` where a line is known. */
  where?: string | undefined
  expected?: string | undefined
  found?: string | undefined
  /** What to do now. */
  next?: string | undefined
}

/** Any failure that has a known cause. Everything else is our bug and exits 70. */
export class DispatchError extends Error {
  /** By name: a file of the bundle that is loaded late brings a copy of this class along (`rest` in scripts/build.mjs). */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'DispatchError'
  }

  override readonly name = 'DispatchError'
  readonly exit: ExitCode
  readonly complaint: Complaint

  constructor(exit: ExitCode, complaint: Complaint, options?: { cause?: unknown }) {
    super(explain(complaint), options)
    this.exit = exit
    this.complaint = complaint
  }
}

/** Renders a complaint as the one to four lines that stderr gets. */
function explain({ what, where, expected, found, next }: Complaint): string {
  const lines = [where === undefined ? what : `${what}: ${where}`]
  if (expected !== undefined)
    lines.push(`expected ${expected}${found === undefined ? '' : `, found ${found}`}`)
  else if (found !== undefined) lines.push(`found ${found}`)
  if (next !== undefined) lines.push(next)
  return lines.join('\n')
}

export const refused = (complaint: Complaint) => new DispatchError(EXIT.no, complaint)
export const misused = (complaint: Complaint) => new DispatchError(EXIT.usage, complaint)
export const unreadable = (complaint: Complaint) => new DispatchError(EXIT.data, complaint)
export const missing = (complaint: Complaint) => new DispatchError(EXIT.missing, complaint)
export const notNow = (complaint: Complaint) => new DispatchError(EXIT.later, complaint)

/** The `code` of a Node system error (`ENOENT` …), or undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
