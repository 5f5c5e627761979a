/** The Chat Completions API, as opencode speaks it, and most other CLIs that take a provider of one's own. */
import { createHash, randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { type ContentBlock, type Message, type MessagesRequest, textOfMessages } from './messages.ts'
import { headerOf, type Protocol, sendJson } from './protocol.ts'
import type { Block, Reply } from './script.ts'

interface ChatMessage {
  role: string
  content?: string | { type: string; text?: string }[] | null
  tool_calls?: { id: string; function: { name: string; arguments: string } }[]
}

interface ChatRequest {
  model: string
  messages: ChatMessage[]
  tools?: { function: { name: string; description?: string; parameters?: unknown } }[]
}

export const chatApi: Protocol = {
  takes: (method, path) => method === 'POST' && path.endsWith('/chat/completions'),

  read(raw, headers) {
    const body = inMessagesWords(JSON.parse(raw) as ChatRequest)
    return {
      body,
      session: sessionOf(body),
      apiKey: (headerOf(headers, 'authorization') ?? '').replace(/^Bearer /, ''),
    }
  },

  deliver(reply, model, response) {
    if (reply.kind === 'error') fail(reply, response)
    if (reply.kind !== 'blocks') return
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    for (const chunk of chunksOf(reply.blocks, model)) response.write(`data: ${JSON.stringify(chunk)}\n\n`)
    response.end('data: [DONE]\n\n')
  },
}

/** Every request brings the whole conversation: how it began is the same in each, also after a resume. */
function sessionOf({ messages }: MessagesRequest): string {
  const first = messages.slice(0, messages.findIndex(({ role }) => role === 'user') + 1)
  return createHash('sha256')
    .update(textOfMessages(first.slice(-1)))
    .digest('hex')
    .slice(0, 16)
}

/** Scripts know a shell tool by one name. */
const SHELL = 'bash'
const named = (name: string) => (name === 'Bash' ? SHELL : name)

function inMessagesWords({ model, messages, tools = [] }: ChatRequest): MessagesRequest {
  const isInstruction = ({ role }: ChatMessage) => role === 'system' || role === 'developer'
  return {
    model,
    system: messages.filter(isInstruction).flatMap(blocksIn),
    messages: messages.filter((message) => !isInstruction(message)).map(messageOf),
    tools: tools.map(({ function: { name, description, parameters } }) => ({
      name,
      ...(description === undefined ? {} : { description }),
      input_schema: parameters,
    })),
  }
}

function messageOf(message: ChatMessage): Message {
  if (message.role === 'tool')
    return { role: 'user', content: [{ type: 'tool_result', content: blocksIn(message) }] }
  if (message.role !== 'assistant') return { role: 'user', content: blocksIn(message) }
  const calls = (message.tool_calls ?? []).map(({ function: { name, arguments: input } }) => ({
    type: 'tool_use',
    name: name === SHELL ? 'Bash' : name,
    input: JSON.parse(input || '{}') as unknown,
  }))
  return { role: 'assistant', content: [...blocksIn(message), ...calls] }
}

const blocksIn = ({ content }: ChatMessage): ContentBlock[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])

/** Scripts write errors in the shape of the Messages API; status 0 is a connection that breaks. */
function fail({ status, body, headers }: Extract<Reply, { kind: 'error' }>, response: ServerResponse): void {
  if (status === 0) {
    response.destroy()
    return
  }
  const { error } = body as { error: { type: string; message: string } }
  sendJson(response, status, { error: { ...error, code: error.type } }, headers)
}

function chunksOf(blocks: Block[], model: string): object[] {
  const head = { id: `chatcmpl-${randomUUID()}`, object: 'chat.completion.chunk', created: 0, model }
  const stop = blocks.some(({ type }) => type === 'tool_use') ? 'tool_calls' : 'stop'
  const chunk = (delta: object, finish: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: finish }],
  })
  let calls = 0
  return [
    chunk({ role: 'assistant', content: '' }),
    ...blocks.map((block) =>
      block.type === 'text'
        ? chunk({ content: block.text })
        : chunk({ tool_calls: [callOf(block, calls++)] }),
    ),
    chunk({}, stop),
    { ...head, choices: [], usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } },
  ]
}

const callOf = (block: Extract<Block, { type: 'tool_use' }>, index: number) => ({
  index,
  id: `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`,
  type: 'function',
  function: { name: named(block.name), arguments: JSON.stringify(block.input) },
})
