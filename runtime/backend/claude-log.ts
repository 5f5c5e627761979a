/** Reads `claude -p --output-format stream-json`: shapes measured on 2.1.329 and 2.1.197. */
import type { LogFacts, LogReader } from './backend.ts'
import { denialsReader } from './claude-log-denied.ts'
import { isJson, type Json, list, number, parseEvent, text } from './claude-log-event.ts'
import { resultFailure, retryFailure } from './claude-log-failure.ts'

type Facts = Omit<LogFacts, 'denied'>

export function claudeReader(): LogReader {
  const facts: Facts = {
    session: undefined,
    finalText: undefined,
    tokens: undefined,
    costUsd: undefined,
    success: false,
    failure: undefined,
  }
  const denials = denialsReader()
  return {
    lines(lines) {
      for (const line of lines) {
        const event = parseEvent(line)
        if (event === undefined) continue
        take(facts, event)
        denials.take(event)
      }
    },
    facts: () => ({ ...facts, denied: denials.labels() }),
  }
}

function take(facts: Facts, event: Json): void {
  facts.session = text(event.session_id) ?? facts.session
  if (event.type === 'assistant' && isJson(event.message)) {
    const said = list(event.message.content).flatMap((block) =>
      block.type === 'text' ? [text(block.text) ?? ''] : [],
    )
    if (said.join('').trim() !== '') facts.finalText = said.join('\n')
  }
  if (event.type === 'system' && event.subtype === 'api_retry') facts.failure = retryFailure(event)
  if (event.type === 'result') takeResult(facts, event)
}

function takeResult(facts: Facts, event: Json): void {
  const usage = isJson(event.usage) ? event.usage : {}
  const input =
    (number(usage.input_tokens) ?? 0) +
    (number(usage.cache_read_input_tokens) ?? 0) +
    (number(usage.cache_creation_input_tokens) ?? 0)
  facts.tokens = { input, output: number(usage.output_tokens) ?? 0 }
  facts.costUsd = number(event.total_cost_usd)
  // API errors come as subtype "success" with is_error (measured): only is_error counts.
  facts.success = event.is_error === false && event.subtype === 'success'
  facts.failure = facts.success ? undefined : resultFailure(event)
  if (facts.success) facts.finalText = text(event.result) ?? facts.finalText
}
