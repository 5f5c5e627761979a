/** What a worker may do; each backend maps these to its own CLI's flags. In rising order. */
export const PROFILES = ['read-only', 'edit', 'full'] as const
export type Profile = (typeof PROFILES)[number]
export const DEFAULT_PROFILE: Profile = 'edit'

export const isProfile = (word: string): word is Profile => PROFILES.some((profile) => profile === word)
