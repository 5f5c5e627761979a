/**
 * Reads `opencode run --format json --print-logs`: events of JSON, and between them lines of its own log. There is no
 * last event that says how it ended: the last step does. Shapes measured on 1.18.33.
 */
import type { Failure, LogReader } from './backend.ts'
import { isJson, type Json, number, parseEvent, text } from './claude-log-event.ts'
import { refusalOf } from './opencode-log-denied.ts'
import { eventFailure, plainFailure, REJECTED, repeatedIn } from './opencode-log-failure.ts'

/** More than a person reads. */
const MOST = 20

export function opencodeReader(): LogReader {
  let session: string | undefined
  let said: string[] = []
  let finalText: string | undefined
  let tokens: { input: number; output: number } | undefined
  let costUsd: number | undefined
  let success = false
  let stated: Failure | undefined
  /** The last request was refused, and is to be repeated. */
  let repeated: ReturnType<typeof repeatedIn>
  const plain: string[] = []
  const denied = new Set<string>()

  const take = (event: Json) => {
    session = text(event.sessionID) ?? session
    repeated = undefined
    const part = isJson(event.part) ? event.part : {}
    if (event.type === 'step_start') {
      success = false
      said = []
      stated = undefined
    }
    if (event.type === 'text') say(text(part.text) ?? '')
    if (event.type === 'tool_use') refused(part)
    if (event.type === 'step_finish') finish(part)
    if (event.type === 'error') {
      success = false
      stated = eventFailure(event, plain)
    }
  }

  function say(words: string): void {
    if (words.trim() === '') return
    said.push(words)
    finalText = said.join('\n')
  }

  function refused(part: Json): void {
    const refusal = refusalOf(part)
    if (refusal === undefined) return
    if (denied.size < MOST) denied.add(refusal.label)
    // It ends there, with exit code 0.
    if (refusal.ends) stated = { ...REJECTED, message: `${REJECTED.message} ${refusal.label}.` }
  }

  function finish(part: Json): void {
    const used = isJson(part.tokens) ? part.tokens : {}
    const cache = isJson(used.cache) ? used.cache : {}
    const sum = (...values: unknown[]) => values.reduce<number>((all, value) => all + (number(value) ?? 0), 0)
    tokens = {
      input: sum(tokens?.input, used.input, cache.read, cache.write),
      output: sum(tokens?.output, used.output, used.reasoning),
    }
    costUsd = sum(costUsd, part.cost)
    success = part.reason === 'stop' && said.length > 0
    if (part.reason === 'length')
      stated = { class: 'crashed', message: 'Its last message was cut off: it reached the output limit.' }
  }

  return {
    lines(lines) {
      for (const line of lines) {
        const event = parseEvent(line)
        if (event !== undefined) take(event)
        else if (line.trim() !== '') {
          plain.push(line)
          if (plain.length > MOST) plain.shift()
          repeated = repeatedIn(line) ?? repeated
        }
      }
    },
    facts: () => {
      const failure = success ? undefined : (stated ?? plainFailure(plain))
      return {
        session,
        finalText,
        tokens,
        costUsd,
        denied: [...denied],
        success,
        failure,
        ...repeated,
      }
    },
  }
}
