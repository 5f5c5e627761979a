/**
 * The three profiles in Codex' own terms, measured on 0.169.0. Given on the command line they win over the user's
 * settings; a repository's own (`.codex/`: settings, MCP servers, hooks, rules) count for nothing.
 */
import { dirname, join } from 'node:path'
import { refused } from '../io/errors.ts'
import { makeFolder } from '../io/folders.ts'
import { statIfThere } from '../io/stat.ts'
import type { LaunchPlan, LaunchRequest } from './backend.ts'
import { SHARED } from './claude-rights-mounts.ts'
import { secretsIn } from './claude-rights-settings.ts'
import { codexHome, type Offer, offerOf, PROFILE } from './codex-offer.ts'
import { type Besides, type Rules, rulesFor } from './codex-rules.ts'
import { settings, type Toml } from './codex-toml.ts'
import { reserve } from './contain.ts'
import { gitSettings, NO_PACKING, NO_SIGNING } from './contain-git.ts'
import { type RealPlaces, real, realPlaces } from './contain-site.ts'

export type Rights = Pick<LaunchPlan, 'containment' | 'notice' | 'env'> & { argv: string[] }

/** @param client the program and the words that always follow it */
export async function rightsFor(request: LaunchRequest, client: readonly string[]): Promise<Rights> {
  const { profile, env, files } = request
  // Its sandbox lays what a rule names and is not there, for the time of a command: of two commands one fails then.
  if (profile === 'edit') reserve(realPlaces(request.places))
  const places = realPlaces(request.places)
  if (profile === 'full') return decideFull(places)
  const temporary = join(files, 'tmp')
  makeFolder(temporary)
  const secrets = [join(codexHome(env), 'auth.json')].filter((path) => statIfThere(path) !== undefined)
  const [offer, domains] = await Promise.all([
    offerOf(client, env),
    // Read-only work needs no registry, and what it reads cannot leave then.
    profile === 'edit' ? request.domains() : [],
  ])
  return decide(profile, places, offer, {
    temporary: real(temporary),
    secrets: secrets.map(real),
    domains,
    env,
  })
}

interface Given extends Besides {
  domains: readonly string[]
  env: NodeJS.ProcessEnv
}

const decideFull = (places: RealPlaces): Rights => ({
  argv: ['--dangerously-bypass-approvals-and-sandbox', ...settings(always(places))],
  containment: 'none',
  env: {},
})

/** Pure. @throws exit 1 where a read-only worker cannot be held */
export function decide(
  profile: 'read-only' | 'edit',
  places: RealPlaces,
  offer: Offer,
  given: Given,
): Rights {
  const { temporary, domains, env } = given
  const git = places.git === undefined ? {} : gitSettings(env, [...NO_PACKING, ...NO_SIGNING])
  const common = {
    ...always(places),
    approval_policy: 'never',
    web_search: 'disabled',
    // Connectors of the account, and what the user's own start-up files export.
    'features.apps': false,
    'features.shell_snapshot': false,
    mcp_servers: Object.fromEntries(offer.servers.map((name) => [name, { enabled: false }])),
    'shell_environment_policy.exclude': secretsIn(env),
    'shell_environment_policy.set.TMPDIR': temporary,
  } satisfies Record<string, Toml>
  const rules = rulesFor(profile, places, given)
  const problem = offer.problem ?? patternIn(rules)
  const remedy = offer.problem === undefined ? 'Rename that folder' : `Update it: ${UPDATE}`
  if (problem !== undefined) return older(profile, places, { problem, remedy }, common, given, git)
  return {
    argv: [
      // The user's own rules let commands out of the sandbox.
      '--ignore-rules',
      ...settings({
        ...common,
        default_permissions: PROFILE,
        [`permissions.${PROFILE}`]: {
          filesystem: rules,
          ...(profile === 'edit' ? { network: networkFor(domains) } : {}),
        },
        'features.network_proxy': profile === 'edit',
      }),
    ],
    containment: 'sandbox',
    env: git,
  }
}

/** It takes these for patterns, and refuses them. */
function patternIn(rules: Rules): string | undefined {
  const path = Object.keys(rules).find((each) => /[*?[\]]/.test(each))
  return path === undefined ? undefined : `it takes ${path} for a pattern`
}

/** Without a proxy the sandbox knows only all or nothing, and nothing means no server on the loopback of a test either. */
const networkFor = (domains: readonly string[]): Toml => ({
  enabled: true,
  // Inside, the loopback is the sandbox' own.
  allow_local_binding: true,
  domains: Object.fromEntries(domains.map((domain) => [domain, 'allow'])),
})

function always({ cwd, git }: RealPlaces): Record<string, Toml> {
  // Asked for each folder first, then for the repository. A trusted one is, because its user once looked at it.
  const untrusted = [...new Set([cwd, ...(git === undefined ? [] : [dirname(git)])])]
  return {
    projects: Object.fromEntries(untrusted.map((path) => [path, { trust_level: 'untrusted' }])),
    // A login shell puts its own PATH in the place of ours.
    allow_login_shell: false,
    // The identity and the marker must reach every command.
    'shell_environment_policy.inherit': 'all',
    'shell_environment_policy.ignore_default_excludes': true,
    'shell_environment_policy.include_only': [],
  }
}

const UPDATE = 'npm install -g @openai/codex@latest; on Linux it needs user namespaces (see: dispatch doctor)'

/** Its settings of old: a whole folder, and no network. */
function older(
  profile: 'read-only' | 'edit',
  places: RealPlaces,
  { problem, remedy }: { problem: string; remedy: string },
  common: Record<string, Toml>,
  { temporary }: Given,
  env: Record<string, string>,
): Rights {
  const why = `the sandbox of this Codex cannot hold single paths here (${problem || 'it does not say why'})`
  if (profile === 'read-only')
    throw refused({
      what: `a read-only worker cannot be held: ${why}`,
      next: `${remedy}. Or choose another model, or --profile edit.`,
    })
  const { task, git, linked } = places
  const shared =
    git === undefined || linked === undefined ? [] : [...SHARED.map((name) => join(git, name)), linked]
  return {
    argv: settings({
      ...common,
      sandbox_mode: 'workspace-write',
      sandbox_workspace_write: {
        writable_roots: [task, temporary, ...shared],
        network_access: false,
        exclude_slash_tmp: true,
        exclude_tmpdir_env_var: true,
      },
    }),
    containment: 'sandbox',
    notice: `Held only by the older rules of Codex: ${why}. The worker has no network, cannot commit in a main worktree, and could change .dispatch where that lies in its folder. ${remedy}`,
    env,
  }
}
