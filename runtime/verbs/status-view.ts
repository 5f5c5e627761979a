/** A task as `status` shows it: the JSON of the contract, from an observed task. */
import { alternativesFor } from '../attempt/alternatives.ts'
import type { Ground } from '../attempt/ground.ts'
import { saySilent, silentSince } from '../attempt/hang.ts'
import { heldBy, sayHeld } from '../attempt/held.ts'
import { sayHome } from '../attempt/landing.ts'
import type { Observed } from '../attempt/observe.ts'
import { spentOn } from '../attempt/spent.ts'
import { summaryOf } from '../attempt/summary.ts'
import { sayFailed, sayWait } from '../attempt/wait-words.ts'
import { strokeOf } from '../task/marks.ts'
import { failureOf, isOver } from '../task/status.ts'
import { commitsSince } from '../worktree/describe.ts'
import { findRepository } from '../worktree/repository.ts'

export interface TaskView {
  id: string
  title: string | null
  state: string
  priority: string | null
  model: string | null
  backend: string | null
  profile: string | null
  items: { done: number; total: number }
  question: { number: number; text: string; asked_at: string } | null
  summary: string | null
  failure: { class: string; message: string; alternatives: string[] } | null
  /** It failed and goes on by itself: when, why, and with which model where that is another one. */
  waiting: { until: string; class: string; model: string | null; text: string } | null
  denied: string[]
  attempt: number | null
  pid: number | null
  started_at: string | null
  ended_at: string | null
  /** Over all attempts, as far as their CLIs tell. */
  cost_usd: number | null
  tokens: { input: number; output: number } | null
  worktree: string | null
  branch: string | null
  base: string | null
  commits: string[]
  /** What a person should know beside the state: marks made in one stroke, files that cannot be read. */
  remarks: string[]
}

/** What a view in full needs beside the task; reading it takes a while, and not every task needs it. */
type Surroundings = () => Pick<Ground, 'config' | 'env' | 'home'>

/** How long a worker may show no sign of life (ms); asked only of one that is silent. */
export type HangLimit = () => number
const none: HangLimit = () => Number.POSITIVE_INFINITY

/** Without surroundings, for the overview: no alternatives and no commits, which cost a configuration and git calls. */
export function viewOf(task: Observed, surroundings?: Surroundings, hang: HangLimit = none): TaskView {
  const { id, state, request, attempt, exit, questions, items } = task
  const failure = failureOf(task, state)
  const open = state === 'done' ? undefined : questions.find(({ answered }) => !answered)
  const launch = attempt?.unstarted === false ? attempt.launch : undefined
  const live = state === 'running' || state === 'asking'
  return {
    id,
    title: request?.title ?? null,
    state,
    priority: request?.priority ?? null,
    model: launch?.model ?? request?.model ?? null,
    backend: launch?.backend ?? request?.backend ?? null,
    profile: request?.profile ?? null,
    items: { done: items.filter(({ mark }) => mark === 'done').length, total: items.length },
    question: open === undefined ? null : { number: open.number, text: open.text, asked_at: open.askedAt },
    summary: summaryOf(task),
    failure: failure === null ? null : { ...failure, alternatives: alternativesOf(task, surroundings) },
    waiting: waitingOf(task),
    denied: exit?.denied ?? [],
    attempt: attempt?.paths.number ?? null,
    pid: live ? (attempt?.record?.pid ?? null) : null,
    started_at: attempt?.record?.started_at ?? null,
    ended_at: exit?.ended_at ?? null,
    ...spentOn(task),
    worktree: launch?.worktree ?? null,
    branch: launch?.branch ?? null,
    base: launch?.base ?? null,
    commits: surroundings === undefined ? [] : commitsOf(task),
    remarks: [
      ...silenceOf(task, hang),
      ...remarksOf(task),
      ...(surroundings === undefined ? [] : sweptOf(task)),
    ],
  }
}

function waitingOf({ state, waiting }: Observed): TaskView['waiting'] {
  if (state !== 'parked' || waiting === undefined) return null
  const { until, class: kind, model } = waiting
  return { until, class: kind, model, text: sayWait(waiting) }
}

const alternativesOf = (task: Observed, surroundings: Surroundings | undefined) =>
  surroundings === undefined ? [] : alternativesFor(task, surroundings())

function commitsOf({ request, attempt }: Observed): string[] {
  const { base, branch } = attempt?.launch ?? {}
  const repository = base && branch && request !== undefined ? findRepository(request.cwd) : undefined
  return repository === undefined || !base || !branch ? [] : commitsSince(repository, base, branch)
}

function silenceOf(task: Observed, hang: HangLimit): string[] {
  const since = silentSince(task, hang)
  return since === undefined ? [] : [saySilent(task.id, since)]
}

/** What was still running when it ended. */
const sweptOf = ({ exit }: Observed) =>
  exit === undefined
    ? []
    : [
        ...(exit.swept.length === 0 ? [] : [`Still running at its end, and ended: ${listed(exit.swept)}.`]),
        ...(exit.left.length === 0 ? [] : [`Left running: ${listed(exit.left)}.`]),
      ]

const listed = (commands: string[]) =>
  [...commands.slice(0, 3), ...(commands.length > 3 ? [`${commands.length - 3} more (exit.yaml)`] : [])].join(
    '; ',
  )

function insteadOf({ attempt }: Observed): string[] {
  const { instead, model } = attempt?.launch ?? {}
  return instead == null
    ? []
    : [`${sayFailed(instead.class, { ...instead, backend: '' })}; ${model} went on in its place (fallback).`]
}

function remarksOf(task: Observed): string[] {
  const { state, items, checklist, exit, problems } = task
  const by = heldBy(task)
  const inOneStroke = strokeOf(checklist?.marks ?? [], checklist?.plan.items ?? [])
  const neverMarked =
    isOver(state) && exit !== undefined && items.length > 0 && items.every(({ mark }) => mark === 'open')
  return [
    ...(inOneStroke ? ['All items were ticked in one stroke; nobody saw them being done one by one.'] : []),
    ...(neverMarked && exit.class === null && exit.ended_by === null
      ? ['The worker ended well by its own account but marked no item.']
      : []),
    ...(by === undefined ? [] : [`${sayHeld(by)} It cannot start by itself.`]),
    ...insteadOf(task),
    ...(task.request?.worktree && isOver(state) ? sayHome(task.paths) : []),
    ...problems,
  ]
}
