/** Reads `claude -p --output-format stream-json`: shapes measured on 2.1.329 and 2.1.197. */
import type { LogFacts, LogReader } from './backend.ts'
import { denialsReader } from './claude-log-denied.ts'
import { isJson, type Json, list, number, parseEvent, text } from './claude-log-event.ts'
import { doomedBy, resultFailure, retryFailure } from './claude-log-failure.ts'

interface Facts extends Omit<LogFacts, 'denied'> {
  /** It has a key, and not only a login that may be renewed. */
  hasKey: boolean
  /** When a limit ends that it met (seconds since the epoch). */
  resetsAt: number | undefined
}

/** @param clock milliseconds since the epoch: a limit is told as a time of day */
export function claudeReader(clock: () => number = Date.now): LogReader {
  const facts: Facts = {
    session: undefined,
    finalText: undefined,
    tokens: undefined,
    costUsd: undefined,
    success: false,
    failure: undefined,
    hasKey: false,
    resetsAt: undefined,
  }
  const denials = denialsReader()
  return {
    lines(lines) {
      for (const line of lines) {
        const event = parseEvent(line)
        if (event === undefined) continue
        take(facts, event, clock)
        denials.take(event)
      }
    },
    facts: () => {
      const { hasKey: _, resetsAt: __, ...told } = facts
      return { ...told, denied: denials.labels() }
    },
  }
}

function take(facts: Facts, event: Json, clock: () => number): void {
  facts.session = text(event.session_id) ?? facts.session
  if (event.type === 'system' && event.subtype === 'init')
    facts.hasKey = ![undefined, 'none'].includes(text(event.apiKeySource))
  // What the client itself says in the model's place is an error, which the result repeats.
  if (event.type === 'assistant' && isJson(event.message) && event.message.model !== '<synthetic>') {
    delete facts.doomed
    const said = list(event.message.content).flatMap((block) =>
      block.type === 'text' ? [text(block.text) ?? ''] : [],
    )
    if (said.join('').trim() !== '') facts.finalText = said.join('\n')
  }
  if (event.type === 'system' && event.subtype === 'api_retry') takeRetry(facts, event)
  if (event.type === 'rate_limit_event' && isJson(event.rate_limit_info)) {
    const { status, resetsAt } = event.rate_limit_info
    facts.resetsAt = status === 'rejected' ? number(resetsAt) : undefined
  }
  if (event.type === 'result') takeResult(facts, event, clock())
}

function takeRetry(facts: Facts, event: Json): void {
  facts.failure = retryFailure(event)
  const doomed = doomedBy(event, facts.hasKey)
  if (doomed === undefined) delete facts.doomed
  else facts.doomed = doomed
}

function takeResult(facts: Facts, event: Json, now: number): void {
  delete facts.doomed
  const usage = isJson(event.usage) ? event.usage : {}
  const input =
    (number(usage.input_tokens) ?? 0) +
    (number(usage.cache_read_input_tokens) ?? 0) +
    (number(usage.cache_creation_input_tokens) ?? 0)
  facts.tokens = { input, output: number(usage.output_tokens) ?? 0 }
  facts.costUsd = number(event.total_cost_usd)
  // API errors come as subtype "success" with is_error (measured): only is_error counts.
  facts.success = event.is_error === false && event.subtype === 'success'
  facts.failure = facts.success ? undefined : resultFailure(event, now, facts.resetsAt)
  if (facts.success) facts.finalText = text(event.result) ?? facts.finalText
}
