/** What the client is told with `--settings`: which tools, which paths, which hosts. Pure. */
import { join, relative, sep } from 'node:path'
import type { Profile } from '../config/profile.ts'
import type { Hold } from './claude-rights-hold.ts'
import { NOT_THE_WORKERS } from './claude-rights-mounts.ts'
import type { Site } from './claude-rights-site.ts'

interface With {
  domains: readonly string[]
  /** The worker's environment: secrets in it are named, not read. */
  env: NodeJS.ProcessEnv
}

const READING = ['Read', 'Glob', 'Grep']
/** The worker's verbs and the reading ones. */
const VERBS = ['plan', 'begin', 'tick', 'block', 'fail', 'ask', 'done', 'status', 'output']

export function settingsFor(profile: Profile, hold: Hold, site: Site, given: With): object {
  const deny = ['WebFetch', 'WebSearch', ...refusedEdits(site)]
  if (hold.kind !== 'sandbox') return { permissions: { allow: [...READING, ...listed(profile, site)], deny } }
  const edits = [...(profile === 'edit' ? [below(site.cwd)] : []), below(site.task)]
  return {
    permissions: { allow: ['Bash', ...READING, ...edits], deny },
    sandbox: {
      enabled: true,
      autoAllowBashIfSandboxed: true,
      allowUnsandboxedCommands: false,
      // Without it the client warns on stderr where its sandbox cannot start, and runs everything uncontained.
      failIfUnavailable: true,
      filesystem: {
        allowWrite: [site.task],
        denyWrite: hold.recipe === 'none' ? withoutMounts(profile, site) : [],
      },
      network: { allowedDomains: given.domains, strictAllowlist: true },
      credentials: { envVars: secretsIn(given.env).map((name) => ({ name, mode: 'deny' })) },
    },
  }
}

/** The rule for a path; two slashes begin an absolute one. Signs that mean something in a pattern are escaped. */
const edit = (path: string) => `Edit(/${path.replace(/[\\*?[\]]/g, '\\$&')})`
const below = (path: string) => edit(path).replace(/\)$/, '/**)')

/** No rule on the git directory: rules of tools are the sandbox's too, and a commit could not write its index then. */
const refusedEdits = ({ cwd, task, linked }: Site) => [
  ...NOT_THE_WORKERS.flatMap((name) => {
    const path = join(task, name)
    return name.includes('.') ? [edit(path)] : [below(path)]
  }),
  ...(linked === undefined ? [] : [edit(join(cwd, '.git'))]),
]

/** Where nothing can be contained: the tools and commands that are allowed at all. */
function listed(profile: Profile, site: Site): string[] {
  const verbs = VERBS.flatMap((verb) => [`Bash(dispatch ${verb})`, `Bash(dispatch ${verb} *)`])
  const reading = [...verbs, below(site.task)]
  if (profile !== 'edit') return reading
  // Reading forms of git need no rule, and with one `git diff --output=FILE` would write anywhere.
  return [...reading, 'Bash(git add *)', 'Bash(git commit *)', ...editable(site)]
}

/**
 * The working directory without the state that may lie in it. A refusal would win over the task's own folder, so
 * the state is left out of what is allowed: each name that is there, and new ones that do not begin with a dot.
 * What may begin a name is listed, because the client takes the `!` of `[!.]` for itself (measured).
 */
function editable({ cwd, root, rootInside, names }: Site): string[] {
  if (!rootInside) return [below(cwd)]
  const first = relative(cwd, root).split(sep)[0] ?? ''
  const there = names.filter((name) => name !== first && name !== '.git')
  const each = there.flatMap((name) => [edit(join(cwd, name)), below(join(cwd, name))])
  const fresh = edit(cwd).replace(/\)$/, '/[0-9A-Za-z_]*')
  return first.startsWith('.') ? [`${fresh})`, `${fresh}/**)`, ...each] : each
}

/** macOS (not run): as far as settings alone go. Only what is there can be denied. */
function withoutMounts(profile: Profile, { cwd, root, task, git, rootInside, there }: Site): string[] {
  const own = NOT_THE_WORKERS.map((name) => join(task, name))
  const steering = git === undefined ? [] : ['config', 'hooks', 'info'].map((name) => join(git, name))
  const others = [...there].filter(
    (path) =>
      rootInside &&
      path !== task &&
      path !== join(root, 'tasks') &&
      isChild(path, [root, join(root, 'tasks')]),
  )
  const whole = profile === 'read-only' ? [cwd, ...(git === undefined ? [] : [git])] : steering
  return [...whole, ...others, ...own].filter((path) => path === cwd || path === git || there.has(path))
}

const isChild = (path: string, folders: string[]) => folders.some((folder) => join(path, '..') === folder)

/** Where the client finds the keys of its own provider; the user's settings may set them without our seeing it. */
const PROVIDER = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'AWS_BEARER_TOKEN_BEDROCK',
]
const OF_A_MODEL =
  /^(ANTHROPIC|CLAUDE|OPENAI|CODEX|AZURE|GEMINI|GOOGLE|CURSOR|OPENROUTER|MISTRAL|GROQ|XAI|DEEPSEEK)_(\w*_)?(KEY|TOKEN|SECRET|HEADERS)$/

/** Names of the variables that no shell command sees. */
export const secretsIn = (env: NodeJS.ProcessEnv) => [
  ...new Set([...PROVIDER, ...Object.keys(env).filter((name) => OF_A_MODEL.test(name))]),
]
