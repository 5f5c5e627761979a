/**
 * From a model as a person says it to everything that a launch needs. Pure: what is installed is asked through a
 * function. In this order: `demo`; an alias; a configured model; a configured backend (its own default model); a CLI's
 * name or a model of a family it makes; what an installed CLI listed. Exactly as written first, then without regard to
 * case and `. - _` or spaces.
 */
import { refused } from '../io/errors.ts'
import { familyOf, type Offers, offered, withoutProvider } from './families.ts'
import { CLAUDE_FAMILIES, claudeId, isKnownCli, programOf, spelled, VENDOR_CLIS } from './known.ts'
import { type Config, canRun } from './load.ts'
import type { ModelChoice } from './model.ts'
import { noDefault, unknown } from './unresolved.ts'

type IsInstalled = (program: string) => boolean
export type Named = Pick<Config, 'default' | 'backends' | 'models' | 'aliases' | 'limits'> & {
  /** Absent where only what is configured counts. */
  offers?: () => Offers
}

const everything: IsInstalled = () => true

/**
 * @param word undefined means the user's default, else the first CLI that is there with its own default model
 * @throws exit 1 for a name nobody knows (with the nearest ones), 69 when there is no default and no AI CLI
 */
export function resolveModel(config: Named, word: string | undefined, isInstalled: IsInstalled): ModelChoice {
  const wanted = word ?? defaultOf(config, isInstalled)
  if (wanted === undefined) throw noDefault([...config.models.keys(), ...ownBackends(config)])
  const choice = lookUp(config, wanted, isInstalled)
  if (choice !== undefined) return choice
  const offers = [...(config.offers?.().values() ?? [])].flat()
  const names = [...knownNames(config), ...offers.flatMap((id) => [id, withoutProvider(id)])]
  const context = word === undefined ? 'the configured default is unknown: ' : ''
  throw unknown(wanted, names, { target: among(config.aliases, wanted)?.value.model, context })
}

/** The same without a complaint: undefined for a name nobody knows. */
export function lookUp(
  config: Named,
  word: string,
  isInstalled: IsInstalled = everything,
): ModelChoice | undefined {
  if (spelled(word) === 'demo') return choose(config, { name: 'demo', backend: 'demo' })
  const alias = among(config.aliases, word)
  if (alias === undefined) return withoutAliases(config, word, isInstalled)
  // An alias names a model, never another alias: so it may bear the name of its own model, and there are no loops.
  const model = withoutAliases(config, alias.value.model, isInstalled)
  if (model === undefined) return undefined
  const { prompt, profile } = alias.value
  return { ...model, name: alias.name, prompt, profile: profile ?? model.profile }
}

/** The word that holds where none is said, or undefined: none configured, and no CLI. */
export const defaultOf = (config: Named, isInstalled: IsInstalled): string | undefined =>
  config.default ?? VENDOR_CLIS.find((cli) => isInstalled(programFor(config, cli) ?? cli))

/** Every name that can be said, the user's own first. */
export const knownNames = (config: Named): string[] => [
  ...new Set([
    ...config.aliases.keys(),
    ...config.models.keys(),
    ...ownBackends(config),
    'claude',
    ...CLAUDE_FAMILIES,
    ...VENDOR_CLIS,
    'demo',
  ]),
]

/** The program that a backend comes down to; undefined where none is needed. */
export const programFor = ({ backends }: Pick<Config, 'backends'>, backend: string): string | undefined =>
  backends.get(backend)?.command?.[0] ?? programOf(backends.get(backend)?.cli ?? backend)

const ownBackends = (config: Named) => [...config.backends.keys()].filter((name) => canRun(config, name))

function withoutAliases(config: Named, word: string, isInstalled: IsInstalled): ModelChoice | undefined {
  if (spelled(word) === 'demo') return choose(config, { name: 'demo', backend: 'demo' })
  const model = among(config.models, word)
  if (model !== undefined) {
    const { backend, id, ...rest } = model.value
    const name = model.name
    return choose(config, { ...rest, name, backend, id: id ?? idFromName(config, name, backend) })
  }
  const backend = among(config.backends, word)
  if (backend !== undefined && canRun(config, backend.name))
    return choose(config, { name: backend.name, backend: backend.name })
  return unconfigured(config, word, isInstalled)
}

/** A model that nobody configured is run by the CLI that makes it; where that is not there, by another that lists it. */
function unconfigured(config: Named, word: string, isInstalled: IsInstalled): ModelChoice | undefined {
  const made = familyOf(word)
  if (made !== undefined && made.id === undefined)
    return choose(config, { name: made.cli, backend: made.cli })
  const asModel = (backend: string, id: string) => choose(config, { name: id, backend, id })
  const offers = config.offers?.() ?? new Map()
  const isThere = (cli: string) => isInstalled(programFor(config, cli) ?? cli)
  if (made?.id !== undefined && isThere(made.cli))
    return asModel(
      made.cli,
      made.cli === 'claude' ? made.id : (offered(offers, made.cli, made.id) ?? made.id),
    )
  for (const cli of VENDOR_CLIS) {
    const id = isThere(cli) ? offered(offers, cli, word) : undefined
    if (id !== undefined) return asModel(cli, id)
  }
  // Its launch says what to install.
  return made?.id === undefined ? undefined : asModel(made.cli, made.id)
}

/** The name of a configured model is its id, unless it is the CLI's own name or the backend takes no model. */
function idFromName(config: Named, name: string, backend: string): string | undefined {
  const cli = cliOf(config, backend)
  if (cli === 'command' || cli === 'demo' || spelled(name) === cli || spelled(name) === spelled(backend))
    return undefined
  return (cli === 'claude' ? claudeId(name) : undefined) ?? name
}

/** The registry's name of a configured backend. */
const cliOf = ({ backends }: Named, backend: string): string =>
  isKnownCli(backend) ? backend : (backends.get(backend)?.cli ?? 'command')

function choose(
  config: Named,
  model: Pick<ModelChoice, 'name' | 'backend'> & Partial<ModelChoice>,
): ModelChoice {
  const settings = config.backends.get(model.backend)
  return {
    name: model.name,
    backend: cliOf(config, model.backend),
    group: model.backend,
    id: model.id,
    effort: model.effort,
    prompt: undefined,
    profile: model.profile ?? settings?.profile,
    command: settings?.command,
    env: settings?.env ?? {},
    timeout: settings?.timeout ?? config.limits.timeout,
    fallback: model.fallback ?? [],
  }
}

function among<T>(map: ReadonlyMap<string, T>, word: string): { name: string; value: T } | undefined {
  const exact = map.get(word)
  if (exact !== undefined) return { name: word, value: exact }
  const alike = [...map].filter(([name]) => spelled(name) === spelled(word))
  if (alike.length > 1)
    throw refused({
      what: `${JSON.stringify(word)} could be ${alike.map(([name]) => name).join(' or ')}`,
      next: 'Write the name exactly.',
    })
  const [only] = alike
  return only === undefined ? undefined : { name: only[0], value: only[1] }
}
