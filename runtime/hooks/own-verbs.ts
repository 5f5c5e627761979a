/** Which verbs may run without a prompt, and with which words and flags: the contract's list ("Hooks"). */
import { parseArgs } from 'node:util'
import { errorCode } from '../io/errors.ts'

const SWITCH = { type: 'boolean' } as const
/** Repeated, so that each occurrence is seen, not only the last one that the verb would take. */
const VALUE = { type: 'string', multiple: true } as const
const FLAGS = {
  json: SWITCH,
  help: SWITCH,
  watch: SWITCH,
  follow: SWITCH,
  all: SWITCH,
  worktree: SWITCH,
  stat: SWITCH,
  timeout: VALUE,
  model: VALUE,
  profile: VALUE,
  base: VALUE,
  after: VALUE,
  priority: VALUE,
  budget: VALUE,
  run: VALUE,
  answer: VALUE,
} as const
type Flag = keyof typeof FLAGS
type Values = { [F in Flag]?: (typeof FLAGS)[F] extends typeof SWITCH ? boolean : string[] }

interface Shape {
  /** The most words after the verb: a subcommand that somebody adds later is not allowed by accident. */
  most: number
  flags: Flag[]
}

export interface Invocation {
  verb: string
  words: string[]
  values: Values
}

const takes = (most: number, ...flags: Flag[]): Shape => ({ most, flags })
const many = Number.POSITIVE_INFINITY
const START: Flag[] = [
  'model',
  'profile',
  'worktree',
  'base',
  'after',
  'priority',
  'timeout',
  'budget',
  'all',
]

/** `--json` and `--help` are everywhere. */
const SHAPES = new Map<string, Shape>([
  ['status', takes(1, 'watch')],
  ['wait', takes(many, 'timeout')],
  ['watch', takes(0)],
  ['answer', takes(many)],
  ['note', takes(many)],
  ['output', takes(1)],
  ['log', takes(1, 'follow')],
  ['diff', takes(1, 'stat')],
  ['models', takes(0)],
  ['doctor', takes(0)],
  ['stop', takes(1, 'all')],
  ['start', takes(2, ...START)],
  ['retry', takes(1, 'model', 'profile')],
  ['resume', takes(1, 'answer')],
  ['plan', takes(0)],
  ['begin', takes(1)],
  ['tick', takes(many)],
  ['block', takes(many)],
  ['fail', takes(many)],
  ['ask', takes(many, 'timeout')],
  ['done', takes(0)],
  ['next', takes(0, 'run')],
  ['brief', takes(1, 'run')],
  ['submit', takes(1, 'run')],
  ['merge', takes(many)],
  ['batches', takes(1, 'run')],
  ['gates', takes(1, 'run')],
  ['gate-table', takes(1, 'run')],
  ['checkpoint', takes(1, 'run')],
])

/** Undefined for a verb, a flag or a number of words that is not on the list. */
export function readInvocation([verb = '', ...args]: string[]): Invocation | undefined {
  const shape = SHAPES.get(verb)
  if (shape === undefined) return undefined
  const flags: Flag[] = ['json', 'help', ...shape.flags]
  const options = Object.fromEntries(flags.map((flag) => [flag, FLAGS[flag]]))
  try {
    // The parser that the verbs use, so that no spelling is read differently here.
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true, strict: true })
    return positionals.length > shape.most ? undefined : { verb, words: positionals, values }
  } catch (error) {
    if (errorCode(error)?.startsWith('ERR_PARSE_ARGS_')) return undefined
    throw error
  }
}
