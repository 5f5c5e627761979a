/** The Messages API, as Claude Code speaks it. */
import { randomUUID } from 'node:crypto'
import type { MessagesRequest } from './messages.ts'
import { headerOf, type Protocol, sendJson } from './protocol.ts'
import { type Block, fail } from './script.ts'

export const messagesApi: Protocol = {
  takes: (method, path) => method === 'POST' && path === '/v1/messages',

  /** The client names its session, and the subagent in it, in headers of every request. */
  read: (raw, headers) => ({
    body: JSON.parse(raw) as MessagesRequest,
    session: headerOf(headers, 'x-claude-code-session-id') ?? 'no-session',
    agent: headerOf(headers, 'x-claude-code-agent-id'),
    apiKey: headerOf(headers, 'x-api-key') ?? '',
  }),

  deliver(reply, model, response) {
    if (reply.kind === 'error') sendJson(response, reply.status, reply.body, reply.headers)
    if (reply.kind !== 'blocks') return
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    for (const event of eventsOf(reply.blocks, model)) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    }
    response.end()
  },

  probe(method, path, raw, response) {
    if (path === '/v1/messages/count_tokens')
      sendJson(response, 200, { input_tokens: Math.ceil(raw.length / 4) })
    else if (method === 'HEAD') sendJson(response, 200, undefined)
    else this.deliver(fail(404, 'not_found_error', `${method} ${path} is not scripted`), '', response)
    return true
  },
}

interface Event {
  type: string
  [key: string]: unknown
}

function eventsOf(blocks: Block[], model: string): Event[] {
  const stop = blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn'
  const message = {
    id: `msg_${id()}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 100,
      output_tokens: 1,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
  }
  return [
    { type: 'message_start', message },
    ...blocks.flatMap(blockEvents),
    {
      type: 'message_delta',
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: 10 },
    },
    { type: 'message_stop' },
  ]
}

function blockEvents(block: Block, index: number): Event[] {
  const start =
    block.type === 'text'
      ? { type: 'text', text: '' }
      : { type: 'tool_use', id: `toolu_${id()}`, name: block.name, input: {} }
  const delta =
    block.type === 'text'
      ? { type: 'text_delta', text: block.text }
      : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
  return [
    { type: 'content_block_start', index, content_block: start },
    { type: 'content_block_delta', index, delta },
    { type: 'content_block_stop', index },
  ]
}

const id = (): string => randomUUID().replaceAll('-', '').slice(0, 24)
