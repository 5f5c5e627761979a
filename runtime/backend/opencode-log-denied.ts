/** What a worker of opencode was refused: by a rule, by a question that nobody answered, by a read-only file system. */
import { isJson, type Json, number, text } from './claude-log-event.ts'

const LONGEST = 80

/** opencode's own words; the first one ends the run. */
const BY_QUESTION = /rejected permission to use this specific tool call/
const BY_RULE = /has specified a rule which prevents you from using this specific tool call/
/** strerror(EROFS) where a program's message ends with it, and as Node, Python and opencode's tools say it. */
const READ_ONLY = /: Read-only file system$|EROFS: read-only file system|\[Errno 30\] Read-only file system/m

interface Refusal {
  /** `bash(git push)`, `write(src/a.ts)`. */
  label: string
  /** The run is over with it. */
  ends: boolean
}

/** Undefined for a call that went well, or wrong in another way. */
export function refusalOf(part: Json): Refusal | undefined {
  const state = isJson(part.state) ? part.state : {}
  const said = text(state.error) ?? ''
  const label = labelOf(part, isJson(state.input) ? state.input : {})
  if (state.status === 'error') {
    const ends = BY_QUESTION.test(said)
    return ends || BY_RULE.test(said) || READ_ONLY.test(said) || /EROFS/.test(said)
      ? { label, ends }
      : undefined
  }
  // A command that failed is an answer like any other, with its exit code beside it.
  const metadata = isJson(state.metadata) ? state.metadata : {}
  const failed = (number(metadata.exit) ?? 0) !== 0
  return failed && READ_ONLY.test(text(state.output) ?? '') ? { label, ends: false } : undefined
}

function labelOf(part: Json, input: Json): string {
  const name = text(part.tool) ?? 'a tool'
  const what = text(input.command) ?? text(input.filePath) ?? text(input.url) ?? text(input.pattern) ?? ''
  const first = [...(what.split('\n')[0] ?? '')]
  if (first.length === 0) return name
  return `${name}(${first.length > LONGEST ? `${first.slice(0, LONGEST - 1).join('')}…` : first.join('')})`
}
