/**
 * Where a run stands: a pure function of its policy and the facts on disk. Either there is something that the runtime
 * does by itself, or somebody is waited for, and then this is the step that `next` prints. Asked twice, killed in
 * between or asked by two, the answer is the same.
 */
import { answerTo, decisionOn, stopped } from './answers.ts'
import type { Effect } from './effect.ts'
import type { Attempt, BatchFacts, RunFacts } from './facts.ts'
import { type Line, lineOf, type Place } from './line.ts'
import type { Policy } from './policy.ts'
import { externalNames, isExternal } from './review/reviewers.ts'
import { lateReview, reviewNow } from './review-now.ts'
import { type Ask, type Step, stepFor } from './step.ts'
import type { Next } from './suite-now.ts'
import { tasksIn } from './verification.ts'

export type Now =
  | { effects: Effect[] }
  /** `outside`: nobody is waited for but reviewers of other vendors, of whose end no client tells. */
  | { step: Step; ask: Ask | undefined; outside?: boolean }

export function now(policy: Policy, facts: RunFacts): Now {
  const batch = currentBatch(facts)
  const say: Say = (phase) =>
    stepFor(policy, facts, batch?.key, batch?.key === 'final' && phase in WORK ? 'final' : phase)
  const asked: Asked = (phase, ask) => ({
    step: say(phase)('ask', `${ask.text}\nPut it to the user, then: dispatch decide "<what they say>"`, {
      question: ask,
    }),
    ask,
  })
  const stop = stopped(facts)
  // Nobody works for it any more, so its hooks let the user's session go.
  if (stop !== undefined && facts.active) return { effects: [{ kind: 'finish' }] }
  if (stop !== undefined)
    return {
      step: say('stopped')(
        'stopped',
        `Stopped by ${stop.by}: ${stop.text}. Go on with: dispatch run ${facts.run.source}`,
      ),
      ask: undefined,
    }
  const before = beforeWork(facts)
  if (before !== undefined) return 'key' in before ? asked('start', before) : { effects: [before] }
  const late = facts.batches.flatMap((each) =>
    each.commit === undefined ? [] : (lateReview({ facts, policy, batch: each.key }, each) ?? []),
  )
  if (late[0] !== undefined) return nextOf(late[0], say, asked)
  if (batch === undefined) return over(policy, facts, say('done'))
  if (batch.base === undefined) return { effects: [{ kind: 'open', batch: batch.key }] }
  if (facts.follow !== undefined && batch.key !== 'final')
    return { effects: [{ kind: 'follow', batch: batch.key, head: facts.follow }] }
  if (!batch.hasBaseline) return { effects: [{ kind: 'baseline', batch: batch.key }] }
  const place: Place = { facts, policy, batch: batch.key }
  return nextOf(working(place, batch) ?? reviewNow(place, batch), say, asked)
}

type Say = (phase: string) => ReturnType<typeof stepFor>
type Asked = (phase: string, ask: Ask) => Now

function nextOf(next: Next, say: Say, asked: Asked): Now {
  if (next.kind === 'due') return { effects: next.effects }
  return next.kind === 'asks' ? asked(next.phase, next.ask) : lines(next, say, asked)
}

/** The first that has no commit; undefined: all have one. */
export const currentBatch = ({ batches }: RunFacts): BatchFacts | undefined =>
  batches.find(({ commit }) => commit === undefined)

