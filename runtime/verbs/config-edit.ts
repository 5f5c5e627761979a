/** `config default`, `add`, `alias`, `remove`: the changes, checked before anything is written. */
import { addAlias, addModel, removeModel, setDefault } from '../config/edit.ts'
import { KNOWN_CLIS } from '../config/known.ts'
import { type Config, canRun, loadConfig } from '../config/load.ts'
import type { ModelChoice } from '../config/model.ts'
import { lookUp, resolveModel } from '../config/resolve.ts'
import { misused, refused } from '../io/errors.ts'
import { findProgram } from '../io/which.ts'
import { type Call, NEXT, profileOf } from './config-call.ts'

export async function makeDefault({ home, words: [name = ''], flags }: Call): Promise<string> {
  const choice = resolve(loadConfig(home), name)
  await setDefault(home, choice.name, flags.why)
  return `default is now ${choice.name} (${choice.backend})\n`
}

export async function add({ home, env, words: [name = ''], flags }: Call): Promise<string> {
  checkName(name)
  const config = loadConfig(home)
  const made = madeBy(config, name, env)
  const backend = flags.backend ?? config.models.get(name)?.backend ?? made?.group
  if (backend === undefined)
    throw misused({ what: `\`config add\` needs --backend: no CLI is known to make ${name}`, next: NEXT })
  if (!canRun(config, backend))
    throw refused({
      what: `no backend is called ${JSON.stringify(backend)}`,
      expected: `one of ${KNOWN_CLIS.join(', ')}, or one of your own`,
      next: `Your own goes into ${config.path}: backends: { ${backend}: { command: <program and arguments> } }`,
    })
  const fallback = flags.fallback?.split(',').map((word) => word.trim())
  for (const word of fallback ?? []) resolve(config, word)
  // As it is said ("gpt 5.3 codex") is not always as the CLI wants to hear it.
  const spelling = made?.group === backend && made.id !== name ? made.id : undefined
  const id = flags.id ?? (config.models.has(name) ? undefined : spelling)
  await addModel(home, name, { backend, id, effort: flags.effort, profile: profileOf(flags), fallback })
  return `${name} is a model of ${backend} now\n`
}

/** What the name would come to if nothing of the user's bore it. */
function madeBy(config: Config, name: string, env: NodeJS.ProcessEnv): ModelChoice | undefined {
  const bare = { ...config, models: new Map(), aliases: new Map() }
  return lookUp(bare, name, (program) => findProgram(program, env) !== undefined)
}

export async function alias({ home, words: [name = '', model = ''], flags }: Call): Promise<string> {
  checkName(name)
  // An alias stands for a model, never for another alias.
  const target = resolve({ ...loadConfig(home), aliases: new Map() }, model)
  await addAlias(home, name, { model: target.name, prompt: flags.prompt, profile: profileOf(flags) })
  return `${name} stands for ${target.name} now\n`
}

export async function remove({ home, words: [name = ''], flags }: Call): Promise<string> {
  const before = loadConfig(home)
  await removeModel(home, name, {
    why: flags.why,
    check(after) {
      const lost = stillNeeding(before, after)
      if (lost.length === 0) return
      throw refused({
        what: `${name} is still needed by ${lost.join(' and ')}`,
        where: after.path,
        next: 'Change that first (`dispatch config default <model>`, `dispatch config alias <name> <model>`).',
      })
    },
  })
  return `${name} is removed\n`
}

function stillNeeding(before: Config, after: Config): string[] {
  const isLost = (word: string) => lookUp(before, word) !== undefined && lookUp(after, word) === undefined
  return [
    ...(before.default !== undefined && isLost(before.default) ? ['the default'] : []),
    ...[...after.aliases.keys()].filter(isLost).map((other) => `the alias ${other}`),
    ...[...after.models]
      .filter(([, { fallback }]) => fallback.some(isLost))
      .map(([other]) => `the fallback of ${other}`),
  ]
}

/** A name that is certainly there; what is installed plays no part in it. */
const resolve = (config: Config, word: string) => resolveModel(config, word, () => true)

function checkName(name: string): void {
  if (name.toLowerCase() === 'demo')
    throw refused({ what: '`demo` is always the embedded worker, and no name for another model' })
  if (!/^[\p{L}\p{N}][\p{L}\p{N} ._:/@+[\]-]{0,79}$/u.test(name))
    throw misused({
      what: 'not usable as the name of a model',
      expected: 'letters, digits, spaces and . - _ : / @ + [ ], at most 80, a letter or digit first',
      found: JSON.stringify(name),
    })
}
