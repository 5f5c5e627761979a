/** What wakes the lead: its monitor where one runs, else a command that it is told to leave in the background. */
import { setTimeout as sleep } from 'node:timers/promises'
import { heldBy, predecessorsIn } from '../attempt/held.ts'
import type { Observed } from '../attempt/observe.ts'
import { isWaiting, isWatched, sessionId } from './session.ts'

/** The monitor of an interactive session starts together with the skill; it may be a moment behind us (ms). */
const MOMENT = 700

/** The client's own limit of a command in the background is ten minutes; this is the most that can be asked for (ms). */
const LONGEST = 7_200_000

/** Complete in itself: a session that was begun anew or compacted does not know the skill's text. */
export const WAIT = `\`dispatch wait\` in the background (timeout ${LONGEST})`

/**
 * Nobody can type into `claude -p`, so once it has said what there is to say it may as well sit in a call: that costs
 * the lead a fifth of what a command in the background and its notice do. Not for long: then as above.
 */
const WAIT_HERE = '`dispatch wait --timeout 5m` (timeout 360000)'

/** After a launch: what the session has to do to be told, or that it has to do nothing. */
export async function wakeLine(root: string, env: NodeJS.ProcessEnv): Promise<string> {
  const session = sessionId(env)
  if (session === undefined) return 'Follow it: dispatch wait, dispatch status --watch'
  for (let waited = 0; !willBeTold(root, session); waited += 20) {
    // Under `-p` there is never a monitor (measured), so nothing is waited for.
    if (!isInteractive(env) || waited >= MOMENT) return `To be told, run ${WAIT} now.`
    await sleep(20)
  }
  return 'You will be told; stop here.'
}

/**
 * While a run waits for reviewers of other vendors: a headless session has nothing else to do, and the step is short.
 */
export async function wakeLineOfRun(root: string, env: NodeJS.ProcessEnv): Promise<string> {
  const session = sessionId(env)
  const isHeadless = session !== undefined && !isInteractive(env)
  return isHeadless && !willBeTold(root, session)
    ? `To be told, run ${nextWait(env)} now.`
    : wakeLine(root, env)
}

/** After an answer: the same, but silent where there is nothing to do, and to a person (hook-typed.ts). */
export function wakeLineIfNeeded(root: string, env: NodeJS.ProcessEnv): string | undefined {
  const session = sessionId(env)
  if (session === undefined || env.DISPATCH_TYPED !== undefined || willBeTold(root, session)) return undefined
  return `To be told, run ${nextWait(env)} now.`
}

/** After a `wait` in which nothing happened. */
export function waitLongerLine(root: string, env: NodeJS.ProcessEnv): string | undefined {
  const session = sessionId(env)
  if (session === undefined || isWatched(root, session)) return undefined
  return `To be told, run ${WAIT} now.`
}

/**
 * After `wait` told something to a session that has no monitor: whether there is more to come. A person at the screen
 * may answer at any time; a headless session ends with the question, and the answer starts the next one.
 */
export function waitAgainLine(root: string, env: NodeJS.ProcessEnv, tasks: Observed[]): string | undefined {
  const session = sessionId(env)
  if (session === undefined || isWatched(root, session)) return undefined
  const states = ['running', 'queued', ...(isInteractive(env) ? ['asking', 'parked'] : [])]
  const before = predecessorsIn(root)
  const more = tasks.some(
    (task) =>
      (states.includes(task.state) && heldBy(task, before) === undefined) || isSoon(task.waiting?.until),
  )
  return more ? `Then run ${nextWait(env)} again.` : undefined
}

/** A pause that a headless session may sit out (ms). */
const SOON = 600_000
const isSoon = (until: string | undefined) => until !== undefined && Date.parse(until) - Date.now() < SOON

/** The one that has said what was started. */
const nextWait = ({ CLAUDE_CODE_ENTRYPOINT }: NodeJS.ProcessEnv) =>
  CLAUDE_CODE_ENTRYPOINT === 'sdk-cli' ? WAIT_HERE : WAIT

const willBeTold = (root: string, session: string) => isWatched(root, session) || isWaiting(root, session)

export const isInteractive = ({ CLAUDE_CODE_ENTRYPOINT }: NodeJS.ProcessEnv) =>
  CLAUDE_CODE_ENTRYPOINT === 'cli'
