/** What the subverbs of `config` share: their flags, and what they are called with. */
import { parseArgs } from 'node:util'
import { isProfile, PROFILES, type Profile } from '../config/profile.ts'
import { errorCode, misused } from '../io/errors.ts'

export const NEXT =
  'usage: dispatch config list | show | path | default | add | alias | remove | init | migrate … (`dispatch config --help` shows each)'

const options = {
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  backend: { type: 'string' },
  id: { type: 'string' },
  effort: { type: 'string' },
  profile: { type: 'string' },
  fallback: { type: 'string' },
  prompt: { type: 'string' },
  why: { type: 'string' },
} as const

type Flags = ReturnType<typeof parsed>['values']
export type Flag = keyof typeof options

export interface Call {
  home: string
  env: NodeJS.ProcessEnv
  words: string[]
  flags: Flags
}

/** @throws exit 64 */
export function parsed(argv: string[]) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true })
  } catch (error) {
    if (errorCode(error)?.startsWith('ERR_PARSE_ARGS') !== true || !(error instanceof Error)) throw error
    throw misused({ what: error.message, next: NEXT })
  }
}

export function profileOf({ profile }: Flags): Profile | undefined {
  if (profile === undefined || isProfile(profile)) return profile
  throw misused({
    what: '--profile is not usable',
    expected: `one of ${PROFILES.join(', ')}`,
    found: JSON.stringify(profile),
  })
}
