/**
 * The edge of hooks/guard.ts: reads what is known of the active runs, decides, writes down who took which brief and who
 * was sent back, and answers the client. bin/dispatch has seen that a run is active here.
 */
import { dispatchHome } from '../config/home.ts'
import { type Decision, type GuardEvent, guardOf } from '../hooks/guard.ts'
import { guardEvent } from '../hooks/guard-event.ts'
import { bind, noteLead, recordBounce } from '../hooks/guard-record.ts'
import { GuardBroken, guardedRuns } from '../hooks/guard-state.ts'
import { realPath } from '../io/stat.ts'
import { isRegistered, rootFor } from '../task/root.ts'
import type { VerbIo } from './verb.ts'

type Input = Record<string, unknown>

/** What the client is told, and how the hook exits: 2 is a refusal by a guard that cannot tell. */
export interface Answer {
  output?: object
  complaint?: string
}

export function guard(input: Input, { env, cwd }: VerbIo, now = new Date()): Answer {
  const event = guardEvent(input, realPath)
  if (event === undefined) return {}
  for (const root of rootsAround(env, cwd)) {
    if (!isRegistered(dispatchHome(env), root)) continue
    try {
      const answer = carryOut(root, guardOf(event, guardedRuns(root, event)), event, now)
      if (answer !== undefined) return { output: answer }
    } catch (error) {
      // A turn that can never end would be worse than what the guard did not see: one refusal is enough.
      if (event.kind === 'end' && input.stop_hook_active === true) return {}
      if (error instanceof GuardBroken) return { complaint: broken(root, error) }
      throw error
    }
  }
  return {}
}

/** Where the session is now, and where it began: a shell that went elsewhere is still of that session. */
function rootsAround(env: NodeJS.ProcessEnv, cwd: string): string[] {
  const folders = [cwd, env.CLAUDE_PROJECT_DIR].filter((folder) => folder !== undefined && folder !== '')
  return [...new Set(folders.map((folder) => rootFor(env, folder ?? cwd)))].map(
    (root) => realPath(root) ?? root,
  )
}

function carryOut(root: string, decision: Decision, event: GuardEvent, now: Date): object | undefined {
  switch (decision.do) {
    case 'pass':
      return undefined
    case 'deny':
      return refusal(decision.why)
    case 'lead':
      noteLead(root, decision.run, event.session)
      return undefined
    case 'bind': {
      const { run, attempt } = decision
      if (bind(root, run, attempt, event, now)) return undefined
      return refusal(`${attempt} was taken by another agent just now. End here, and say so in one line.`)
    }
    case 'bounce':
      recordBounce(root, decision.run, decision.attempt, now)
      return { decision: 'block', reason: decision.why }
    case 'release':
      recordBounce(root, decision.run, decision.attempt, now)
      return undefined
  }
}

const refusal = (why: string) => ({
  hookSpecificOutput: {
    hookEventName: 'PreToolUse',
    permissionDecision: 'deny',
    permissionDecisionReason: `dispatch: ${why}`,
  },
})

const broken = (root: string, { run, message }: GuardBroken) =>
  `dispatch: the guard of the run ${run} cannot tell whether this is allowed, so it is not: ${message}\n` +
  `Say so to the user. To work without the run: remove ${root}/active-runs/${run}\n`
