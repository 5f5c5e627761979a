/**
 * What a session may do while a run is active: who took which brief is bound to it, frozen tests stay as they are,
 * each role keeps to its part, the run alone commits, and nobody leaves without handing in. The rules hold for the
 * lead and for those whom it gave work; everybody else passes. It is a fence, not the judge: what gets around it by a
 * shell is found by `submit`. Pure.
 */
import { claimsOf } from '../run/evidence/claims.ts'
import type { Phase, PlannedTask } from '../run/facts.ts'
import { BOUNCES } from '../run/line.ts'
import { type DispatchCall, dispatchCalls } from './guard-calls.ts'
import { forbiddenGit, isBelow } from './guard-git.ts'
import { isTestPath } from './guard-paths.ts'
import { commandsIn } from './shell-commands.ts'

/** Whose act it is. A subagent has the session of its lead, and an id of its own. */
interface Actor {
  session: string
  agent: string | undefined
}

export type GuardEvent = Actor &
  (
    | { kind: 'edit' /** Absolute, links resolved. */; path: string }
    | { kind: 'shell'; command: string /** Links resolved. */; cwd: string }
    | { kind: 'end' }
  )

/** An attempt that the actor took. */
export interface Taken {
  attempt: string
  phase: Phase
  /** Accepted, or void: nothing more is wanted of it. */
  over: boolean
  /** How often its agent was sent back. */
  bounces: number
}

/** An active run, as the actor meets it. Paths are absolute, links resolved, unless it says otherwise. */
export interface GuardedRun {
  name: string
  /** Top level of the worktree that it works in. */
  top: string
  /** Where it keeps its records, and where it is marked as active. */
  records: string[]
  /** The actor's session leads it, or its subagents have a part in it. */
  member: boolean
  taken: Taken[]
  /** Who holds the attempt that a `brief` asks for; undefined: there is no such attempt here. */
  asked: 'nobody' | 'actor' | 'other' | undefined
  /** Relative to `top`. */
  frozen: string[]
  /** Of the open batch. */
  tasks: PlannedTask[]
}

export type Decision =
  | { do: 'pass' }
  | { do: 'deny'; why: string }
  /** The actor has this attempt from now on. */
  | { do: 'bind'; run: string; attempt: string }
  /** The actor's session leads this run from now on. */
  | { do: 'lead'; run: string }
  | { do: 'bounce'; run: string; attempt: string; why: string }
  /** It was sent back often enough, and hands in nothing. */
  | { do: 'release'; run: string; attempt: string }

const PASS: Decision = { do: 'pass' }
const deny = (why: string): Decision => ({ do: 'deny', why })

/** The first run that has something to say. */
export function guardOf(event: GuardEvent, runs: readonly GuardedRun[]): Decision {
  for (const run of runs) {
    const decision = decide(event, run)
    if (decision.do !== 'pass') return decision
  }
  return PASS
}

function decide(event: GuardEvent, run: GuardedRun): Decision {
  switch (event.kind) {
    case 'shell':
      return onShell(event, run)
    case 'edit':
      return run.member ? onEdit(event.path, roleOf(run), run) : PASS
    case 'end':
      return onEnd(run)
  }
}

const roleOf = ({ taken }: GuardedRun) => taken.find(({ over }) => !over) ?? taken.at(-1)

function onShell(event: GuardEvent & { kind: 'shell' }, run: GuardedRun): Decision {
  const commands = commandsIn(event.command)
  const calls = dispatchCalls(commands).filter((call) => isAbout(call, event, run))
  const brief = calls.find(({ verb }) => verb === 'brief')
  if (brief !== undefined) {
    const decision = onBrief(brief.words[0] ?? '', event, run)
    if (decision.do !== 'pass') return decision
  }
  const role = roleOf(run)
  const git = run.member
    ? forbiddenGit(commands, { cwd: event.cwd, top: run.top, lead: role === undefined })
    : undefined
  if (git !== undefined)
    return deny(
      role === undefined
        ? `\`${git}\` is not yours while the run ${run.name} is active: dispatch commits each batch itself, once it is approved. Go on with \`dispatch next\`. What the user wants in git besides, they type themselves.`
        : `\`${git}\` is not for ${role.attempt}: dispatch keeps the history, and others work in this tree. Leave your work as it lies and hand it in: \`dispatch submit ${role.attempt}\`.`,
    )
  const leads = event.agent === undefined && calls.some(({ verb }) => verb === 'next' || verb === 'run')
  return leads && !run.member ? { do: 'lead', run: run.name } : PASS
}

