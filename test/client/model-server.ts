/**
 * A scripted model: every vendor's API on one loopback address, which answers the real clients as a test tells it to,
 * and keeps every request, so that a test can read what a client knew. It needs no key, no network and no model.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type MessagesRequest, sinceLastAnswer, textOfMessages, textOfResults } from './messages.ts'
import { type Asked, type Protocol, sendJson } from './protocol.ts'
import { chatApi } from './protocol-chat.ts'
import { geminiApi } from './protocol-gemini.ts'
import { messagesApi } from './protocol-messages.ts'
import { responsesApi } from './protocol-responses.ts'
import type { Reply, Script, Turn } from './script.ts'

/** One line each. The last answers the probes that no other knows. */
const PROTOCOLS: readonly Protocol[] = [chatApi, geminiApi, responsesApi, messagesApi]

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
      sendJson(response, 500, {
        type: 'error',
        error: { type: 'api_error', message: `test script: ${error}` },
      })
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await read(request)
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const method = request.method ?? 'GET'
    const protocol = PROTOCOLS.find(({ takes }) => takes(method, path))
    if (protocol === undefined) {
      probes.push(`${method} ${path}`)
      PROTOCOLS.some((each) => each.probe?.(method, path, raw, response))
      return
    }
    const asked = protocol.read(raw, request.headers, path)
    const turn = turnOf(asked, exchanges)
    const exchange: Exchange = { at: Date.now(), turn, body: asked.body, reply: { kind: 'hang' } }
    exchanges.push(exchange)
    exchange.reply = await script(turn)
    protocol.deliver(exchange.reply, asked.body.model, response)
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

function turnOf({ body, session, agent, apiKey }: Asked, earlier: Exchange[]): Turn {
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
    apiKey,
    model: body.model,
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
