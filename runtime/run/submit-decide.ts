/** What is to be done with a report that is handed in, by what the same attempt handed in before. Pure. */

export interface Earlier {
  n: number
  /** Undefined while it is verified. */
  accepted: boolean | undefined
  /** Its refusal was told to somebody. */
  told: boolean
  /** It is this very report. */
  same: boolean
}

export type Course =
  /** Something was accepted; nothing more is wanted. */
  | { kind: 'over'; same: boolean }
  /** This report is being verified: its verdict is waited for. */
  | { kind: 'rejoin'; n: number }
  /** Another one is: this one's turn comes after its verdict. */
  | { kind: 'behind'; n: number }
  /** It was refused while nobody waited any more. */
  | { kind: 'tell'; n: number }
  | { kind: 'new' }

/**
 * Two of one attempt are never verified at once, and what waits behind another is judged by its verdict. A refused
 * report that comes again unchanged is a new one as soon as its refusal was told: what was mended is the code.
 * @param accepted number of the submission that was accepted
 */
export function courseOf(earlier: readonly Earlier[], accepted: number | undefined): Course {
  if (accepted !== undefined)
    return { kind: 'over', same: earlier.some(({ n, same }) => same && n === accepted) }
  const last = earlier.at(-1)
  if (last === undefined) return { kind: 'new' }
  if (last.accepted === undefined) return { kind: last.same ? 'rejoin' : 'behind', n: last.n }
  return last.same && !last.told ? { kind: 'tell', n: last.n } : { kind: 'new' }
}
