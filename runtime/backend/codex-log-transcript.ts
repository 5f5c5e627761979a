/** The log as a person reads it. */
import { isJson, type Json, list, number, parseEvent, text } from './claude-log-event.ts'
import { commandIn } from './codex-log-command.ts'

/** Lines of a command's output that are shown. */
const SHOWN = 20

export function codexTranscript(line: string): string | undefined {
  const event = parseEvent(line)
  if (event === undefined) return line === '' ? undefined : line
  const item = isJson(event.item) ? event.item : {}
  switch (event.type) {
    case 'thread.started':
      return `— thread ${text(event.thread_id)}`
    case 'item.started':
      return item.type === 'command_execution' ? `> ${commandIn(item)}` : undefined
    case 'item.completed':
      return itemText(item)
    case 'error':
      return `— ${text(event.message)}`
    case 'turn.failed':
      return `— failed: ${isJson(event.error) ? text(event.error.message) : ''}`
    case 'turn.completed': {
      const usage = isJson(event.usage) ? event.usage : {}
      return `— completed, ${number(usage.input_tokens) ?? 0} tokens in, ${number(usage.output_tokens) ?? 0} out`
    }
    default:
      return undefined
  }
}

function itemText(item: Json): string | undefined {
  switch (item.type) {
    case 'agent_message':
      return text(item.text)
    case 'error':
      return `— ${text(item.message)}`
    case 'command_execution':
      return outputOf(item)
    case 'file_change':
      return list(item.changes)
        .map(({ kind, path }) => `> ${text(kind)} ${text(path)}`)
        .join('\n')
    case 'mcp_tool_call':
      return `> ${text(item.server)} ${text(item.tool)}`
    case 'web_search':
      return `> search ${text(item.query)}`
    default:
      return undefined
  }
}

function outputOf(item: Json): string | undefined {
  const lines = (text(item.aggregated_output) ?? '').trimEnd().split('\n').slice(0, SHOWN)
  const code = number(item.exit_code) ?? 0
  const shown = [
    ...lines.filter((line, at) => at > 0 || line !== ''),
    ...(code === 0 ? [] : [`exit code ${code}`]),
  ]
  return shown.length === 0 ? undefined : shown.map((part) => `  ${part}`).join('\n')
}
