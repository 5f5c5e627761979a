/** How a profile is held with what this machine offers, and what the user is told when it is less than asked. Pure. */
import type { Profile } from '../config/profile.ts'
import { isAtLeast, type Offer, showVersion, type Version } from './claude-rights-offer.ts'
import type { Site } from './claude-rights-site.ts'

/**
 * Which arrangement of mounts the client's own sandbox bears: `current` takes a read-only git directory, `old` does
 * not (every shell command fails), `none` is a system without bubblewrap.
 */
export type Recipe = 'current' | 'old' | 'none'

export type Hold =
  | { kind: 'none'; notice?: undefined }
  | { kind: 'allow-list'; notice: string }
  | { kind: 'sandbox'; recipe: Recipe; bwrap: string | undefined; notice?: string }

/** Measured from here on. What came between the two is treated as the older one. */
const CURRENT: Version = [2, 1, 329]
const OLDEST: Version = [2, 1, 197]
const UPDATE = 'npm install -g @anthropic-ai/claude-code@latest (needs Node 22), or `claude update`'

export function holdFor(profile: Profile, offer: Offer, site: Site): Hold {
  if (profile === 'full') return { kind: 'none' }
  const { platform, version, bwrap } = offer
  const instead = (why: string, remedy: string) => allowList(profile, why, remedy)
  if (version === undefined)
    return instead('the version of Claude Code could not be asked', 'See: dispatch doctor')
  if (!isAtLeast(version, OLDEST))
    return instead(
      `Claude Code ${showVersion(version)} is older than its sandbox here needs`,
      `Update it: ${UPDATE}`,
    )
  if (platform !== 'linux' && platform !== 'darwin')
    return instead(`Claude Code has no sandbox on ${platform}`, 'On Windows use WSL.')
  if (platform === 'linux' && bwrap === undefined)
    return instead(offer.problem ?? 'bubblewrap is missing', offer.remedy ?? 'See: dispatch doctor')
  const current = isAtLeast(version, CURRENT)
  if (!current && site.projectSandbox)
    return instead(
      `Claude Code ${showVersion(version)} would let this repository's .claude settings open its sandbox`,
      `Update it: ${UPDATE}`,
    )
  if (!current && profile === 'read-only')
    return instead(
      `Claude Code ${showVersion(version)} cannot run commands in a read-only directory`,
      `Update it: ${UPDATE}`,
    )
  if (platform === 'darwin') return seatbelt(profile, site)
  return { kind: 'sandbox', recipe: current ? 'current' : 'old', bwrap }
}

/**
 * macOS: the client's own sandbox-exec, without mounts of ours. NOT RUN on a Mac; from what is known of the settings
 * on Linux: a denied path wins over an allowed one below it, and the working directory is always writable. So where
 * the state lies in the working directory, files can be added to it, and nothing can be made read-only around it.
 */
function seatbelt(profile: 'read-only' | 'edit', site: Site): Hold {
  const recipe = { kind: 'sandbox', recipe: 'none', bwrap: undefined } as const
  if (!site.rootInside) return recipe
  const remedy = 'A worker with --worktree is held by the sandbox.'
  if (profile === 'read-only')
    return allowList(profile, 'on macOS the sandbox cannot make a whole main worktree read-only', remedy)
  return {
    ...recipe,
    notice: `Contained, except that on macOS a worker in the main worktree could add new files to .dispatch. ${remedy}`,
  }
}

const allowList = (profile: 'read-only' | 'edit', why: string, remedy: string): Hold => ({
  kind: 'allow-list',
  notice: `Not contained by the operating system: ${why}. The worker has a short list of allowed commands instead${profile === 'edit' ? " (its git commit runs the repository's hooks outside any sandbox)" : ''}. ${remedy}`,
})
