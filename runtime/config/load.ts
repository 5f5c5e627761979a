/** Reads config.yaml. No file means the built-in settings; a broken one is an error with its line, and stays as it is. */
import { join } from 'node:path'
import { parse, safeParse } from 'valibot'
import { unreadable } from '../io/errors.ts'
import { readIfThere } from '../io/reading.ts'
import { contentOf, parseYamlDocument } from '../io/yaml.ts'
import { describe, lineOf, type YamlDocument } from '../io/yaml-place.ts'
import { offersIn } from './clis.ts'
import type { Offers } from './families.ts'
import { isKnownCli, KNOWN_CLIS } from './known.ts'
import { applyRewrites, oldParts, type Rewrite } from './old-format.ts'
import { refuseForeign } from './own.ts'
import { ConfigSchema, type Settings } from './schema.ts'

export interface Parsed extends Settings {
  /** Parts of an older format: read as what they come to today, and what `config migrate` would write. */
  old: readonly OldPart[]
}

interface OldPart extends Rewrite {
  line: number
}

export interface Config extends Parsed {
  /** The file, whether or not it is there. */
  path: string
  exists: boolean
  /** What the CLIs offer, as far as they were asked; read when it is wanted. */
  offers?: () => Offers
}

export type ConfigDocument = YamlDocument

export const configPath = (home: string) => join(home, 'config.yaml')

/** @throws exit 65, with the line, for a file that is not what it should be; exit 1 for one that others may change */
export function loadConfig(home: string): Config {
  const path = configPath(home)
  refuseForeign(path)
  const text = readIfThere(path)
  return { ...parseConfig(text ?? '', path), path, exists: text !== undefined, offers: () => offersIn(home) }
}

export function parseConfig(text: string, path: string): Parsed {
  // The usual case needs no YAML library, which hot verbs would wait for.
  if (text === '') return { ...parse(ConfigSchema, {}), old: [] }
  const document = parseYamlDocument(text, path)
  const complain = (keys: readonly unknown[], expected: string, found: unknown, more = 0) =>
    unreadable({
      what: keys.length === 0 ? 'the configuration is not usable' : `${keys.join('.')} is not usable`,
      where: `${path}:${lineOf(document, text, keys)}`,
      expected,
      found: describe(found),
      next: `The file was left as it is. Mend that line${more > 0 ? ` (${more} more after it)` : ''}, then try again.`,
    })
  const content = contentOf(document, path) ?? {}
  const {
    rewrites,
    problems: [problem, ...further],
  } = oldParts(content)
  if (problem !== undefined) throw complain(problem.keys, problem.expected, problem.found, further.length)
  const parsed = safeParse(ConfigSchema, applyRewrites(content, rewrites))
  if (!parsed.success) {
    const [first, ...others] = parsed.issues
    throw complain(first.path?.map(({ key }) => key) ?? [], first.message, first.input, others.length)
  }
  const settings = parsed.output
  for (const [name, { backend }] of settings.models)
    if (!canRun(settings, backend))
      throw complain(
        ['models', name, 'backend'],
        `one of ${KNOWN_CLIS.join(', ')}, or a name under backends that has a command`,
        backend,
      )
  for (const [name, { cli }] of settings.backends)
    if (cli !== undefined && isKnownCli(name) && cli !== name)
      throw complain(['backends', name, 'cli'], `nothing: ${name} is always the CLI of that name`, cli)
  return {
    ...settings,
    old: rewrites.map((rewrite) => ({ ...rewrite, line: lineOf(document, text, rewrite.from) })),
  }
}

/** Settings for a backend that nobody knows, and that is no CLI and no command either, are no backend. */
export function canRun({ backends }: Pick<Settings, 'backends'>, name: string): boolean {
  const own = backends.get(name)
  return isKnownCli(name) || own?.cli !== undefined || own?.command !== undefined
}
