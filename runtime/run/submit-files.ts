/** What one attempt handed in, as it lies on disk: `submissions/NNN.*`. */
import * as v from 'valibot'
import { namesIn } from '../io/folders.ts'
import { publish } from '../io/publishing.ts'
import { readIfThere } from '../io/reading.ts'
import { statIfThere } from '../io/stat.ts'
import { readFact, writeFact } from './fact-file.ts'
import type { Accepted } from './facts.ts'
import type { AttemptPaths } from './paths.ts'

const Verdict = v.object({ accepted: v.boolean(), reasons: v.array(v.string()), at: v.string() })
export type Verdict = v.InferOutput<typeof Verdict>

export interface Submission {
  n: number
  /** Undefined: it is being verified, or its verifier was killed. */
  verdict: Verdict | undefined
  told: boolean
}

export const readVerdict = (paths: AttemptPaths, n: number): Verdict | undefined =>
  readFact(Verdict, paths.verdict(n))

/** In their order. */
export const submissionsIn = (paths: AttemptPaths): Submission[] =>
  namesIn(paths.submissions).flatMap((name) => {
    const n = Number(/^(\d{3,})\.report$/.exec(name)?.[1] ?? 0)
    if (n === 0) return []
    return [{ n, verdict: readVerdict(paths, n), told: statIfThere(paths.told(n)) !== undefined }]
  })

export const readRaw = (paths: AttemptPaths, n: number): string => readIfThere(paths.submission(n)) ?? ''

export const recordTold = (paths: AttemptPaths, n: number) => publish(paths.told(n), '')

/** The fact first: if we are killed in between, the verdict follows from it. */
export function recordAccepted(paths: AttemptPaths, n: number, accepted: Accepted, at: Date): void {
  writeFact(paths.accepted, { ...accepted, submission: n, at: at.toISOString() })
  recordVerdict(paths, n, [], at)
}

/** The verdict that a kill kept from following the fact. */
export const recordFollowing = (paths: AttemptPaths, n: number) => recordVerdict(paths, n, [], new Date())

export const recordRefused = (paths: AttemptPaths, n: number, reasons: string[], at: Date) =>
  recordVerdict(paths, n, reasons.length > 0 ? reasons : ['it was refused without a reason'], at)

const recordVerdict = (paths: AttemptPaths, n: number, reasons: string[], at: Date) =>
  writeFact(paths.verdict(n), { accepted: reasons.length === 0, reasons, at: at.toISOString() })

const By = v.object({ submission: v.optional(v.number()) })

/** Which submission was accepted; undefined: none. */
export function acceptedSubmission(paths: AttemptPaths): number | undefined {
  const accepted = readFact(By, paths.accepted)
  return accepted === undefined ? undefined : (accepted.submission ?? 0)
}
