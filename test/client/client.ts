/** What every run of the real client has in common: which binary, which world it sees, which arguments. */
import { claudeBinary } from './install.ts'
import type { ModelServer } from './model-server.ts'

export interface ClientOptions {
  version: string
  cwd: string
  /** The client's whole world of settings, sessions and plugins: a fresh folder for each test. */
  home: string
  server: ModelServer
  /** Loaded with `--plugin-dir`. */
  pluginDir?: string
  args?: string[]
  /** Added to the clean environment; undefined removes a variable from it. */
  env?: Record<string, string | undefined>
}

/** Nothing of the developer's or of a surrounding session's environment, except PATH and the locale. */
export function clientEnvironment(options: ClientOptions): Record<string, string> {
  const environment: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    HOME: options.home,
    ANTHROPIC_BASE_URL: options.server.url,
    ANTHROPIC_API_KEY: 'dummy',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    // Root may use bypassPermissions only when it says that it is in a sandbox.
    IS_SANDBOX: '1',
    ...options.env,
  }
  const set = Object.entries(environment).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return Object.fromEntries(set)
}

export function commonArgs(options: ClientOptions): string[] {
  return [...(options.pluginDir ? ['--plugin-dir', options.pluginDir] : []), ...(options.args ?? [])]
}

export function binary(version: string): string {
  const path = claudeBinary(version)
  if (path === undefined) {
    throw new Error(`claude ${version} is not in .clients; install it: npx tsx test/client/install.ts`)
  }
  return path
}
