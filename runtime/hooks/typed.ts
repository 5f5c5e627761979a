/**
 * Which slash commands that a person types are carried out with no model call: the exact form only, a verb alone
 * or a verb and an existing id (and the answer's text). Everything else is a request for the model: "stop logging
 * emails" is one, "stop logging" is one too unless a task is called `logging`.
 */
export interface Typed {
  /** The words after `dispatch`. */
  argv: string[]
  stdin?: string
}

/** Both must take any text: what a person typed is not yet an id or a number. */
export interface Known {
  taskExists: (id: string) => boolean
  /** Whether this task has this question (three digits) open; otherwise the digits belong to the answer. */
  isOpen: (id: string, number: string) => boolean
}

const INSTANT = ['status', 'answer', 'stop', 'output', 'log']
/** Between words; before an answer also one line end, so that the text may keep its own indentation. */
const SEPARATOR = /^(?:[ \t]*\r?\n|[ \t]+)/

/** `command` is Claude Code's `command_name` (`dispatch:status`, `dispatch`), `args` its `command_args`. */
export function typedVerb(command: string, args: string, known: Known): Typed | undefined {
  const typed = splitVerb(command, args)
  if (typed === undefined) return undefined
  const [verb, rest] = typed
  if (verb === 'answer') return readAnswer(rest, known)

  const [word, ...more] = rest.split(/[ \t\r\n]+/).filter((part) => part !== '')
  if (more.length > 0) return undefined
  if (word === undefined) return verb === 'status' ? { argv: [verb] } : undefined
  if (word === '--all') return verb === 'stop' ? { argv: [verb, word] } : undefined
  return known.taskExists(word) ? { argv: [verb, word] } : undefined
}

function splitVerb(command: string, args: string): [verb: string, rest: string] | undefined {
  const own = INSTANT.find((verb) => command === `dispatch:${verb}`)
  if (own !== undefined) return [own, args]
  if (command !== 'dispatch' && command !== 'dispatch:dispatch') return undefined
  const [verb, rest] = splitWord(args)
  return INSTANT.includes(verb) ? [verb, rest] : undefined
}

/** The text reaches the verb on standard input, byte for byte but for the separator before it. */
function readAnswer(rest: string, { taskExists, isOpen }: Known): Typed | undefined {
  const [id, text] = splitWord(rest)
  if (!taskExists(id)) return undefined
  const [number, after] = splitWord(text)
  const numbered = /^\d{3}$/.test(number) && isOpen(id, number)
  const answer = numbered ? after : text
  if (answer.trim() === '') return undefined
  return { argv: numbered ? ['answer', id, number] : ['answer', id], stdin: answer.replace(SEPARATOR, '') }
}

/** The first word, and what follows it with the separator still there. */
function splitWord(text: string): [word: string, rest: string] {
  const [, word = '', rest = ''] = /^[ \t\r\n]*([^ \t\r\n]*)(.*)$/s.exec(text) ?? []
  return [word, rest]
}
