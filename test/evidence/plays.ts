/** What a play of the corpus is. */
import type { Kit, KitName } from './kit.ts'
import type { Stage } from './stage.ts'

export interface Play {
  name: string
  /** Kits that play it; all of them, if neither is given. */
  only?: KitName[]
  not?: KitName[]
  /** Only where the language has this. */
  has?: keyof Kit['declare']
  /** It waits for a time limit. */
  slow?: boolean
}

/** Edits as the role would make them; what is said at the submission, where it is not the usual, goes to `stage.said`. */
export interface Cheat extends Play {
  reason: RegExp
  /** Waited for. */
  play(stage: Stage): unknown
}

/** Asserts by itself what has to be accepted. */
export interface Honest extends Play {
  /** Where it begins: at the batch's base, or with the tests of T001 accepted. */
  from: 'base' | 'red'
  play(stage: Stage): Promise<void>
}

export const playedBy = (kit: Kit, { only, not, has }: Play): boolean =>
  (only?.includes(kit.name) ?? true) &&
  !not?.includes(kit.name) &&
  (has === undefined || kit.declare[has] !== undefined)