/** What has to be settled before anything is begun or goes on. */
function beforeWork(facts: RunFacts): Ask | Effect | undefined {
  const { trouble, unapproved, gates } = facts
  if (trouble !== undefined) return { ...trouble, isOpen: false }
  if (unapproved.length > 0) {
    const words = unapproved.map((argv) => argv.join(' '))
    const key = `trust:${words.join('\n')}`
    if (/^approve\b/i.test(answerTo(facts, key)?.trim() ?? ''))
      return { kind: 'approve', commands: unapproved }
    return {
      key,
      text: `The spec wants these commands of the repository to be run as checks: ${words.map((word) => `\`${word}\``).join(', ')}`,
      options: ['approve', 'stop'],
      isOpen: false,
    }
  }
  if (gates.closed.length === 0 || facts.batches.some(({ base }) => base !== undefined)) return undefined
  const decision = decisionOn(facts, GATES)
  const closed = gates.closed.map(({ gate }) => gate)
  if (decision !== undefined && /^proceed\b/i.test(decision.text.trim()))
    return { kind: 'override', gates: closed, decision }
  return {
    key: GATES,
    text: `An Initiative is not begun while these are open: ${gates.closed
      .map(({ gate, reason }) => `${gate} (${reason})`)
      .join('; ')}`,
    options: ['proceed: <why>', 'stop (resolve them in validation.yaml first)'],
    isOpen: false,
  }
}

const GATES = 'gates'

function working(place: Place, batch: BatchFacts): Next | undefined {
  if (batch.key === 'final') return undefined
  for (const phase of place.policy.work) {
    const all = tasksIn(place.facts, batch.key).map(({ id: task }) =>
      lineOf(
        place,
        { task, phase },
        batch.attempts.filter((attempt) => attempt.task === task && attempt.phase === phase),
      ),
    )
    if (all.some(({ kind }) => kind !== 'whole')) return { kind: 'lines', phase, lines: all }
  }
  return undefined
}

/**
 * What can be begun is begun first, and one message starts all of it; a question waits until nothing else of the phase
 * can be started, and then goes before waiting, because people are slower.
 */
function lines({ phase, lines }: Next & { kind: 'lines' }, say: Say, asked: Asked): Now {
  const effects = lines.flatMap((line) => (line.kind === 'due' ? line.effects : []))
  if (effects.length > 0) return { effects }
  const free = of(lines, 'free')
  const taken = of(lines, 'taken')
  if (free.length > 0)
    return {
      step: say(phase)('spawn', spawnMessage(phase, free, taken), { agents: free }),
      ask: undefined,
    }
  const [question] = lines.flatMap((line) => (line.kind === 'asks' ? [line.ask] : []))
  if (question !== undefined) return asked(phase, question)
  return {
    step: say(phase)('wait', waitMessage(phase, taken)),
    ask: undefined,
    outside: taken.every(isExternal),
  }
}

const of = (lines: Line[], kind: 'free' | 'taken'): Attempt[] =>
  lines.flatMap((line) => (line.kind === kind ? [line.attempt] : []))

const names = (attempts: readonly Attempt[]) => attempts.map(({ id }) => id).join(', ')

function spawnMessage(phase: string, free: Attempt[], taken: Attempt[]): string {
  const one = free.length === 1
  const others = taken.length === 0 ? '' : ` At work: ${names(taken)}.`
  return `${WORK[phase] ?? phase}: start ${one ? 'this agent' : `these ${free.length} agents in one message`}, in the background; when ${one ? 'it has' : 'all have'} reported: dispatch next.${others}`
}

function waitMessage(phase: string, taken: Attempt[]): string {
  const externals = externalNames(taken)
  const native = taken.filter(({ id }) => !externals.includes(id))
  const parts = [
    ...(native.length === 0
      ? []
      : [
          `At work: ${names(native)}. When ${native.length === 1 ? 'it has' : 'all have'} reported: dispatch next.`,
        ]),
    ...(externals.length === 0
      ? []
      : [`Reviewing outside: ${externals.join(', ')}. When the last is in: dispatch next.`]),
  ]
  return `${WORK[phase] ?? phase}. ${parts.join(' ')}`
}

const WORK: Record<string, string> = {
  red: 'Tests first',
  green: 'Make them pass',
  review: 'Review',
  fix: 'Fixes',
  final: 'Final review',
}

function over(policy: Policy, facts: RunFacts, say: ReturnType<typeof stepFor>): Now {
  if (facts.active) return { effects: [{ kind: 'finish' }] }
  const { run, plan } = facts
  const what = `${run.name}: ${plan.batches.length} ${plan.batches.length === 1 ? 'batch' : 'batches'} committed on ${run.branch}`
  return {
    step: say(
      'done',
      `${what}${policy.final ? ', and reviewed as a whole' : ''}.\n${facts.outcome ?? ''}`.trim(),
    ),
    ask: undefined,
  }
}
