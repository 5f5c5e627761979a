/** The user's `~/.gemini`: the settings, the keys that are kept in a file, and what a contained worker has of it all. */
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { userHome } from '../config/home.ts'
import { namesIn } from '../io/folders.ts'
import { readIfThere } from '../io/reading.ts'
import { realPath } from '../io/stat.ts'
import { isJson, type Json } from './claude-log-event.ts'
import { homeMounts } from './contain-home.ts'
import { withoutComments } from './gemini-settings.ts'

export interface GeminiHome {
  folder: string
  names: readonly string[]
  /** `{}` where there is no settings file; undefined where there is one that the CLI will not read, either. */
  settings: Json | undefined
  /** What the user's own env file sets: the first there is, as the CLI has it. */
  env: Record<string, string>
}

export function geminiHome(env: NodeJS.ProcessEnv): GeminiHome {
  const named = env.GEMINI_CLI_HOME || userHome(env)
  // It is mounted over, which no link bears.
  const home = realPath(named) ?? named
  const folder = join(home, '.gemini')
  const file = readIfThere(join(folder, '.env')) ?? readIfThere(join(home, '.env')) ?? ''
  return {
    folder: realPath(folder) ?? folder,
    names: namesIn(folder),
    settings: parseSettings(readIfThere(join(folder, 'settings.json')) ?? '{}'),
    env: Object.fromEntries(Object.entries(parseEnv(file)).map(([name, value]) => [name, value ?? ''])),
  }
}

function parseSettings(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(withoutComments(text))
    return isJson(value) ? value : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Undefined where it keeps a login that cannot be seen from here (a keychain). */
export function hasLogin(
  { names, settings, env: own }: GeminiHome,
  env: NodeJS.ProcessEnv,
): boolean | undefined {
  const { GEMINI_API_KEY, GOOGLE_API_KEY, GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_GENAI_USE_GCA } = {
    ...own,
    ...env,
  }
  const security = isJson(settings?.security) ? settings.security : {}
  const chosen = isJson(security.auth) ? security.auth.selectedType : undefined
  if (chosen === 'oauth-personal') return names.includes('oauth_creds.json') || undefined
  if (GEMINI_API_KEY || GOOGLE_API_KEY || GOOGLE_GENAI_USE_VERTEXAI || GOOGLE_GENAI_USE_GCA) return true
  return chosen === undefined ? false : undefined
}

/** Conversations and checkpoints, which it writes. */
const WRITTEN = ['tmp', 'history']
export const writtenBy = ({ folder }: Pick<GeminiHome, 'folder'>) => WRITTEN.map((name) => join(folder, name))

/** For a contained worker. @param settings what is seen as settings.json */
export const mountsOf = ({ folder, names }: GeminiHome, settings: string | undefined) =>
  homeMounts({
    folder,
    names,
    written: WRITTEN,
    // Logins.
    renewed: /^(oauth_creds|google_accounts|mcp-oauth-tokens(-v\d+)?|gemini-credentials)\.json$/,
    // Registers; which folder belongs to which project is told by the folders, too.
    remade: /^(projects\.json|state\.json)/,
    ...(settings === undefined ? {} : { replaced: { 'settings.json': settings } }),
  })
