/** Gemini CLI's log as a person reads it. */
import { isJson, number, parseEvent, text } from './claude-log-event.ts'

export function geminiTranscript(line: string): string | undefined {
  const event = parseEvent(line)
  if (event === undefined) return line === '' ? undefined : line
  const { type } = event
  if (type === 'init') return `— session ${text(event.session_id)}, ${text(event.model)}`
  if (type === 'message') return event.role === 'assistant' ? text(event.content) : undefined
  if (type === 'tool_use') {
    const input = isJson(event.parameters) ? event.parameters : {}
    return `> ${text(event.tool_name)} ${text(input.command) ?? text(input.file_path) ?? text(input.pattern) ?? JSON.stringify(input).slice(0, 200)}`
  }
  if (type === 'tool_result') {
    const error = isJson(event.error) ? text(event.error.message) : undefined
    return (text(event.output) ?? error ?? '')
      .split('\n')
      .slice(0, 20)
      .map((part) => `  ${part}`)
      .join('\n')
  }
  if (type === 'error') return `— ${text(event.message)}`
  if (type !== 'result') return undefined
  const stats = isJson(event.stats) ? event.stats : {}
  return `— ${text(event.status)}, ${number(stats.total_tokens) ?? 0} tokens`
}
