/** Reads `codex exec --json`: shapes recorded from 0.169.0. It tells no cost. */
import type { LogFacts, LogReader } from './backend.ts'
import { isJson, type Json, number, parseEvent, text } from './claude-log-event.ts'
import { refusalsIn } from './codex-log-command.ts'
import { doomedBy, failureOf, pausingBy } from './codex-log-failure.ts'

/** More than a person reads. */
const MOST = 20

/** @param now when what is read was written, for a time that is stated as a distance (ms) */
export function codexReader(now = Date.now()): LogReader {
  const facts: LogFacts = {
    session: undefined,
    finalText: undefined,
    tokens: undefined,
    costUsd: undefined,
    denied: [],
    success: false,
    failure: undefined,
    // Of the whole thread, also after a resume.
    cumulative: true,
  }
  let doomed: LogFacts['doomed']
  let pausing: LogFacts['pausing']

  function take(event: Json): void {
    switch (event.type) {
      case 'thread.started':
        facts.session = text(event.thread_id) ?? facts.session
        break
      case 'error':
        doomed = doomedBy(text(event.message) ?? '', now)
        pausing = pausingBy(text(event.message) ?? '', now)
        facts.failure = failureOf(text(event.message) ?? '', now)
        break
      case 'turn.failed':
        facts.success = false
        facts.failure = failureOf((isJson(event.error) && text(event.error.message)) || '', now)
        break
      case 'turn.completed':
        facts.success = true
        facts.tokens = tokensOf(event.usage) ?? facts.tokens
        break
    }
    // An item of the kind `error` is a remark, and any other one shows that the provider answers again.
    const item = isJson(event.item) ? event.item : undefined
    if (event.type === 'turn.completed' || (item !== undefined && item.type !== 'error')) {
      facts.failure = undefined
      doomed = undefined
      pausing = undefined
    }
    if (event.type === 'item.completed' && item !== undefined) takeItem(item)
  }

  function takeItem(item: Json): void {
    const said = text(item.text)?.trim()
    if (item.type === 'agent_message' && said) facts.finalText = said
    if (item.type === 'command_execution')
      for (const label of refusalsIn(item))
        if (!facts.denied.includes(label) && facts.denied.length < MOST) facts.denied.push(label)
  }

  return {
    lines(lines) {
      for (const line of lines) {
        const event = parseEvent(line)
        if (event !== undefined) take(event)
      }
    },
    facts: () => ({
      ...facts,
      denied: [...facts.denied],
      ...(doomed === undefined ? {} : { doomed }),
      ...(pausing === undefined ? {} : { pausing }),
    }),
  }
}

function tokensOf(usage: unknown): LogFacts['tokens'] {
  return isJson(usage)
    ? { input: number(usage.input_tokens) ?? 0, output: number(usage.output_tokens) ?? 0 }
    : undefined
}
