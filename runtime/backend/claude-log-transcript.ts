/** The log as a person reads it. */
import { isJson, type Json, list, number, parseEvent, resultText, text } from './claude-log-event.ts'
import { retryFailure } from './claude-log-failure.ts'

/** One event as a person reads it. */
export function claudeTranscript(line: string): string | undefined {
  const event = parseEvent(line)
  if (event === undefined) return line === '' ? undefined : line
  if (event.type === 'system' && event.subtype === 'init')
    return `— session ${text(event.session_id)}, ${text(event.model)}`
  if (event.type === 'system' && event.subtype === 'api_retry') return `— ${retryFailure(event).message}`
  if (event.type === 'result')
    return `— ${text(event.subtype)}, $${(number(event.total_cost_usd) ?? 0).toFixed(2)}`
  const content = isJson(event.message) ? event.message.content : undefined
  const lines = list(content).flatMap((block) => blockLines(block))
  return lines.length === 0 ? undefined : lines.join('\n')
}

function blockLines(block: Json): string[] {
  if (block.type === 'text') return [text(block.text) ?? '']
  if (block.type === 'tool_use') {
    const input = isJson(block.input) ? block.input : {}
    return [
      `> ${text(block.name)} ${text(input.command) ?? text(input.file_path) ?? text(input.pattern) ?? JSON.stringify(input).slice(0, 200)}`,
    ]
  }
  if (block.type === 'tool_result') {
    return resultText(block)
      .split('\n')
      .slice(0, 20)
      .map((part) => `  ${part}`)
  }
  return []
}
