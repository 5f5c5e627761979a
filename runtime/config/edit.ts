/**
 * Changes config.yaml and leaves everything else in it as it was: comments, order, keys of the user's own. One change
 * at a time (a lock), the result checked before it replaces the file in one step.
 */
import { join } from 'node:path'
import { refused } from '../io/errors.ts'
import { withLock } from '../io/lock.ts'
import { replace } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { parseYamlDocument } from '../io/yaml.ts'
import { commentBehind, makeMapping, oneLine, printDocument, putComments, takePair } from './document.ts'
import { type Config, type ConfigDocument, configPath, loadConfig, parseConfig } from './load.ts'
import type { Profile } from './profile.ts'

interface ModelEntry {
  backend: string
  id?: string | undefined
  effort?: string | undefined
  profile?: Profile | undefined
  fallback?: string[] | undefined
}

interface AliasEntry {
  model: string
  prompt?: string | undefined
  profile?: Profile | undefined
}

/** The file may hold keys (`env`): a new one is the user's alone. */
const PRIVATE = 0o600

const HEADER = `# The models that you use and how far workers may go. \`dispatch config list\` shows what holds, \`dispatch config
# --help\` how to change it from the command line; comments and keys of your own survive that.
#
# default: opus
# models:
#   deep: { backend: claude, id: opus, effort: high }
# aliases:
#   auditor: { model: opus, profile: read-only, prompt: Look for vulnerabilities only. }
# limits: { parallel: 5, timeout: 2h, ask_timeout: 3m }
`

/** @param why leaves a comment behind it, unless there is one */
export const setDefault = (home: string, name: string, why?: string) =>
  edit(home, (document) => {
    const former = document.get('default')
    document.setIn(['default'], name)
    if (why !== undefined)
      commentBehind(document, 'default', typeof former === 'string' ? `was ${former}: ${why}` : why)
  })

/** Adds a model, or changes the given keys of the one that has this name. */
export const addModel = (home: string, name: string, entry: ModelEntry) =>
  edit(home, (document, path) => putEntry(document, path, 'models', name, { ...entry }))

export const addAlias = (home: string, name: string, entry: AliasEntry) =>
  edit(home, (document, path) => putEntry(document, path, 'aliases', name, { ...entry }))

/**
 * Removes a model or an alias.
 * @param check looks at the configuration before it is written, and throws where the name is still needed
 * @param why leaves a comment in its place
 * @throws exit 1 when neither is there
 */
export const removeModel = (
  home: string,
  name: string,
  { check, why }: { check?: (after: Config) => void; why?: string | undefined } = {},
) =>
  edit(
    home,
    (document, path) => {
      const removed = ['models', 'aliases', 'agents'].flatMap(
        (section) => takePair(document, [section, name]) ?? [],
      )
      if (removed.length === 0)
        throw refused({
          what: `no model and no alias is called ${JSON.stringify(name)}`,
          where: path,
          next: '`dispatch config list` shows what is there.',
        })
      if (why !== undefined)
        for (const taken of removed)
          putComments(document, { ...taken, comments: [` removed: ${oneLine(`${name} (${why})`)}`] })
    },
    check,
  )

/** Returns the configuration as it is afterwards. Waits for others that edit; exit 75 after 20 s. */
const edit = (
  home: string,
  change: (document: ConfigDocument, path: string) => void,
  check: (after: Config) => void = () => {},
): Promise<Config> =>
  changeText(
    home,
    (text, path) => {
      const document = parseYamlDocument(text ?? HEADER, path)
      change(document, path)
      return printDocument(document, text ?? HEADER)
    },
    check,
  )

/**
 * The same with the text as a whole.
 * @param change gets undefined where there is no file; the same text back changes nothing
 */
export function changeText(
  home: string,
  change: (text: string | undefined, path: string) => string | undefined,
  check: (after: Config) => void = () => {},
): Promise<Config> {
  return withLock(join(home, 'config.lock'), () => {
    const path = configPath(home)
    // Renaming over a link would part it from the file that it stands for.
    if (statIfThere(path)?.isSymbolicLink())
      throw refused({
        what: 'this is a symbolic link, and is not changed from here',
        where: path,
        next: 'Change the file that it points to.',
      })
    const before = loadConfig(home)
    const text = readIfThere(path)
    const changed = change(text, path)
    if (changed === undefined || changed === text) return before
    const after = { ...before, ...parseConfig(changed, path), exists: true }
    check(after)
    replace(path, changed, PRIVATE)
    return after
  })
}

function putEntry(
  document: ConfigDocument,
  path: string,
  section: string,
  name: string,
  entry: Record<string, unknown>,
): void {
  makeMapping(document, path, [section])
  const key = keyOf(document, section, name)
  makeMapping(document, path, [section, key])
  for (const [field, value] of Object.entries(entry)) {
    if (value === undefined) continue
    // A plain value is put into the node that is there, which keeps the comment behind it.
    const node = typeof value === 'string' ? value : document.createNode(value, { flow: true })
    document.setIn([section, key, field], node)
  }
}

/** The key as YAML has it: the name `4` may stand there as a number. */
function keyOf(document: ConfigDocument, section: string, name: string): unknown {
  const asNumber = Number(name)
  const isNumber = String(asNumber) === name && document.hasIn([section, asNumber])
  return isNumber ? asNumber : name
}