/** A call names its run, or means the one whose worktree it is called in. */
export const isAbout = (
  call: DispatchCall,
  event: GuardEvent,
  { name, top }: Pick<GuardedRun, 'name' | 'top'>,
) => (call.run === undefined ? event.kind === 'shell' && isBelow(top, event.cwd) : call.run === name)

function onBrief(attempt: string, { agent }: GuardEvent, run: GuardedRun): Decision {
  if (run.asked === undefined || run.taken.some((taken) => taken.attempt === attempt)) return PASS
  if (run.asked === 'other')
    return deny(`${attempt} was taken by another agent, which works on it. End here, and say so in one line.`)
  if (agent === undefined && run.member && run.taken.length === 0)
    return deny(
      `A brief is for the subagent that does the work. Spawn it with the prompt that \`dispatch next\` printed.`,
    )
  const open = run.taken.find(({ over }) => !over)
  if (open !== undefined)
    return deny(`You have ${open.attempt}. Hand that in first: \`dispatch submit ${open.attempt}\`.`)
  return { do: 'bind', run: run.name, attempt }
}

function onEdit(path: string, role: Taken | undefined, run: GuardedRun): Decision {
  if (run.records.some((folder) => isBelow(folder, path)))
    return deny(
      `The records of a run are written by dispatch alone. ${role === undefined ? 'Ask `dispatch next` what to do.' : `Hand in with \`dispatch submit ${role.attempt}\`.`}`,
    )
  if (role?.phase === 'review')
    return deny(
      `A reviewer changes nothing. Put it into the report, as a finding with a suggestion: \`dispatch submit ${role.attempt}\`.`,
    )
  if (!isBelow(run.top, path)) return PASS
  const file = path.slice(run.top.length + 1)
  if (run.frozen.includes(file))
    return deny(
      `${file} is frozen: its tests were seen failing, and stay as they are until the batch is committed. ${
        role === undefined
          ? 'Go on with `dispatch next`.'
          : `Make them pass by the product's code. If a test is wrong, hand in \`status: blocked\` with the reason.`
      }`,
    )
  return role === undefined ? PASS : onRole(file, role, run.tasks)
}

/** By the names of files, since asking the project's runner is `submit`'s, which has the time. */
function onRole(file: string, { phase, attempt }: Taken, tasks: PlannedTask[]): Decision {
  const claims = claimsOf(tasks, { isTest: isTestPath })
  const isTest = claims.test(file).length > 0
  const isProduct = claims.product(file).length > 0
  if (tasks.length === 0 || (phase === 'red' ? isTest : isProduct)) return PASS
  if (phase === 'red' && isProduct)
    return deny(
      `${file} is product code, which the implementer writes after you. Write the failing test only; where none can be written, hand in \`status: gap\` with the reason.`,
    )
  if (phase !== 'red' && (isTest || isTestPath(file)))
    return deny(
      `${file} is a test, and an implementer writes none. If one is missing or wrong, say so in your report: \`dispatch submit ${attempt}\`.`,
    )
  const claimed = [...new Set(tasks.flatMap(({ files }) => files))].join(', ')
  return deny(
    `${file} is outside of what this batch's tasks claim (${claimed}). Keep to those; if that cannot be, hand in \`status: ${phase === 'red' ? 'gap' : 'blocked'}\` with the reason.`,
  )
}

function onEnd(run: GuardedRun): Decision {
  const open = run.taken.find(({ over }) => !over)
  if (open === undefined) return PASS
  const { attempt, bounces } = open
  if (bounces >= BOUNCES) return { do: 'release', run: run.name, attempt }
  return {
    do: 'bounce',
    run: run.name,
    attempt,
    why: `${attempt} has no accepted submission yet. Run \`dispatch submit ${attempt}\` with your report (\`dispatch brief ${attempt}\` shows its form) and mend what it refuses. If the work cannot be done, hand in a report that says why.`,
  }
}
