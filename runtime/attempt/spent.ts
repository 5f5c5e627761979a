/** What a task has cost so far, where its workers' CLIs tell: recorded ends in, sums out. Nothing is estimated. */
import { join } from 'node:path'
import { statIfThere } from '../io/stat.ts'
import { type AttemptPaths, attemptNumbers, attemptPaths, type TaskPaths } from '../task/directory.ts'
import type { Observed } from './observe.ts'
import { Exit, Queued, tryRecord } from './record.ts'

export interface Spent {
  /** Null where no CLI told. */
  cost_usd: number | null
  tokens: { input: number; output: number } | null
}

type Told = Pick<Exit, 'cost_usd' | 'tokens' | 'cumulative' | 'session_id'>

/**
 * The sum over these ends, in the order in which they came. Of a conversation whose CLI counts from its beginning only
 * the newest number counts.
 */
export function spentIn(exits: readonly Told[]): Spent {
  const isNewest = (exit: Told, at: number) =>
    !exit.cumulative ||
    !exits.slice(at + 1).some((later) => later.cumulative && told(later) && isSame(later, exit))
  const counted = exits.filter(isNewest)
  return total(counted)
}

/** What was told, added up. */
export function total(spent: readonly Spent[]): Spent {
  const costs = spent.flatMap(({ cost_usd }) => cost_usd ?? [])
  const tokens = spent.flatMap((each) => each.tokens ?? [])
  return {
    cost_usd: costs.length === 0 ? null : sum(costs),
    tokens:
      tokens.length === 0
        ? null
        : {
            input: sum(tokens.map(({ input }) => input)),
            output: sum(tokens.map(({ output }) => output)),
          },
  }
}

const told = ({ tokens, cost_usd }: Told) => tokens !== null || cost_usd !== null
const isSame = (a: Told, b: Told) => a.session_id === b.session_id
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)

/** Of what was observed. */
type SpentTask = Pick<Observed, 'paths' | 'attempt' | 'exit'>

/** Over all attempts of the task as it is: not those from before its id was begun anew, whose plan lies with them. */
export function spentOn({ paths: task, attempt, exit: newest }: SpentTask): Spent {
  const attempts = attemptNumbers(task).map((number) => attemptPaths(task, number))
  const before = attempts.findLastIndex(({ folder }) => statIfThere(join(folder, 'plan.md')) !== undefined)
  const exitOf = ({ number, exit }: AttemptPaths) =>
    number === attempt?.paths.number ? newest : tryRecord(Exit, exit).value
  return spentIn(attempts.slice(before + 1).flatMap((each) => exitOf(each) ?? []))
}

/** What went before attempt `number` since somebody last asked for one: a budget holds for all of it. */
export function spentBefore(task: TaskPaths, number: number): Spent {
  const exits: Exit[] = []
  for (let at = number; tryRecord(Queued, attemptPaths(task, at).queued).value?.auto === true; ) {
    at -= 1
    exits.unshift(...[tryRecord(Exit, attemptPaths(task, at).exit).value].flatMap((exit) => exit ?? []))
  }
  return spentIn(exits)
}
