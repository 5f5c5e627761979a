/** What a person or a program is told about the configuration: plain facts, absent ones null. Pure. */
import { showDuration } from './duration.ts'
import type { Config } from './load.ts'
import { defaultOf, knownNames, lookUp, programFor } from './resolve.ts'

export interface ModelRow {
  name: string
  kind: 'alias' | 'model' | 'backend' | 'built-in'
  /** Null for an alias whose model is not there. */
  backend: string | null
  id: string | null
  effort: string | null
  profile: string | null
  fallback: string[]
  /** What is run; null where nothing needs to be installed. */
  program: string | null
  installed: boolean
  default: boolean
}

/** Every name that can be said for a model; exactly one is the default, unless there is none. */
export function modelRows(config: Config, isInstalled: (program: string) => boolean): ModelRow[] {
  const word = defaultOf(config, isInstalled)
  const preferred = word === undefined ? undefined : (lookUp(config, word, isInstalled)?.name ?? word)
  const names = new Set([...knownNames(config), ...(preferred === undefined ? [] : [preferred])])
  return [...names].map((name) => {
    const choice = lookUp(config, name, isInstalled)
    const program = choice && programFor(config, choice.group)
    return {
      name,
      kind: kindOf(config, name),
      backend: choice?.backend ?? null,
      id: choice?.id ?? null,
      effort: choice?.effort ?? null,
      profile: choice?.profile ?? null,
      fallback: choice?.fallback ?? [],
      program: program ?? null,
      installed: choice !== undefined && (program === undefined || isInstalled(program)),
      default: name === preferred,
    }
  })
}

function kindOf(config: Config, name: string): ModelRow['kind'] {
  if (name === 'demo') return 'built-in'
  if (config.aliases.has(name)) return 'alias'
  if (config.models.has(name)) return 'model'
  return config.backends.has(name) ? 'backend' : 'built-in'
}

/** The configuration as it holds, keys as in the file. Of `env` only the names: its values are often secret. */
export function configFacts(config: Config) {
  const time = (ms: number | undefined) => (ms === undefined ? null : showDuration(ms))
  const mapped = <T, U>(map: ReadonlyMap<string, T>, turn: (value: T) => U): Record<string, U> =>
    Object.fromEntries([...map].map(([name, value]) => [name, turn(value)]))
  const { limits } = config
  return {
    path: config.path,
    exists: config.exists,
    /** What parts of an older format come to; empty for a file of today's. */
    older_format: config.old.flatMap(({ line, says }) => says.map((sentence) => `line ${line}: ${sentence}`)),
    default: config.default ?? null,
    backends: mapped(config.backends, ({ cli, command, env, timeout, profile }) => ({
      cli: cli ?? null,
      command: command ?? null,
      env: Object.keys(env),
      timeout: time(timeout),
      profile: profile ?? null,
    })),
    models: mapped(config.models, ({ backend, id, effort, profile, fallback }) => ({
      backend,
      id: id ?? null,
      effort: effort ?? null,
      profile: profile ?? null,
      fallback,
    })),
    aliases: mapped(config.aliases, ({ model, prompt, profile }) => ({
      model,
      prompt: prompt ?? null,
      profile: profile ?? null,
    })),
    limits: {
      parallel: limits.parallel ?? null,
      per_backend: Object.fromEntries(limits.per_backend),
      timeout: time(limits.timeout),
      budget_usd: limits.budget_usd ?? null,
      ask_timeout: showDuration(limits.ask_timeout),
      hang: showDuration(limits.hang),
      retries: limits.retries,
      backoff: limits.backoff?.map(showDuration) ?? null,
    },
    sandbox: { domains: config.sandbox.domains ?? null },
    bootstrap: Object.fromEntries(config.bootstrap),
    keep: config.keep,
  }
}
