/** How a vendor's API asks a model and is answered: what the scripted server needs to know of each. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { MessagesRequest } from './messages.ts'
import type { Reply } from './script.ts'

/** A request, in the words of the Messages API whatever the vendor's are: scripts and tests read only these. */
export interface Asked {
  body: MessagesRequest
  /** The same for all requests of one conversation, also after a resume. */
  session: string
  agent?: string | undefined
  apiKey: string
}

export interface Protocol {
  /** Is this a request to the model? What no protocol takes is a probe. */
  takes(method: string, path: string): boolean
  read(raw: string, headers: IncomingHttpHeaders, path: string): Asked
  /** Writes a reply in the vendor's form. A `tool_use` of `Bash` becomes the CLI's own shell tool. */
  deliver(reply: Reply, model: string, response: ServerResponse): void
  /** Answers a request that is not for the model; false where it is not of this vendor. */
  probe?(method: string, path: string, raw: string, response: ServerResponse): boolean
}

export const headerOf = (headers: IncomingHttpHeaders, name: string): string | undefined => {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
