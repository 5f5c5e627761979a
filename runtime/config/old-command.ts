/**
 * The command strings of older configurations (`env -u CLAUDECODE claude -p --dangerously-skip-permissions`): which
 * CLI one runs, and what of it is worth keeping now that dispatch builds the command itself. Pure; no shell is asked.
 */
import { basename } from 'node:path'
import { VENDOR_CLIS, type VendorCli } from './known.ts'
import { GRAMMARS, GRANTING, type Grammar } from './old-flags.ts'
import type { Profile } from './profile.ts'
import { splitWords } from './words.ts'

export interface Understood {
  cli: VendorCli
  /** What starts the CLI where that is not simply its program, with the words that only the user can know of. */
  command: string[] | undefined
  env: Record<string, string>
  id: string | undefined
  effort: string | undefined
  /** Only ever narrower than the usual one: no old flag gives rights. */
  profile: Profile | undefined
  /** Flags that took the CLI's own limits away; they hold no longer. */
  granting: string[]
}

/** What the shell put in for the current folder; no YAML text can hold it. */
const HERE = '\0here'
const FOLDER = /"(?:\$\(pwd\)|\$\{PWD\}|\$PWD|`pwd`)"|\$\(pwd\)|\$\{PWD\}|\$PWD\b|`pwd`/g
/** What Claude Code sets for its own children; a worker never has it. */
const NOT_THERE = ['CLAUDECODE', 'CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_SSE_PORT']
const LAUNCHERS = ['npx', 'bunx', 'pnpx', 'pnpm', 'yarn', 'bun']
const SHELLS = ['sh', 'bash', 'dash', 'zsh', 'fish', 'ksh']

/**
 * @param named the CLI that the backend's name says it is; undefined leaves that to the program
 * @returns undefined for what is no such command: another program, a shell, or a plain command of today
 */
export function understand(command: unknown, named?: VendorCli): Understood | undefined {
  const words = wordsOf(command)
  if (words === undefined) return undefined
  const { env, unset, rest } = environment(words)
  const cli = named ?? cliOf(rest)
  if (cli === undefined || SHELLS.includes(basename(rest[0] ?? ''))) return undefined
  const at = programEnd(rest, GRAMMARS[cli])
  const read = readFlags(rest.slice(at), GRAMMARS[cli])
  const cleared = unset.filter((name) => !NOT_THERE.includes(name))
  const isOld = read.headless || read.granting.length > 0 || cleared.length < unset.length
  if (!isOld || read.kept.includes(HERE) || rest.slice(0, at).includes(HERE)) return undefined
  const { kept, headless, ...facts } = read
  const start = [...cleared.flatMap((name) => ['-u', name]), ...rest.slice(0, at), ...kept]
  const whole = cleared.length > 0 ? ['env', ...start] : start
  const isPlain = whole.length === 1 && whole[0] === GRAMMARS[cli].programs[0]
  return { cli, command: isPlain ? undefined : whole, env, ...facts }
}

/** Flags that take limits away, in a shell's text, where nobody can tell what else it says. */
export function grantsInShell(command: unknown): boolean {
  const words = wordsOf(command) ?? []
  const { rest } = environment(words)
  return SHELLS.includes(basename(rest[0] ?? '')) && rest.some((word) => GRANTING.test(word))
}

function wordsOf(command: unknown): string[] | undefined {
  if (Array.isArray(command))
    return command.every((word) => typeof word === 'string')
      ? command.map((word) => (isHere(word) ? HERE : word))
      : undefined
  if (typeof command !== 'string') return undefined
  const split = splitWords(command.replace(FOLDER, HERE))
  return 'words' in split ? split.words : undefined
}

const isHere = (word: string) => word !== '' && word.replace(FOLDER, '') === ''

/** `env -u A B=c program …` */
function environment(words: string[]): { env: Record<string, string>; unset: string[]; rest: string[] } {
  const env: Record<string, string> = {}
  const unset: string[] = []
  if (basename(words[0] ?? '') !== 'env') return { env, unset, rest: words }
  let at = 1
  for (;;) {
    const word = words[at] ?? ''
    const [, name, value = ''] = /^(\w+)=([\s\S]*)$/.exec(word) ?? []
    if (word === '-u' || word === '--unset') unset.push(words[++at] ?? '')
    else if (word.startsWith('--unset=')) unset.push(word.slice('--unset='.length))
    else if (name !== undefined) env[name] = value
    else return { env, unset, rest: words.slice(at) }
    at++
  }
}

function cliOf(words: string[]): VendorCli | undefined {
  const [program = '', second] = words
  const name = basename(program)
  if (name === 'cursor') return second === 'agent' ? 'cursor' : undefined
  if (LAUNCHERS.includes(name)) return VENDOR_CLIS.find((cli) => programAt(words, GRAMMARS[cli]) > 0)
  return VENDOR_CLIS.find((cli) => GRAMMARS[cli].programs.includes(name))
}

const programAt = (words: string[], { programs, package: name }: Grammar): number =>
  words.findIndex((word) => programs.includes(basename(word)) || word.replace(/(?<=.)@[^@/]*$/, '') === name)

/** Where the CLI's own words begin: behind its program, which may stand behind a launcher (`npx -y @google/gemini-cli`). */
function programEnd(words: string[], grammar: Grammar): number {
  const at = Math.max(0, programAt(words, grammar))
  return basename(words[at] ?? '') === 'cursor' ? at + 2 : at + 1
}

function readFlags(words: string[], grammar: Grammar) {
  const kept: string[] = []
  const granting: string[] = []
  let headless = false
  let id: string | undefined
  let effort: string | undefined
  let profile: Profile | undefined
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const [, flag = word, attached] = /^(--?[\w-]+)=([\s\S]*)$/.exec(word) ?? []
    const value = () => attached ?? words[++at] ?? ''
    if (grammar.headless.includes(flag)) headless = true
    if (grammar.model.includes(flag)) id = value()
    else if (grammar.effort.includes(flag)) effort = value()
    else if (grammar.valued[flag] !== undefined) {
      const given = value()
      const meaning = grammar.valued[flag](given)
      if (meaning === 'grants') granting.push(`${flag} ${given}`)
      else if (meaning === 'keep') kept.push(flag, given)
      else if (meaning.startsWith('effort:')) effort = meaning.slice('effort:'.length)
      else if (meaning === 'read-only') profile = 'read-only'
    } else if (grammar.grants.includes(flag) || GRANTING.test(word)) granting.push(word)
    else if (!grammar.plain.includes(flag)) kept.push(word)
  }
  return { kept, granting, headless, id, effort, profile }
}
