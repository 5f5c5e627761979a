/**
 * Whether Claude Code may run a `dispatch` command without asking the person: a literal invocation of a verb that
 * neither executes a given command, nor changes which commands are run, nor grants rights, nor deletes.
 * Anything else is neither allowed nor denied: Claude Code's own permission decides.
 *
 * Inside a worker (`DISPATCH_TASK` set) the caller must not ask at all: hooks are silent there.
 */
import { DEFAULT_PROFILE } from '../config/profile.ts'
import { type Facts, needsGrant } from './grants.ts'
import { parseLiteral } from './literal.ts'
import { readInvocation } from './own-verbs.ts'

/** What we read of Claude Code's PreToolUse input. */
export interface ToolCall {
  tool_name: string
  tool_input: { command: string; dangerouslyDisableSandbox?: unknown }
  permission_mode?: unknown
}

export function decide(call: ToolCall, facts: Facts): 'allow' | undefined {
  // Leaving the client's sandbox is a right of its own, which only the person gives.
  if (call.tool_name !== 'Bash' || call.tool_input.dangerouslyDisableSandbox) return undefined
  const literal = parseLiteral(call.tool_input.command)
  const invocation = literal && readInvocation(literal.argv)
  if (invocation === undefined) return undefined
  if (literal?.argv.length === 2 && invocation.values.help) return 'allow'
  const limit = call.permission_mode === 'plan' ? 'read-only' : DEFAULT_PROFILE
  return needsGrant(invocation, literal?.stdin ?? '', limit, facts) ? undefined : 'allow'
}

/** Claude Code's PreToolUse input in, its output out; undefined prints nothing. */
export function preToolUse(input: unknown, facts: Facts): object | undefined {
  if (!isToolCall(input) || decide(input, facts) === undefined) return undefined
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'allow',
      permissionDecisionReason: 'one literal dispatch verb',
    },
  }
}

function isToolCall(input: unknown): input is ToolCall {
  if (!isObject(input) || typeof input.tool_name !== 'string' || !isObject(input.tool_input)) return false
  return typeof input.tool_input.command === 'string'
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
