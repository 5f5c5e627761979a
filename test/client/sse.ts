/** The server-sent events that the Messages API streams for one reply. */
import { randomUUID } from 'node:crypto'
import type { Block } from './script.ts'

interface Event {
  type: string
  [key: string]: unknown
}

export function eventsOf(blocks: Block[], model: string): Event[] {
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
