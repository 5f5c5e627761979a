/**
 * `dispatch hook <event>`: Claude Code's JSON on standard input, a decision on standard output. Nothing to say is no
 * output and exit 0. They help (allow, greet, answer), and their failure must never stop a session. The guard is
 * another thing: it fails with a code, of which bin/dispatch makes a refusal for those whom a run concerns.
 */
import { DispatchError, EXIT } from '../io/errors.ts'
import type { Verb, VerbIo } from './verb.ts'

type Input = Record<string, unknown>

export const run: Verb = async ([event = ''], io) => {
  if (io.env.DISPATCH_TASK !== undefined) return 0
  const handler = HANDLERS.get(event)
  const input = parseInput(io.stdin())
  if (event === 'guard') return input === undefined ? EXIT.data : await guarded(input, io)
  if (handler === undefined || input === undefined) return 0
  try {
    const output = await handler(input, {
      ...io,
      cwd: folderOf(input, io),
      env: withSession(io.env, input),
    })
    if (output !== undefined) io.stdout(`${JSON.stringify(output)}\n`)
  } catch (error) {
    if (!(error instanceof DispatchError)) throw error
    io.stderr(`dispatch: ${error.message}\n`)
  }
  return 0
}

/** Of a hook's exit codes the one that refuses. */
const REFUSED = 2

async function guarded(input: Input, io: VerbIo): Promise<number> {
  const { guard } = await import('./hook-guard.ts')
  const { output, complaint } = guard(input, { ...io, cwd: folderOf(input, io) })
  if (complaint !== undefined) io.stderr(complaint)
  else if (output !== undefined) io.stdout(`${JSON.stringify(output)}\n`)
  return complaint === undefined ? EXIT.ok : REFUSED
}

const HANDLERS = new Map<string, (input: Input, io: VerbIo) => Promise<object | undefined>>([
  ['pre-tool-use', async (input, io) => (await import('./hook-allow.ts')).allow(input, io)],
  ['user-prompt-expansion', async (input, io) => (await import('./hook-typed.ts')).typed(input, io)],
  ['session-start', async (input, io) => (await import('./hook-greet.ts')).greet(input, io)],
])

function parseInput(text: string | undefined): Input | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The hook's own folder is the plugin's or the session's; the input says where the session stands. */
const folderOf = (input: Input, { cwd }: VerbIo) => (typeof input.cwd === 'string' ? input.cwd : cwd)

const withSession = (env: NodeJS.ProcessEnv, { session_id }: Input) =>
  typeof session_id === 'string' ? { ...env, CLAUDE_CODE_SESSION_ID: session_id } : env
