/**
 * What a worker was refused. Its tools' refusals are listed in the result event; those of the sandbox stand only in
 * the answers to the calls, as what the refused program said. Only an answer that is an error counts, and only in the
 * forms below, so that a command which prints such words is not taken for one that was refused.
 */
import { isJson, type Json, list, resultText, text } from './claude-log-event.ts'

/** More than a person reads. */
const MOST = 20
const LONGEST = 80

interface Call {
  name: string
  input: Json
}

export interface DenialsReader {
  take(event: Json): void
  /** `Bash(git push)`, `Write(src/a.ts)`, `network: example.com`; each once. */
  labels(): string[]
}

export function denialsReader(): DenialsReader {
  const calls = new Map<string, Call>()
  const labels = new Set<string>()
  const add = (label: string) => {
    if (labels.size < MOST) labels.add(label)
  }
  return {
    take(event) {
      for (const block of blocksOf(event)) {
        if (block.type === 'tool_use')
          calls.set(String(block.id), { name: text(block.name) ?? 'a tool', input: inputOf(block.input) })
        if (block.type !== 'tool_result') continue
        const call = calls.get(String(block.tool_use_id))
        calls.delete(String(block.tool_use_id))
        if (block.is_error === true && call !== undefined)
          for (const each of refusals(call, resultText(block))) add(each)
      }
      if (event.type !== 'result') return
      for (const { tool_name, tool_input } of list(event.permission_denials))
        add(labelOf({ name: text(tool_name) ?? 'a tool', input: inputOf(tool_input) }))
    },
    labels: () => [...labels],
  }
}

const blocksOf = ({ message }: Json) => (isJson(message) ? list(message.content) : [])
const inputOf = (value: unknown): Json => (isJson(value) ? value : {})

/** The client's own words for a tool that no rule allows, or that a rule forbids (2.1.197 does not list the latter). */
const BY_RULE =
  /^(Permission to use \S+ (with command [\s\S]* )?has been denied|<tool_use_error>File is in a directory that is denied by your permission settings)/
/** strerror(EROFS) where a program's message ends with it, and as Node and Python say it. */
const READ_ONLY = /: Read-only file system$|EROFS: read-only file system|\[Errno 30\] Read-only file system/m
/** Written by the client below a command's output; the text in the lines is its proxy's. */
const VIOLATIONS = /<sandbox_violations>\n([\s\S]*?)\n?<\/sandbox_violations>/g
const NETWORK = /^deny network-outbound (\S+?)(?::\d+)?(?: |$)/gm

function refusals(call: Call, said: string): string[] {
  const hosts = [...said.matchAll(VIOLATIONS)].flatMap(([, lines = '']) =>
    [...lines.matchAll(NETWORK)].map(([, host = '']) => `network: ${host}`),
  )
  return BY_RULE.test(said) || READ_ONLY.test(said) ? [labelOf(call), ...hosts] : hosts
}

function labelOf({ name, input }: Call): string {
  const what =
    text(input.command) ?? text(input.file_path) ?? text(input.notebook_path) ?? text(input.url) ?? ''
  const first = [...(what.split('\n')[0] ?? '')]
  if (first.length === 0) return name
  return `${name}(${first.length > LONGEST ? `${first.slice(0, LONGEST - 1).join('')}…` : first.join('')})`
}
