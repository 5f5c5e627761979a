/** One entry under `agents:`, the oldest format: a name and the command behind it, perhaps with a prompt. Pure. */
import { isVendorCli } from './known.ts'
import { type Understood, understand } from './old-command.ts'
import type { Problem, Rewrite } from './old-format.ts'
import { sayings } from './old-sayings.ts'
import { isMapping } from './schema.ts'
import { splitWords } from './words.ts'

type Target = Rewrite['to'][number]

/** @param content the whole configuration: what it says of the same name in today's words wins */
export function oldAgent(name: string, entry: unknown, content: Record<string, unknown>): Rewrite | Problem {
  const from = ['agents', name]
  const called = from.join('.')
  if (!isMapping(entry)) return { keys: from, expected: 'a mapping with the key command', found: entry }
  const { command, prompt } = entry
  if (typeof command !== 'string' && !Array.isArray(command))
    return { keys: [...from, 'command'], expected: 'a command: text, or a list of words', found: command }
  if (prompt !== undefined && prompt !== null && typeof prompt !== 'string')
    return { keys: [...from, 'prompt'], expected: 'text (in quotes if need be)', found: prompt }
  const section = ['models', 'aliases', 'backends'].find((key) => has(content[key], name))
  if (section !== undefined && !(section === 'backends' && isVendorCli(name)))
    return {
      from,
      to: [],
      says: [`${called} does not count: ${name} stands under ${section}, too.`],
      granting: [],
    }

  const standing = typeof prompt === 'string' && prompt !== '' ? { prompt } : {}
  const old = understand(command)
  if (old !== undefined)
    return {
      from,
      to: ofCli(name, old, standing),
      says: sayings(called, old, { model: true }),
      granting: old.granting,
    }
  const split = Array.isArray(command) ? { words: command } : splitWords(command)
  if ('problem' in split)
    return {
      keys: [...from, 'command'],
      expected: `one command that runs without a shell; ${split.problem}`,
      found: command,
    }
  return {
    from,
    to: [
      { keys: ['backends', name, 'command'], value: split.words },
      ...('prompt' in standing ? [{ keys: ['aliases', name], value: { model: name, ...standing } }] : []),
    ],
    says: [`${called}: its command gets the prompt on standard input now, not as its last word.`],
    granting: [],
  }
}

/** A command of its own needs a backend of its own; a model of its own is a model, everything else an alias. */
function ofCli(name: string, old: Understood, standing: { prompt?: string }): Target[] {
  const { cli, command, env, id, effort, profile } = old
  // The name of a model is its id, unless it is that of its backend, too: so an effort alone needs one.
  const isOwn =
    command !== undefined || Object.keys(env).length > 0 || (effort !== undefined && id === undefined)
  const backend = isOwn && !(isVendorCli(name) && name !== cli) ? name : isOwn ? `${name} (${cli})` : cli
  const at = (key: string) => ['backends', backend, key]
  const settings = [
    ...(backend === cli ? [] : [{ keys: at('cli'), value: cli }]),
    ...(command === undefined ? [] : [{ keys: at('command'), value: command }]),
    ...Object.entries(env).map(([variable, value]) => ({ keys: [...at('env'), variable], value })),
  ]
  const rights = profile === undefined ? {} : { profile }
  const isModel = id !== undefined || effort !== undefined
  const model = { backend, ...(id && { id }), ...(effort && { effort }), ...rights }
  // Without a model of its own, its name says no more than that of the backend.
  const alias = { model: isModel ? name : backend, ...standing, ...(isModel ? {} : rights) }
  const needsAlias = Object.keys(alias).length > 1 || (!isModel && name !== backend)
  return [
    ...(isOwn ? settings : []),
    ...(isModel ? [{ keys: ['models', name], value: model }] : []),
    ...(needsAlias ? [{ keys: ['aliases', name], value: alias }] : []),
  ]
}

const has = (section: unknown, name: string) => isMapping(section) && Object.hasOwn(section, name)
