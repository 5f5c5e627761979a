import type { Profile } from './profile.ts'

/** What a model word of the user came to: everything a launch needs to know of the configuration. */
export interface ModelChoice {
  /** As it is shown: the configured name, e.g. `opus`. */
  name: string
  /** The backend's name, a key of the registry in backend/registry.ts: `claude`, `command`, `demo` … */
  backend: string
  /** What `limits.per_backend` counts it as: the name under `backends`, which for a known CLI is mostly its own. */
  group: string
  /** What the CLI is given for its model flag; undefined leaves the CLI's own default. */
  id: string | undefined
  effort: string | undefined
  /** A standing instruction of an alias, put before the task. */
  prompt: string | undefined
  /** The profile that the alias or the model asks for where the caller says none. */
  profile: Profile | undefined
  /** The backend's executable and first arguments, from the user's configuration. */
  command: string[] | undefined
  env: Record<string, string>
  /** Milliseconds; undefined is no limit. */
  timeout: number | undefined
  fallback: string[]
}
