/** The parts of a Messages API request that the tests read, and their text. */

export interface ContentBlock {
  type: string
  text?: string
  name?: string
  input?: unknown
  content?: string | ContentBlock[]
  is_error?: boolean
}

export interface Message {
  /** Since 2.1.x the client also sends `system` messages between the others. */
  role: 'user' | 'assistant' | 'system'
  content: string | ContentBlock[]
}

export interface MessagesRequest {
  model: string
  messages: Message[]
  system?: string | ContentBlock[]
  tools?: { name: string; description?: string; input_schema?: unknown }[]
  metadata?: { user_id?: string }
}

export function blocksOf(content: string | ContentBlock[] | undefined): ContentBlock[] {
  if (content === undefined) return []
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

/** What the model reads in a block. */
export function textOf(block: ContentBlock): string {
  if (block.type === 'text') return block.text ?? ''
  if (block.type === 'tool_use') return `${block.name} ${JSON.stringify(block.input)}`
  if (block.type === 'tool_result') return blocksOf(block.content).map(textOf).join('\n')
  return ''
}

export function textOfMessages(messages: Message[]): string {
  return messages.flatMap((message) => blocksOf(message.content).map(textOf)).join('\n')
}

/** The messages after the model's last one: what it is being asked to answer. */
export function sinceLastAnswer(messages: Message[]): Message[] {
  return messages.slice(messages.findLastIndex((message) => message.role === 'assistant') + 1)
}

export function textOfResults(messages: Message[]): string {
  return messages
    .flatMap(({ content }) => blocksOf(content))
    .filter(({ type }) => type === 'tool_result')
    .map(textOf)
    .join('\n')
}
