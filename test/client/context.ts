/**
 * Measures what is in a conversation's context. Every request carries the whole conversation, so the last one
 * shows what a run has added; bytes are UTF-8 bytes of what the model reads, without the JSON around it.
 */
import { blocksOf, type ContentBlock, type Message, textOf } from './messages.ts'
import type { Exchange } from './model-server.ts'

export type EntryKind =
  /** typed by the person */
  | 'prompt'
  /** a slash command and the text it expanded to */
  | 'command'
  | 'tool_result'
  /** `<system-reminder>` and mid-conversation system messages */
  | 'reminder'
  /** a background task, monitor or hook that spoke up */
  | 'notice'
  /** the model's own words and calls */
  | 'answer'
  | 'tool_use'

export interface Entry {
  kind: EntryKind
  role: Message['role']
  text: string
  bytes: number
}

/** Everything in the context of one conversation's last request, and the model's last reply, in order. */
export function contextOf(exchanges: Exchange[]): Entry[] {
  const last = exchanges.at(-1)
  if (last === undefined) return []
  const replied = last.reply.kind === 'blocks' ? (last.reply.blocks as ContentBlock[]) : []
  const messages: Message[] = [...last.body.messages, { role: 'assistant', content: replied }]
  return messages.flatMap(entriesOf)
}

/** What was added from the first entry that contains `marker` (say `<command-name>/dispatch`) to the end. */
export function addedSince(exchanges: Exchange[], marker: string): Entry[] {
  const entries = contextOf(exchanges)
  const start = entries.findIndex((entry) => entry.text.includes(marker))
  return start === -1 ? [] : entries.slice(start)
}

/** Bytes in all, and by kind. */
export function totals(entries: Entry[]): { bytes: number; byKind: Partial<Record<EntryKind, number>> } {
  const byKind: Partial<Record<EntryKind, number>> = {}
  for (const { kind, bytes } of entries) byKind[kind] = (byKind[kind] ?? 0) + bytes
  return { bytes: entries.reduce((sum, entry) => sum + entry.bytes, 0), byKind }
}

function entriesOf(message: Message): Entry[] {
  return blocksOf(message.content).map((block) => {
    const text = textOf(block)
    return { kind: kindOf(message.role, block, text), role: message.role, text, bytes: size(text) }
  })
}

function kindOf(role: Message['role'], block: ContentBlock, text: string): EntryKind {
  if (role === 'assistant') return block.type === 'tool_use' ? 'tool_use' : 'answer'
  if (block.type === 'tool_result') return 'tool_result'
  if (/<task-notification>|<monitor|NOT USER INPUT/.test(text)) return 'notice'
  if (role === 'system' || text.trimStart().startsWith('<system-reminder>')) return 'reminder'
  if (/<command-(name|message)>/.test(text)) return 'command'
  return 'prompt'
}

const size = (text: string): number => Buffer.byteLength(text, 'utf8')
