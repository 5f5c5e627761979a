/** The names that mean something without any configuration: the CLIs, and how Claude Code's models are called. */

/** Backends that the runtime knows by name, with the program that each one is. */
const PROGRAMS = {
  claude: 'claude',
  codex: 'codex',
  opencode: 'opencode',
  gemini: 'gemini',
  cursor: 'agent',
  demo: undefined,
} as const

export const KNOWN_CLIS = Object.keys(PROGRAMS)
/** Those that somebody has to install, the ones proposed first in front. */
export const VENDOR_CLIS = ['claude', 'codex', 'opencode', 'gemini', 'cursor'] as const
export type VendorCli = (typeof VENDOR_CLIS)[number]
export const isVendorCli = (name: string): name is VendorCli => VENDOR_CLIS.some((cli) => cli === name)
export const isKnownCli = (name: string): name is keyof typeof PROGRAMS => Object.hasOwn(PROGRAMS, name)

/** The program of a known CLI; undefined where none is needed (demo) or none is known (a command backend has its own). */
export const programOf = (backend: string): string | undefined =>
  isKnownCli(backend) ? PROGRAMS[backend] : undefined

/** The families that the claude CLI takes as they are; it picks the version. */
export const CLAUDE_FAMILIES = ['opus', 'sonnet', 'haiku', 'fable']

/** One spelling for `Opus 4.6`, `opus-4.6` and `opus_4-6`. */
export const spelled = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s_.-]+/g, '-')

/**
 * What the claude CLI wants to hear for a model as people say it, or undefined for what is no model of claude.
 * A family alone stays the CLI's own alias, a version makes the full id: `sonnet 4.6` -> `claude-sonnet-4-6`.
 * Any other `claude-…` with a number in it is taken for an id: the CLI knows newer ones than we do.
 */
export function claudeId(word: string): string | undefined {
  // Other CLIs list Claude's models with their thinking in the name; Claude Code thinks unasked.
  const [, name, context = ''] = /^(.*?)(?:-thinking)?(\[\d+m\])?$/.exec(spelled(word)) ?? []
  if (name === undefined) return undefined
  const [, family, version] = /^(?:claude-)?([a-z]+)((?:-\d+)*)$/.exec(name) ?? []
  if (family !== undefined && CLAUDE_FAMILIES.includes(family))
    return version === '' ? family + context : `claude-${family}${version}${context}`
  return /^claude-[a-z0-9-]*\d[a-z0-9-]*$/.test(name) ? name + context : undefined
}
