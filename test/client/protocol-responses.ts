/** OpenAI's Responses API, as Codex speaks it to a provider of its own configuration: server-sent events over POST. */
import { randomUUID } from 'node:crypto'
import type { ContentBlock, Message } from './messages.ts'
import { headerOf, type Protocol, sendJson } from './protocol.ts'
import type { Block, Reply } from './script.ts'

export const responsesApi: Protocol = {
  takes: (method, path) => method === 'POST' && path.endsWith('/responses'),

  /** The key of the prompt cache is the thread's id, also after a resume. */
  read(raw, headers) {
    const body = JSON.parse(raw) as ResponsesRequest
    return {
      body: {
        model: body.model,
        messages: body.input.flatMap(messageOf),
        system: body.instructions ?? '',
        tools: (body.tools ?? []).map(({ name, type }) => ({ name: name ?? type })),
      },
      session: body.prompt_cache_key ?? headerOf(headers, 'session_id') ?? 'no-session',
      apiKey: (headerOf(headers, 'authorization') ?? '').replace(/^Bearer /, ''),
    }
  },

  /** An error of status 200 is one that the stream itself tells, of status 0 a connection that breaks off. */
  deliver(reply, model, response) {
    if (reply.kind === 'hang') return
    if (reply.kind === 'error' && reply.status === 0) return void response.destroy()
    if (reply.kind === 'error' && reply.status !== 200)
      return sendJson(response, reply.status, { error: errorOf(reply) }, reply.headers)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    for (const event of reply.kind === 'error' ? failedEvents(reply) : eventsOf(reply.blocks, model))
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    response.end()
  },
}

interface ResponsesRequest {
  model: string
  instructions?: string
  input: Item[]
  tools?: { type: string; name?: string }[]
  prompt_cache_key?: string
}

/** A part of the conversation: a message, a tool's call or its output; others carry nothing that a test reads. */
interface Item {
  type: string
  role?: string
  content?: { type: string; text?: string }[]
  name?: string
  arguments?: string
  output?: string | { text?: string }[]
}

function messageOf(item: Item): Message[] {
  const said = (blocks: ContentBlock[], role: Message['role']) => [{ role, content: blocks }]
  switch (item.type) {
    case 'message':
      return said(
        (item.content ?? []).map(({ text = '' }) => ({ type: 'text', text })),
        item.role === 'assistant' ? 'assistant' : 'user',
      )
    case 'function_call':
      return said([{ type: 'tool_use', name: item.name ?? '', input: item.arguments }], 'assistant')
    case 'function_call_output':
    case 'custom_tool_call_output':
      return said([{ type: 'tool_result', content: outputOf(item.output) }], 'user')
    default:
      return []
  }
}

const outputOf = (output: Item['output']): string =>
  typeof output === 'string' ? output : (output ?? []).map(({ text = '' }) => text).join('\n')

type Failed = Extract<Reply, { kind: 'error' }>

/** `fail()` speaks the Messages API, which has no code; more keys (`resets_at`) go through as they are. */
function errorOf({ body }: Failed): Record<string, unknown> {
  const { error } = body as { error: { type: string; message: string } }
  return { code: error.type, param: null, ...error }
}

interface Event {
  type: string
  [key: string]: unknown
}

function eventsOf(blocks: Block[], model: string): Event[] {
  const id = `resp_${randomUUID()}`
  const output = blocks.map(itemOf)
  const usage = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 40 },
    output_tokens: 10,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 110,
  }
  const done = { id, object: 'response', status: 'completed', model, output, usage }
  return [
    {
      type: 'response.created',
      response: { id, object: 'response', status: 'in_progress', model, output: [] },
    },
    ...output.flatMap((item, output_index) => [
      { type: 'response.output_item.added', output_index, item },
      { type: 'response.output_item.done', output_index, item },
    ]),
    { type: 'response.completed', response: done },
  ]
}

const failedEvents = (reply: Failed): Event[] => [
  { type: 'response.created', response: { id: 'resp_failed' } },
  { type: 'response.failed', response: { id: 'resp_failed', status: 'failed', error: errorOf(reply) } },
]

/** A `tool_use` of `Bash` is a call of Codex's own shell tool; any other goes through under its name. */
function itemOf(block: Block): object {
  const id = randomUUID()
  if (block.type === 'text')
    return {
      type: 'message',
      id: `msg_${id}`,
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: block.text, annotations: [] }],
    }
  const { command, description: _, ...more } = block.input
  const [name, input] =
    block.name === 'Bash' ? ['exec_command', { cmd: command, ...more }] : [block.name, block.input]
  return {
    type: 'function_call',
    id: `fc_${id}`,
    call_id: `call_${id}`,
    name,
    arguments: JSON.stringify(input),
  }
}
