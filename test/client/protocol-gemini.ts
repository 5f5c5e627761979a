/** Google's Gemini API, as Gemini CLI speaks it (0.61.0): `models/<model>:streamGenerateContent`, answered as SSE. */
import type { ServerResponse } from 'node:http'
import type { ContentBlock, Message, MessagesRequest } from './messages.ts'
import { headerOf, type Protocol, sendJson } from './protocol.ts'
import type { Block, Reply } from './script.ts'

const MODEL = /^\/v1beta\/models\/([^:]+):streamGenerateContent$/
/** Without a model of its own the client first asks a small one which to take. */
const ROUTER = /^\/v1beta\/models\/[^:]+:generateContent$/

export const geminiApi: Protocol = {
  takes: (method, path) => method === 'POST' && MODEL.test(path),

  read(raw, headers, path) {
    const asked = JSON.parse(raw) as Asked
    const messages = asked.contents.map(messageOf)
    return {
      body: {
        model: MODEL.exec(path)?.[1] ?? '',
        messages,
        system: (asked.systemInstruction?.parts ?? []).map(blockOf),
        tools: (asked.tools ?? []).flatMap(({ functionDeclarations = [] }) => functionDeclarations),
      },
      session: conversationOf(messages),
      apiKey: headerOf(headers, 'x-goog-api-key') ?? '',
    }
  },

  deliver(reply, model, response) {
    // A status of 0 is a connection that breaks.
    if (reply.kind === 'error' && reply.status === 0) response.destroy()
    else if (reply.kind === 'error') sendJson(response, reply.status, errorOf(reply), reply.headers)
    if (reply.kind === 'blocks') stream(reply.blocks, model, response)
  },

  probe(method, path, _raw, response) {
    if (method !== 'POST' || !ROUTER.test(path)) return false
    sendJson(response, 200, answerOf([{ text: ROUTED }], ''))
    return true
  },
}

interface Part {
  text?: string
  functionCall?: { name: string; args?: Record<string, unknown> }
  functionResponse?: { name: string; response?: { output?: string; error?: string } }
}
interface Asked {
  contents: { role?: 'user' | 'model'; parts?: Part[] }[]
  systemInstruction?: { parts?: Part[] }
  tools?: { functionDeclarations?: { name: string; description?: string }[] }[]
}

const messageOf = ({ role, parts = [] }: Asked['contents'][number]): Message => ({
  role: role === 'model' ? 'assistant' : 'user',
  content: parts.map(blockOf),
})

function blockOf({ text, functionCall, functionResponse }: Part): ContentBlock {
  if (functionCall !== undefined)
    return { type: 'tool_use', name: functionCall.name, input: functionCall.args }
  if (functionResponse === undefined) return { type: 'text', text: text ?? '' }
  const { output, error } = functionResponse.response ?? {}
  return { type: 'tool_result', content: error ?? output ?? '', is_error: error !== undefined }
}

/** The API knows no sessions: a conversation is what was first said in it, after the client's own account of the place. */
function conversationOf(messages: MessagesRequest['messages']): string {
  const said = messages
    .filter(({ role }) => role === 'user')
    .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
    .map(({ text }) => text ?? '')
    .find((text) => text !== '' && !text.startsWith('<session_context>'))
  return said ?? 'no-conversation'
}

/** What the Messages API calls `Bash` is this client's `run_shell_command`. */
const partOf = (block: Block): Part =>
  block.type === 'text'
    ? { text: block.text }
    : {
        functionCall:
          block.name === 'Bash'
            ? { name: 'run_shell_command', args: { command: block.input.command } }
            : { name: block.name, args: block.input },
      }

const ROUTED = JSON.stringify({ complexity_reasoning: 'scripted', complexity_score: 90 })

function stream(blocks: Block[], model: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(`data: ${JSON.stringify(answerOf(blocks.map(partOf), model))}\n\n`)
}

const answerOf = (parts: Part[], model: string) => ({
  candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
  usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 },
  modelVersion: model,
})

/** A reply in this API's own form is passed on; the Messages API's is translated. */
function errorOf({ status, body }: Extract<Reply, { kind: 'error' }>): unknown {
  const { error } = body as { error?: { code?: number; message?: string; type?: string } }
  return error?.code !== undefined
    ? body
    : { error: { code: status, message: error?.message ?? '', status: error?.type ?? 'UNKNOWN' } }
}
