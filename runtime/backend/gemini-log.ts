/** Reads `gemini --output-format stream-json`: shapes recorded from 0.61.0. It tells no cost. */
import type { LogFacts, LogReader } from './backend.ts'
import { isJson, type Json, number, parseEvent, text } from './claude-log-event.ts'
import { resultFailure } from './gemini-log-failure.ts'

export function geminiReader(): LogReader {
  const facts: LogFacts = {
    session: undefined,
    finalText: undefined,
    tokens: undefined,
    costUsd: undefined,
    denied: [],
    success: false,
    failure: undefined,
  }
  const calls = new Map<string, string>()
  /** What it says comes in pieces; a tool ends a message. */
  let said = ''
  /** The last complaint, which a result that failed may leave out. */
  let complaint: string | undefined

  function take(event: Json): void {
    if (event.type === 'init') facts.session = text(event.session_id) ?? facts.session
    if (event.type === 'message' && event.role === 'assistant') {
      said += text(event.content) ?? ''
      if (said.trim() !== '') facts.finalText = said.trim()
    } else said = ''
    if (event.type === 'tool_use') calls.set(text(event.tool_id) ?? '', labelOf(event))
    if (event.type === 'tool_result' && isDenied(event)) {
      const label = calls.get(text(event.tool_id) ?? '') ?? 'a tool'
      if (!facts.denied.includes(label)) facts.denied.push(label)
    }
    if (event.type === 'error') complaint = text(event.message) ?? complaint
    if (event.type === 'result') {
      const stats = isJson(event.stats) ? event.stats : {}
      facts.tokens = { input: number(stats.input_tokens) ?? 0, output: number(stats.output_tokens) ?? 0 }
      facts.success = event.status === 'success'
      facts.failure = facts.success ? undefined : resultFailure(event, complaint)
    }
  }

  return {
    lines(lines) {
      for (const line of lines) {
        const event = parseEvent(line)
        if (event !== undefined) take(event)
      }
    },
    facts: () => ({ ...facts, denied: [...facts.denied] }),
  }
}

/** `run_shell_command(git push)`, as the other backends name what was refused. */
function labelOf(event: Json): string {
  const input = isJson(event.parameters) ? event.parameters : {}
  const what = text(input.command) ?? text(input.file_path) ?? ''
  return `${text(event.tool_name) ?? 'a tool'}(${what.split('\n')[0]?.slice(0, 200)})`
}

/** Refused by its rules, or by its own guard, which refuses `$(…)` and backticks even in a quoted here-document. */
const isDenied = (event: Json) => {
  const error = isJson(event.error) ? event.error : {}
  return (
    /^Blocked: command substitution/.test(text(event.output) ?? '') ||
    text(error.type) === 'policy_violation' ||
    /denied by policy/i.test(text(error.message) ?? '')
  )
}
