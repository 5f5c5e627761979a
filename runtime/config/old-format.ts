/**
 * Configurations of older formats: agents with a command string each, and backends with one. What every such part
 * comes to today is decided here, once, as a list of rewrites: reading applies them to the content, `config migrate`
 * to the file. Pure.
 */
import { isVendorCli } from './known.ts'
import { oldAgent } from './old-agent.ts'
import { grantsInShell, understand } from './old-command.ts'
import { sayings } from './old-sayings.ts'
import { isMapping } from './schema.ts'

export interface Rewrite {
  /** Where the old part stands; it goes. */
  from: readonly string[]
  /** What stands for it now. The first one inherits its comments. */
  to: readonly { keys: readonly string[]; value: unknown }[]
  /** What a person should know, as sentences. */
  says: readonly string[]
  /** Flags that took limits away, and do so no longer. */
  granting: readonly string[]
}

/** What cannot be understood: a complaint about the value at `keys`. */
export interface Problem {
  keys: readonly string[]
  expected: string
  found: unknown
}

export function oldParts(content: unknown): { rewrites: Rewrite[]; problems: Problem[] } {
  if (!isMapping(content)) return { rewrites: [], problems: [] }
  const rewrites = isMapping(content.backends)
    ? Object.entries(content.backends).flatMap(([name, entry]) => oldBackend(name, entry))
    : []
  const problems = isMapping(content.backends)
    ? Object.entries(content.backends).flatMap(([name, entry]) => inShell(name, entry))
    : []
  const { agents } = content
  if (agents === undefined || agents === null) return { rewrites, problems }
  if (!isMapping(agents))
    return { rewrites, problems: [{ keys: ['agents'], expected: 'a mapping (key: value)', found: agents }] }
  for (const [name, entry] of Object.entries(agents)) {
    const read = oldAgent(name, entry, content)
    if ('expected' in read) problems.push(read)
    else rewrites.push(read)
  }
  return { rewrites, problems }
}

/** The content as it counts today. */
export function applyRewrites(content: unknown, rewrites: readonly Rewrite[]): unknown {
  if (rewrites.length === 0) return content
  const copy: unknown = structuredClone(content)
  for (const { from, to } of rewrites) {
    remove(copy, from)
    for (const { keys, value } of to) put(copy, keys, value)
  }
  return copy
}

function oldBackend(name: string, entry: unknown): Rewrite[] {
  if (!isMapping(entry)) return []
  const old = understand(entry.command, isVendorCli(name) ? name : undefined)
  if (old === undefined) return []
  const given = new Set(Object.keys(entry))
  const variables = isMapping(entry.env) ? entry.env : {}
  const keys = (...rest: string[]) => ['backends', name, ...rest]
  const to = [
    ...(isVendorCli(name) || given.has('cli') ? [] : [{ keys: keys('cli'), value: old.cli }]),
    ...(old.command === undefined ? [] : [{ keys: keys('command'), value: old.command }]),
    ...Object.entries(old.env)
      .filter(([variable]) => !Object.hasOwn(variables, variable))
      .map(([variable, value]) => ({ keys: keys('env', variable), value })),
    ...(old.profile === undefined || given.has('profile')
      ? []
      : [{ keys: keys('profile'), value: old.profile }]),
  ]
  return [
    {
      from: keys('command'),
      to,
      says: sayings(keys().join('.'), old, { model: false }),
      granting: old.granting,
    },
  ]
}

/** A profile could not hold behind such a command, and would seem to. */
function inShell(name: string, entry: unknown): Problem[] {
  if (!isVendorCli(name) || !isMapping(entry) || !grantsInShell(entry.command)) return []
  const expected = `the command of ${name} without a shell, and without flags that take its limits away`
  return [{ keys: ['backends', name, 'command'], expected, found: entry.command }]
}

function remove(value: unknown, [key = '', ...rest]: readonly string[]): void {
  if (!isMapping(value)) return
  if (rest.length === 0) delete value[key]
  else remove(value[key], rest)
}

function put(value: unknown, [key = '', ...rest]: readonly string[], last: unknown): void {
  if (!isMapping(value)) return
  const inner = Object.hasOwn(value, key) && isMapping(value[key]) ? value[key] : {}
  if (rest.length > 0) put(inner, rest, last)
  // Defined, not assigned: a name such as __proto__ is a name like any other.
  Object.defineProperty(value, key, {
    value: rest.length === 0 ? last : inner,
    ...{ configurable: true, enumerable: true, writable: true },
  })
}
