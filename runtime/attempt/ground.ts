import type { Config } from '../config/load.ts'

/** What every act on a root's attempts stands on: resolved once by the verb, then passed down. */
export interface Ground {
  env: NodeJS.ProcessEnv
  /** `~/.dispatch` */
  home: string
  /** `<repo>/.dispatch` */
  root: string
  config: Config
}
