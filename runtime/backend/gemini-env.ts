/**
 * The environment of Gemini CLI. It reads one env file (that of the folder, of one above, or the user's) into its own
 * environment, which its shell commands inherit; what a repository brings there must not steer anything.
 */
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { refused } from '../io/errors.ts'
import { askGit } from '../io/git.ts'
import { readIfThere } from '../io/reading.ts'
import type { LaunchRequest } from './backend.ts'
import { gitSettings } from './contain-git.ts'

type Asked = Pick<LaunchRequest, 'env' | 'places'>

/** @throws exit 1 when the repository brings a file that the CLI reads whatever it is told */
export function geminiEnvironment(
  { env, places }: Asked,
  ofUser: Record<string, string>,
): Record<string, string> {
  const files = ['.gemini/.env', '.env'].map((name) => envFile(places, name))
  const [own] = files
  if (own?.brought)
    throw refused({
      what: 'this repository brings variables that Gemini CLI would take over, and it cannot be told not to',
      where: own.path,
      next: 'Choose another model, or remove that file from the branch.',
    })
  const brought = files.flatMap((file) => (file.brought ? Object.keys(file.values) : []))
  // What git does not track is the user's, and closer than what lies in the home.
  const kept = files.find(({ brought, there }) => there && !brought)?.values ?? ofUser
  const missing = (name: string) => env[name] === undefined
  const empty = [...FROM_ANY_ENV_FILE, ...brought.filter((name) => STEERING.test(name))].filter(missing)
  return {
    // As its own parent it would pass no signal on, and live on when only the parent is ended.
    GEMINI_CLI_NO_RELAUNCH: 'true',
    // While it reads settings the folder is not trusted, so that nothing in it is loaded; --skip-trust comes after.
    GEMINI_CLI_TRUST_WORKSPACE: 'false',
    // A variable that is there, if empty, is not taken from a file.
    ...Object.fromEntries(empty.map((name) => [name, ''])),
    ...Object.fromEntries(Object.entries(kept).filter(([name]) => OF_THE_CLI.test(name) && missing(name))),
    // On GitHub's machines it hides most variables from commands, ours with them.
    ...(env.GITHUB_SHA ? { GITHUB_SHA: '' } : {}),
    ...(env.SURFACE === 'Github' ? { SURFACE: '' } : {}),
  }
}

/** What it takes from a `.env` of the repository even where it trusts nothing there. */
const FROM_ANY_ENV_FILE = [
  'GEMINI_API_KEY',
  'GOOGLE_API_KEY',
  'GOOGLE_CLOUD_PROJECT',
  'GOOGLE_CLOUD_LOCATION',
]
/** An env file may hold anything; these are what the CLI itself looks for. */
const OF_THE_CLI = /^(GEMINI|GOOGLE)_|^(https?|no|all)_proxy$/i
/** What programs look at to find out what to run, to load or to ask. A contained worker reads no such file at all. */
const STEERING =
  /^(GEMINI|GOOGLE|CLOUDSDK|DISPATCH|GIT|SSH|LD|DYLD|NODE|NPM|PYTHON|PERL5?|RUBY|JAVA|BASH|XDG)_|_(PROXY|TOOL_OPTIONS)$|^(ENV|SHELL|SHELLOPTS|PS4|PROMPT_COMMAND|IFS|CDPATH|EDITOR|VISUAL|PAGER|BROWSER|TMPDIR|SANDBOX|DEBUG|PYTHON\w+|PERL\w+|RUBY\w+)$/i

function envFile({ cwd, git }: LaunchRequest['places'], name: string) {
  const path = join(cwd, name)
  const text = readIfThere(path)
  const values = Object.fromEntries(
    Object.entries(parseEnv(text ?? '')).map(([key, value]) => [key, value ?? '']),
  )
  const there = text !== undefined
  // Outside git nobody knows whose it is.
  const brought =
    there && (git === undefined || askGit(cwd, ['ls-files', '--error-unmatch', '--', name]) !== undefined)
  return { path, there, brought, values }
}

/** Its shell hides the user's git settings from git; who commits must be known there all the same. */
export function gitIdentity(cwd: string, env: NodeJS.ProcessEnv): Record<string, string> {
  return gitSettings(
    env,
    ['user.name', 'user.email', 'core.excludesFile'].flatMap((key) => {
      const value = askGit(cwd, ['config', '--get', key])
      return value === undefined || value === '' ? [] : [[key, value] as const]
    }),
  )
}
