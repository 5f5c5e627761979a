/**
 * A scripted model: a Messages API on loopback that answers the real client as a test tells it to, and keeps
 * every request, so that a test can read what the client knew. It needs no key, no network and no model.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type MessagesRequest, sinceLastAnswer, textOfMessages, textOfResults } from './messages.ts'
import { fail, type Reply, type Script, type Turn } from './script.ts'
import { eventsOf } from './sse.ts'

/** One request and what was answered. */
export interface Exchange {
  at: number
  turn: Turn
  body: MessagesRequest
  reply: Reply
}

export interface ModelServer {
  url: string
  /** Every model request, in the order in which they came. */
  exchanges: Exchange[]
  /** Requests other than to the model (probes, token counts), as `METHOD /path`. */
  probes: string[]
  /** The requests of each conversation, keyed by session (or `session/agent`), in order of appearance. */
  conversations(): Map<string, Exchange[]>
  /** The requests of the conversation whose text contains `marker`; several such: the first. */
  conversation(marker: string): Exchange[]
  /** Replaces the script; conversations keep their counts. */
  script(next: Script): void
  close(): Promise<void>
}

export async function startModelServer(initial: Script): Promise<ModelServer> {
  let script = initial
  const exchanges: Exchange[] = []
  const probes: string[] = []

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      send(response, 500, { type: 'error', error: { type: 'api_error', message: `test script: ${error}` } })
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await read(request)
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    if (request.method !== 'POST' || path !== '/v1/messages') {
      probes.push(`${request.method} ${path}`)
      answerProbe(request.method ?? 'GET', path, raw, response)
      return
    }
    const body = JSON.parse(raw) as MessagesRequest
    const turn = turnOf(request, body, exchanges)
    const exchange: Exchange = { at: Date.now(), turn, body, reply: { kind: 'hang' } }
    exchanges.push(exchange)
    exchange.reply = await script(turn)
    deliver(exchange.reply, body.model, response)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  function conversations(): Map<string, Exchange[]> {
    const found = new Map<string, Exchange[]>()
    for (const exchange of exchanges) {
      const key = exchange.turn.conversation
      found.set(key, [...(found.get(key) ?? []), exchange])
    }
    return found
  }

  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    probes,
    conversations,
    conversation: (marker) =>
      [...conversations().values()].find((list) => list.some(({ turn }) => turn.all.includes(marker))) ?? [],
    script: (next) => {
      script = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The client names its session, and the subagent in it, in headers of every request. */
function turnOf(request: IncomingMessage, body: MessagesRequest, earlier: Exchange[]): Turn {
  const header = (name: string): string | undefined => {
    const value = request.headers[name]
    return Array.isArray(value) ? value[0] : value
  }
  const session = header('x-claude-code-session-id') ?? 'no-session'
  const agent = header('x-claude-code-agent-id')
  const conversation = agent === undefined ? session : `${session}/${agent}`
  const received = sinceLastAnswer(body.messages)
  return {
    index: earlier.filter((exchange) => exchange.turn.conversation === conversation).length,
    last: textOfMessages(received),
    results: textOfResults(received),
    all: textOfMessages(body.messages),
    conversation,
    session,
    agent,
    apiKey: header('x-api-key') ?? '',
    model: body.model,
  }
}

function deliver(reply: Reply, model: string, response: ServerResponse): void {
  if (reply.kind === 'error') send(response, reply.status, reply.body, reply.headers)
  if (reply.kind !== 'blocks') return
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for (const event of eventsOf(reply.blocks, model)) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  }
  response.end()
}

function answerProbe(method: string, path: string, raw: string, response: ServerResponse): void {
  if (path === '/v1/messages/count_tokens') {
    send(response, 200, { input_tokens: Math.ceil(raw.length / 4) })
  } else if (method === 'HEAD') {
    send(response, 200, undefined)
  } else {
    deliver(fail(404, 'not_found_error', `${method} ${path} is not scripted`), '', response)
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
