/** Claude Code's hook input as what the guard decides about; undefined: nothing that it knows. Pure but for `real`. */
import { basename, dirname, join, resolve } from 'node:path'
import type { GuardEvent } from './guard.ts'

/** @param real the path with its links resolved; undefined where nothing lies */
export function guardEvent(
  input: Record<string, unknown>,
  real: (path: string) => string | undefined,
): GuardEvent | undefined {
  const actor = { session: text(input.session_id) ?? '', agent: text(input.agent_id) }
  const event = text(input.hook_event_name)
  if (event === 'Stop' || event === 'SubagentStop') return { ...actor, kind: 'end' }
  if (event !== 'PreToolUse') return undefined
  const cwd = text(input.cwd) ?? '/'
  const { command, file_path, notebook_path } = isObject(input.tool_input) ? input.tool_input : {}
  if (input.tool_name === 'Bash') {
    const said = text(command)
    return said === undefined ? undefined : { ...actor, kind: 'shell', command: said, cwd: real(cwd) ?? cwd }
  }
  const path = text(file_path) ?? text(notebook_path)
  return path === undefined ? undefined : { ...actor, kind: 'edit', path: landing(resolve(cwd, path), real) }
}

/** Where writing to a path ends up: links on the way are followed, what is not there yet is taken as it is called. */
function landing(path: string, real: (path: string) => string | undefined): string {
  const there = real(path)
  if (there !== undefined || path === dirname(path)) return there ?? path
  return join(landing(dirname(path), real), basename(path))
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
