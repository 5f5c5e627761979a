/**
 * Reads `agent -p --output-format stream-json`. The shapes are those that Cursor documents and that others recorded;
 * nothing of it was read from the real program by us. It tells no cost.
 */
import type { LogFacts, LogReader } from './backend.ts'
import { isJson, type Json, list, number, parseEvent, text } from './claude-log-event.ts'
import { cursorFailure } from './cursor-log-failure.ts'

export function cursorReader(): LogReader {
  const facts: LogFacts = {
    session: undefined,
    finalText: undefined,
    tokens: undefined,
    costUsd: undefined,
    denied: [],
    success: false,
    failure: undefined,
  }
  /** It complains in plain text, also among the events. */
  let plain: string[] = []

  function take(event: Json): void {
    facts.session = text(event.session_id) ?? facts.session
    if (event.type === 'assistant' && isJson(event.message)) {
      const said = list(event.message.content).map((block) => text(block.text) ?? '')
      if (said.join('').trim() !== '') facts.finalText = said.join('\n').trim()
    }
    if (event.type === 'tool_call' && event.subtype === 'completed') {
      const label = deniedIn(event)
      if (label !== undefined && !facts.denied.includes(label)) facts.denied.push(label)
    }
    if (event.type !== 'result') return
    const usage = isJson(event.usage) ? event.usage : undefined
    if (usage !== undefined) facts.tokens = tokensOf(usage)
    facts.success = event.subtype === 'success' && event.is_error !== true
    const said = text(event.result)
    // The result is all that was said, so that the last message is the better text.
    if (facts.success) facts.finalText ??= said
    else facts.failure = cursorFailure(said ?? '')
  }

  return {
    lines(lines) {
      for (const line of lines) {
        const event = parseEvent(line)
        if (event !== undefined) take(event)
        else if (line.trim() !== '') plain = [...plain.slice(-20), line]
      }
    },
    facts: () => ({
      ...facts,
      denied: [...facts.denied],
      failure:
        facts.failure ?? (facts.success || plain.length === 0 ? undefined : cursorFailure(plain.join('\n'))),
    }),
  }
}

function tokensOf(usage: Json): LogFacts['tokens'] {
  const sum = (...names: string[]) => names.reduce((total, name) => total + (number(usage[name]) ?? 0), 0)
  return {
    input: sum('inputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'input_tokens'),
    output: sum('outputTokens', 'output_tokens'),
  }
}

/** `{"shellToolCall":{"args":{"command":…},"result":{"rejected":…}}}` */
function deniedIn(event: Json): string | undefined {
  const [[name = '', call] = []] = Object.entries(isJson(event.tool_call) ? event.tool_call : {})
  if (!isJson(call) || !isJson(call.result)) return undefined
  if (!('rejected' in call.result) && !('permissionDenied' in call.result)) return undefined
  return labelOf(name, call)
}

/** `shell(git push)` */
export function labelOf(name: string, call: Json): string {
  const input = isJson(call.args) ? call.args : {}
  const what = text(input.command) ?? text(input.path) ?? ''
  return `${name.replace(/ToolCall$/, '')}(${what.split('\n')[0]?.slice(0, 200)})`
}
