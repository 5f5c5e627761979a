/**
 * The three profiles in opencode's own terms: settings and permissions that travel in the environment, so that nothing
 * is written into anybody's folders. Nothing may ask: a question that nobody answers ends the run as if it were done,
 * and in a subagent it hangs. Of several rules that match the last one counts. Measured on 1.18.33. Pure.
 */
import { join, relative } from 'node:path'
import type { Profile } from '../config/profile.ts'
import type { LaunchPlan } from './backend.ts'
import { isJson } from './claude-log-event.ts'
import { NOT_THE_WORKERS } from './claude-rights-mounts.ts'
import type { RealPlaces } from './contain-site.ts'

type Action = 'allow' | 'deny'
type Rules = Record<string, Action | Record<string, Action>>

/** The agent whose rules are ours alone: those of `build` would be mixed with the user's own. */
export const AGENT = 'dispatch-worker'

interface Given {
  containment: LaunchPlan['containment']
  profile: Profile
  places: RealPlaces
  /** The project's own words for models (AGENTS.md), by absolute path. */
  instructions: readonly string[]
  /** Settings that the user gave in the environment, which ours are added to. */
  inherited: string | undefined
}

export function opencodeSettings({ containment, profile, places, instructions, inherited }: Given): object {
  const theirs = settingsIn(inherited)
  const rules = rulesFor(containment, profile, places)
  return {
    ...theirs,
    autoupdate: false,
    share: 'disabled',
    // Copies of the working directory for an undo that nobody calls.
    snapshot: false,
    // What runs programs of the project by itself.
    ...(containment === 'allow-list' ? { lsp: false, formatter: false } : {}),
    instructions: [...listIn(theirs.instructions), ...instructions],
    ...(rules === undefined
      ? {}
      : { agent: { ...objectIn(theirs.agent), [AGENT]: { mode: 'primary', permission: rules } } }),
  }
}

/** For subagents, which have their own rules after the user's. `full` has the user's own, and no question. */
export const commonRules = (
  containment: LaunchPlan['containment'],
  profile: Profile,
  places: RealPlaces,
): Rules => rulesFor(containment, profile, places) ?? { doom_loop: 'allow', external_directory: 'allow' }

function rulesFor(containment: string, profile: Profile, places: RealPlaces): Rules | undefined {
  if (profile === 'full') return undefined
  return containment === 'sandbox' ? HELD : listed(profile, places)
}

/** The tools that there are without the web, MCP servers and whatever plugins add. */
const TOOLS: Rules = {
  '*': 'deny',
  read: 'allow',
  glob: 'allow',
  grep: 'allow',
  list: 'allow',
  todowrite: 'allow',
  todoread: 'allow',
  skill: 'allow',
  doom_loop: 'allow',
  question: 'deny',
  webfetch: 'deny',
  websearch: 'deny',
}

/** Inside the mounts whatever is tried meets those. */
const HELD: Rules = {
  ...TOOLS,
  bash: 'allow',
  edit: 'allow',
  task: 'allow',
  lsp: 'allow',
  external_directory: 'allow',
}

/** The worker's verbs and the reading ones. */
const VERBS = ['plan', 'begin', 'tick', 'block', 'fail', 'ask', 'done', 'status', 'output']
const READING = ['status', 'diff', 'log', 'show', 'rev-parse']

/** Where nothing contains it. A pattern is held against each command of a line as it is written. */
function listed(profile: Profile, { cwd, root, task }: RealPlaces): Rules {
  const commands = [
    ...VERBS.map((verb) => `dispatch ${verb}`),
    ...READING.map((word) => `git ${word}`),
    ...(profile === 'edit' ? ['git add', 'git commit'] : []),
  ]
  const here = (path: string) => relative(cwd, path)
  const mine = here(task)
  return {
    ...TOOLS,
    bash: {
      '*': 'deny',
      ...Object.fromEntries(commands.map((command) => [`${command} *`, 'allow' as const])),
      // `git log --output=FILE`, however it is shortened, and what a shell writes itself.
      'git * --o*': 'deny',
      '*>*': 'deny',
    },
    edit: {
      '*': profile === 'edit' ? 'allow' : 'deny',
      '../*': 'deny',
      '/*': 'deny',
      '.git': 'deny',
      '.git/*': 'deny',
      [`${here(root)}/*`]: 'deny',
      [`${mine}/*`]: 'allow',
      ...Object.fromEntries(NOT_THE_WORKERS.map((name) => [`${mine}/${name}*`, 'deny' as const])),
    },
    external_directory: { '*': 'deny', [join(task, '*')]: 'allow' },
    task: 'deny',
    lsp: 'deny',
  }
}

const objectIn = (value: unknown) => (isJson(value) ? value : {})
const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** What is no JSON opencode would have refused as well. */
function settingsIn(text: string | undefined): Record<string, unknown> {
  try {
    return objectIn(JSON.parse(text || '{}'))
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
