/** How a test says what the model answers: replies, and scripts that choose one for a request. */

export type Block =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; name: string; input: Record<string, unknown> }

export type Reply =
  | { kind: 'blocks'; blocks: Block[] }
  | { kind: 'error'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'hang' }

/** What a script may look at: one request, seen from the conversation that it belongs to. */
export interface Turn {
  /** Which request of this conversation this is, from 0; a retry counts as one. */
  index: number
  /** Text of everything that came after the model's last message: prompts, tool results, reminders, notices. */
  last: string
  /** Of that only what tools returned; empty where none did. */
  results: string
  /** Text of the whole conversation. */
  all: string
  /** The session, or `session/agent` for a subagent. */
  conversation: string
  session: string
  /** Set in a subagent's conversation. */
  agent: string | undefined
  apiKey: string
  model: string
}

export type Script = (turn: Turn) => Reply | Promise<Reply>
type Step = Reply | Script

export const text = (value: string): Block => ({ type: 'text', text: value })
export const use = (name: string, input: Record<string, unknown>): Block => ({
  type: 'tool_use',
  name,
  input,
})

/** The model says something and ends its turn. */
export const say = (value: string): Reply => ({ kind: 'blocks', blocks: [text(value)] })
/** The model calls tools, all in one message. */
export const call = (...blocks: Block[]): Reply => ({ kind: 'blocks', blocks })
/** The model runs a shell command; `more` goes into the tool's input (timeout, run_in_background). */
export const bash = (command: string, more: Record<string, unknown> = {}): Reply =>
  call(use('Bash', { command, description: 'scripted', ...more }))
/** The server answers with an HTTP error, in the shape of the Messages API. */
export const fail = (
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): Reply => ({
  kind: 'error',
  status,
  headers,
  body: { type: 'error', error: { type, message } },
})
/** The nth request of each conversation gets the nth step; when they are used up: "done". */
export function sequence(...steps: Step[]): Script {
  return (turn) => play(steps[turn.index] ?? say('done'), turn)
}

/** The first rule whose text is in what the conversation just received answers; else `otherwise`. */
export function rules(list: [when: string | RegExp, step: Step][], otherwise: Step = say('done')): Script {
  return (turn) => play(list.find(([when]) => contains(turn.last, when))?.[1] ?? otherwise, turn)
}

function play(step: Step, turn: Turn): Reply | Promise<Reply> {
  return typeof step === 'function' ? step(turn) : step
}

function contains(haystack: string, needle: string | RegExp): boolean {
  return typeof needle === 'string' ? haystack.includes(needle) : needle.test(haystack)
}
