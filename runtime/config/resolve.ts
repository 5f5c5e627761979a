/**
 * From a model as a person says it to everything that a launch needs. Pure: what is installed is asked through a
 * function. In this order: `demo`; an alias; a configured model; a configured backend (its own default model); a
 * name of Claude Code's. Exactly as written first, then without regard to case and `. - _` or spaces.
 */
import { missing, refused } from '../io/errors.ts'
import { CLAUDE_FAMILIES, claudeId, isKnownCli, programOf, spelled } from './known.ts'
import type { Config } from './load.ts'
import type { ModelChoice } from './model.ts'
import { nearest } from './nearest.ts'

type IsInstalled = (program: string) => boolean
type Named = Pick<Config, 'default' | 'backends' | 'models' | 'aliases' | 'limits'>

/**
 * @param word undefined means the user's default, else the claude CLI with its own default model (named `claude`)
 * @throws exit 1 for a name nobody knows (with the nearest ones), 69 when there is no default and no AI CLI
 */
export function resolveModel(config: Named, word: string | undefined, isInstalled: IsInstalled): ModelChoice {
  const wanted = word ?? defaultOf(config, isInstalled)
  if (wanted === undefined) throw noDefault(config)
  const choice = lookUp(config, wanted)
  if (choice === undefined)
    throw unknown(config, wanted, word === undefined ? 'the configured default is unknown: ' : '')
  return choice
}

/** The same without a complaint: undefined for a name nobody knows. */
export function lookUp(config: Named, word: string): ModelChoice | undefined {
  if (spelled(word) === 'demo') return choose(config, { name: 'demo', backend: 'demo' })
  const alias = among(config.aliases, word)
  if (alias === undefined) return withoutAliases(config, word)
  // An alias names a model, never another alias: so it may bear the name of its own model, and there are no loops.
  const model = withoutAliases(config, alias.value.model)
  if (model === undefined) return undefined
  const { prompt, profile } = alias.value
  return { ...model, name: alias.name, prompt, profile: profile ?? model.profile }
}

/** The word that holds where none is said, or undefined: none configured, and no claude CLI. */
export function defaultOf(config: Named, isInstalled: IsInstalled): string | undefined {
  if (config.default !== undefined) return config.default
  return isInstalled(programFor(config, 'claude') ?? 'claude') ? 'claude' : undefined
}

/** Every name that can be said, the user's own first. */
export const knownNames = (config: Named): string[] => [
  ...new Set([
    ...config.aliases.keys(),
    ...config.models.keys(),
    ...[...config.backends].filter(([name, entry]) => canRun(name, entry)).map(([name]) => name),
    'claude',
    ...CLAUDE_FAMILIES,
    'demo',
  ]),
]

/** The program that a configured backend comes down to; undefined where none is needed. */
export const programFor = (config: Named, backend: string): string | undefined =>
  config.backends.get(backend)?.command?.[0] ?? programOf(backend)

/** Settings for a backend that nobody knows and that has no command are no backend. */
const canRun = (name: string, { command }: { command?: string[] | undefined }) =>
  isKnownCli(name) || command !== undefined

function withoutAliases(config: Named, word: string): ModelChoice | undefined {
  if (spelled(word) === 'demo') return choose(config, { name: 'demo', backend: 'demo' })
  const model = among(config.models, word)
  if (model !== undefined) {
    const { backend, id, ...rest } = model.value
    return choose(config, { ...rest, name: model.name, backend, id: id ?? idFromName(model.name, backend) })
  }
  const backend = among(config.backends, word)
  if (backend !== undefined && canRun(backend.name, backend.value))
    return choose(config, { name: backend.name, backend: backend.name })
  if (spelled(word) === 'claude') return choose(config, { name: 'claude', backend: 'claude' })
  const id = claudeId(word)
  return id === undefined ? undefined : choose(config, { name: id, backend: 'claude', id })
}

/** The name of a configured model is its id, unless it is the CLI's own name or the backend takes no model. */
function idFromName(name: string, backend: string): string | undefined {
  if (!isKnownCli(backend) || backend === 'demo' || spelled(name) === backend) return undefined
  return (backend === 'claude' ? claudeId(name) : undefined) ?? name
}

function choose(
  config: Named,
  model: Pick<ModelChoice, 'name' | 'backend'> & Partial<ModelChoice>,
): ModelChoice {
  const settings = config.backends.get(model.backend)
  return {
    name: model.name,
    backend: isKnownCli(model.backend) ? model.backend : 'command',
    id: model.id,
    effort: model.effort,
    prompt: undefined,
    profile: model.profile,
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

function noDefault(config: Named) {
  const own = knownNames({ ...config, aliases: new Map() }).filter(
    (name) => config.models.has(name) || config.backends.has(name),
  )
  return missing({
    what: 'no AI CLI was found on the PATH, and no default model is set',
    next:
      own.length > 0
        ? `Choose one of your own: \`dispatch config default <model>\` (${own.slice(0, 4).join(', ')}).`
        : 'Install one: `npm install -g @anthropic-ai/claude-code`. `--model demo` works meanwhile.',
  })
}

function unknown(config: Named, word: string, context: string) {
  const target = among(config.aliases, word)?.value.model
  const near = nearest(target ?? word, knownNames(config))
  return refused({
    what:
      target === undefined
        ? `${context}no model is called ${JSON.stringify(word)}`
        : `${context}the alias ${JSON.stringify(word)} stands for ${JSON.stringify(target)}, and no model is called that`,
    expected:
      near.length > 0 ? `${near.join(', ')} or another of \`dispatch models\`` : 'one of `dispatch models`',
    next: 'To add it: `dispatch config add <name> --backend <claude, codex …> --id <what the CLI calls it>`.',
  })
}
