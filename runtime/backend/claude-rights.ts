/**
 * The three profiles in Claude Code's own terms: what the machine offers and what lies at the worker's places is
 * read, how the profile is held is decided, and the launch is written down. Measured on 2.1.329 and 2.1.197.
 */
import { join } from 'node:path'
import type { LaunchPlan, LaunchRequest } from './backend.ts'
import { type Hold, holdFor } from './claude-rights-hold.ts'
import { mountsFor } from './claude-rights-mounts.ts'
import { type Offer, offerOf } from './claude-rights-offer.ts'
import { settingsFor } from './claude-rights-settings.ts'
import { type Site, siteOf } from './claude-rights-site.ts'
import { excludesFor } from './claude-rights-stubs.ts'
import { gitSettings, NO_PACKING } from './contain-git.ts'

export type Rights = Pick<LaunchPlan, 'containment' | 'notice'> & {
  /** The outer bubblewrap, up to the client's own words. */
  wrapper: string[]
  argv: string[]
  env: Record<string, string>
  files: Record<string, string>
}

/** @param client the client's program and the words that always follow it */
export async function rightsFor(request: LaunchRequest, client: readonly string[]): Promise<Rights> {
  const [offer, domains] = await Promise.all([
    offerOf(request, client),
    // Read-only work needs no registry, and what it reads cannot leave then.
    request.profile === 'edit' ? request.domains() : [],
  ])
  return decide(request, offer, siteOf(request), domains)
}

/** Pure. */
export function decide(
  { profile, env, files }: Pick<LaunchRequest, 'profile' | 'env' | 'files'>,
  offer: Offer,
  site: Site,
  domains: readonly string[],
): Rights {
  const hold = holdFor(profile, offer, site)
  // Without a sandbox only what lies in these folders may be read by the shell; with one they would be writable.
  const folders = hold.kind === 'allow-list' ? [site.cwd, site.task] : [site.cwd]
  const common = ['--setting-sources', 'user', ...folders.flatMap((folder) => ['--add-dir', folder])]
  const always = {
    // Without the project's settings the client forgets its CLAUDE.md; with this it is read as that of a folder added.
    CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1',
    // A shell call that runs into its limit would go on in the background, where `dispatch ask` is no use.
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
  }
  if (hold.kind === 'none')
    return {
      wrapper: [],
      argv: ['--permission-mode', 'bypassPermissions', ...common],
      // The client refuses this mode to root unless it is told so; the user chose it.
      env: { ...always, ...(offer.root ? { IS_SANDBOX: '1' } : {}) },
      files: {},
      containment: 'none',
    }
  const settings = join(files, 'settings.json')
  const excludes = excludesFor(hold, site)
  const excludesFile = join(files, 'excludes')
  const git = gitFor(hold, site, env, excludes === undefined ? undefined : excludesFile)
  return {
    wrapper: wrapperOf(hold, profile, site),
    argv: ['--permission-mode', 'dontAsk', ...common, '--strict-mcp-config', '--settings', settings],
    env: { ...always, ...git },
    files: {
      [settings]: `${JSON.stringify(settingsFor(profile, hold, site, { domains, env }), null, 1)}\n`,
      ...(excludes === undefined ? {} : { [excludesFile]: excludes }),
    },
    containment: hold.kind,
    ...(hold.notice === undefined ? {} : { notice: hold.notice }),
  }
}

function wrapperOf(hold: Hold, profile: LaunchRequest['profile'], site: Site): string[] {
  if (hold.kind !== 'sandbox' || hold.bwrap === undefined) return []
  return [hold.bwrap, '--dev-bind', '/', '/', ...mountsFor(profile, hold.recipe, site), '--']
}

function gitFor(
  hold: Hold,
  site: Site,
  env: NodeJS.ProcessEnv,
  excludes: string | undefined,
): Record<string, string> {
  if (hold.kind !== 'sandbox' || site.git === undefined) return {}
  const own = excludes === undefined ? [] : [['core.excludesFile', excludes] as const]
  return gitSettings(env, [...own, ...NO_PACKING])
}
