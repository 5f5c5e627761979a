/** The log as a person reads it. */
import { isJson, type Json, number, parseEvent, text } from './claude-log-event.ts'
import { messageOf } from './opencode-log-failure.ts'

/** Lines of a tool's answer that are shown. */
const MOST = 20

export function opencodeTranscript(line: string): string | undefined {
  const event = parseEvent(line)
  if (event === undefined) return line.trim() === '' ? undefined : ownLog(line)
  const part = isJson(event.part) ? event.part : {}
  if (event.type === 'text' || event.type === 'reasoning') return text(part.text) || undefined
  if (event.type === 'tool_use') return callLines(part).join('\n')
  if (event.type === 'error') return `— ${messageOf(event)}`
  if (event.type !== 'step_finish' || part.reason === 'tool-calls') return undefined
  return `— ${text(part.reason) ?? 'end'}, $${(number(part.cost) ?? 0).toFixed(2)}`
}

/** `timestamp=… level=ERROR … message="stream error" … error.error="…"`: only what it says. */
function ownLog(line: string): string {
  const [, message] = /\bmessage=("(?:[^"\\]|\\.)*"|\S+)/.exec(line) ?? []
  if (!line.startsWith('timestamp=') || message === undefined) return line
  const [, error] = /\berror(?:\.error)?=("(?:[^"\\]|\\.)*"|\S+)/.exec(line) ?? []
  const bare = (words: string) => words.replace(/^"|"$/g, '')
  return `— ${bare(message)}${error === undefined ? '' : `: ${bare(error)}`}`
}

function callLines(part: Json): string[] {
  const state = isJson(part.state) ? part.state : {}
  const input = isJson(state.input) ? state.input : {}
  const what =
    text(input.command) ?? text(input.filePath) ?? text(input.pattern) ?? JSON.stringify(input).slice(0, 200)
  const answer = text(state.error) ?? text(state.output) ?? ''
  const lines = answer.trimEnd().split('\n').slice(0, MOST)
  return [`> ${text(part.tool)} ${what}`, ...(answer === '' ? [] : lines.map((each) => `  ${each}`))]
}
