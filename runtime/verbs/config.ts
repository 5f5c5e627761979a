/** `config`: shows and changes the user's configuration. */
import { parseArgs } from 'node:util'
import { addAlias, addModel, removeModel, setDefault } from '../config/edit.ts'
import { dispatchHome } from '../config/home.ts'
import { isKnownCli, KNOWN_CLIS } from '../config/known.ts'
import { configFacts } from '../config/list.ts'
import { type Config, configPath, loadConfig } from '../config/load.ts'
import { isProfile, PROFILES, type Profile } from '../config/profile.ts'
import { lookUp, resolveModel } from '../config/resolve.ts'
import { errorCode, misused, refused } from '../io/errors.ts'
import { printYaml } from '../io/yaml.ts'
import type { Verb, VerbIo } from './verb.ts'

export const help = `dispatch config [list | path | default | add | alias | remove] …   shows the configuration, or changes it

dispatch config [list] [--json]
dispatch config path
dispatch config default <model>
dispatch config add <name> --backend B [--id ID] [--effort E] [--profile P] [--fallback a,b]
dispatch config alias <name> <model> [--prompt text] [--profile P]
dispatch config remove <name>

Shows what holds, or changes config.yaml; its comments and unknown keys survive. \`add\` and \`alias\` on a name that is
there change the keys that are given. P is ${PROFILES.join(', ')}.

Example: dispatch config add deep --backend claude --id opus --effort high --fallback sonnet
`

const next =
  'usage: dispatch config list | path | default | add | alias | remove … (`dispatch config --help` shows each)'

const options = {
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  backend: { type: 'string' },
  id: { type: 'string' },
  effort: { type: 'string' },
  profile: { type: 'string' },
  fallback: { type: 'string' },
  prompt: { type: 'string' },
} as const

type Flags = ReturnType<typeof parsed>['values']
interface Call {
  home: string
  words: string[]
  flags: Flags
}

interface Subverb {
  /** How many words follow it. */
  words: number
  flags: (keyof typeof options)[]
  /** Changes the file: not for a worker. */
  edits: boolean
  /** Returns what is printed. */
  act(call: Call): Promise<string> | string
}

const SUBVERBS: Record<string, Subverb> = {
  list: { words: 0, flags: ['json'], edits: false, act: list },
  path: { words: 0, flags: [], edits: false, act: ({ home }) => `${configPath(home)}\n` },
  default: { words: 1, flags: [], edits: true, act: makeDefault },
  add: { words: 1, flags: ['backend', 'id', 'effort', 'profile', 'fallback'], edits: true, act: add },
  alias: { words: 2, flags: ['prompt', 'profile'], edits: true, act: alias },
  remove: { words: 1, flags: [], edits: true, act: remove },
}

export const run: Verb = async (argv, io) => {
  const { values: flags, positionals } = parsed(argv)
  if (flags.help) {
    io.stdout(help)
    return 0
  }
  const [name = 'list', ...words] = positionals
  const subverb = Object.hasOwn(SUBVERBS, name) ? SUBVERBS[name] : undefined
  if (subverb === undefined) throw misused({ what: `config has no \`${name}\``, next })
  checkShape(name, subverb, words, flags)
  if (subverb.edits) refuseWorker(io)
  io.stdout(await subverb.act({ home: dispatchHome(io.env), words, flags }))
  return 0
}

function parsed(argv: string[]) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true })
  } catch (error) {
    if (errorCode(error)?.startsWith('ERR_PARSE_ARGS') !== true || !(error instanceof Error)) throw error
    throw misused({ what: error.message, next })
  }
}

function checkShape(name: string, subverb: Subverb, words: string[], flags: Flags): void {
  const strange = Object.keys(flags).find((flag) => !subverb.flags.some((known) => known === flag))
  if (strange !== undefined) throw misused({ what: `\`config ${name}\` takes no --${strange}`, next })
  if (words.length !== subverb.words)
    throw misused({
      what: `\`config ${name}\` takes ${subverb.words} word${subverb.words === 1 ? '' : 's'}`,
      found: words.length === 0 ? 'none' : words.map((word) => JSON.stringify(word)).join(' '),
      next,
    })
}

/** Rights are computed from this file, so no worker may change it. */
function refuseWorker({ env }: VerbIo): void {
  if (env.DISPATCH_TASK === undefined || env.DISPATCH_TASK === '') return
  throw refused({ what: 'a worker does not change the configuration', next: 'Ask the lead: `dispatch ask`.' })
}

function list({ home, flags }: Call): string {
  const config = loadConfig(home)
  const facts = configFacts(config)
  if (flags.json) return `${JSON.stringify(facts, null, 2)}\n`
  const { path, exists, ...rest } = facts
  return `# ${path}${exists ? '' : ' (not there yet: these are the built-in settings)'}\n${printYaml(rest)}`
}

async function makeDefault({ home, words: [name = ''] }: Call): Promise<string> {
  const choice = resolve(loadConfig(home), name)
  await setDefault(home, choice.name)
  return `default is now ${choice.name} (${choice.backend})\n`
}

async function add({ home, words: [name = ''], flags }: Call): Promise<string> {
  checkName(name)
  const config = loadConfig(home)
  const backend = flags.backend ?? config.models.get(name)?.backend
  if (backend === undefined) throw misused({ what: '`config add` needs --backend', next })
  if (!isKnownCli(backend) && config.backends.get(backend)?.command === undefined)
    throw refused({
      what: `no backend is called ${JSON.stringify(backend)}`,
      expected: `one of ${KNOWN_CLIS.join(', ')}, or one of your own`,
      next: `Your own goes into ${config.path}: backends: { ${backend}: { command: <program and arguments> } }`,
    })
  const fallback = flags.fallback?.split(',').map((word) => word.trim())
  for (const word of fallback ?? []) resolve(config, word)
  const { id, effort } = flags
  await addModel(home, name, { backend, id, effort, profile: profileOf(flags), fallback })
  return `${name} is a model of ${backend} now\n`
}

async function alias({ home, words: [name = '', model = ''], flags }: Call): Promise<string> {
  checkName(name)
  // An alias stands for a model, never for another alias.
  const target = resolve({ ...loadConfig(home), aliases: new Map() }, model)
  await addAlias(home, name, { model: target.name, prompt: flags.prompt, profile: profileOf(flags) })
  return `${name} stands for ${target.name} now\n`
}

async function remove({ home, words: [name = ''] }: Call): Promise<string> {
  const before = loadConfig(home)
  await removeModel(home, name, (after) => {
    const lost = [
      ...(before.default !== undefined && lookUp(before, before.default) && !lookUp(after, before.default)
        ? ['the default']
        : []),
      ...[...after.aliases.keys()]
        .filter((other) => lookUp(before, other) && !lookUp(after, other))
        .map((other) => `the alias ${other}`),
    ]
    if (lost.length === 0) return
    throw refused({
      what: `${name} is still needed by ${lost.join(' and ')}`,
      where: after.path,
      next: 'Change that first (`dispatch config default <model>`, `dispatch config alias <name> <model>`).',
    })
  })
  return `${name} is removed\n`
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

function profileOf({ profile }: Flags): Profile | undefined {
  if (profile === undefined || isProfile(profile)) return profile
  throw misused({
    what: '--profile is not usable',
    expected: `one of ${PROFILES.join(', ')}`,
    found: JSON.stringify(profile),
  })
}
