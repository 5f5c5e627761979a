/** The log of Cursor's agent as a person reads it. */
import { isJson, list, number, parseEvent, text } from './claude-log-event.ts'
import { labelOf } from './cursor-log.ts'

export function cursorTranscript(line: string): string | undefined {
  const event = parseEvent(line)
  if (event === undefined) return line === '' ? undefined : line
  if (event.type === 'system' && event.subtype === 'init')
    return `— session ${text(event.session_id)}, ${text(event.model)}`
  if (event.type === 'assistant' && isJson(event.message))
    return list(event.message.content)
      .map((block) => text(block.text) ?? '')
      .join('\n')
  if (event.type === 'tool_call' && isJson(event.tool_call)) {
    const [[name = '', call] = []] = Object.entries(event.tool_call)
    if (!isJson(call)) return undefined
    if (event.subtype === 'started') return `> ${labelOf(name, call)}`
    const result = isJson(call.result) ? call.result : {}
    const success = isJson(result.success) ? result.success : undefined
    const said = success === undefined ? Object.keys(result).join() : (text(success.stdout) ?? '')
    return said === ''
      ? undefined
      : said
          .split('\n')
          .slice(0, 20)
          .map((part) => `  ${part}`)
          .join('\n')
  }
  if (event.type === 'result')
    return `— ${text(event.subtype)}, ${((number(event.duration_ms) ?? 0) / 1000).toFixed(0)} s`
  return undefined
}
