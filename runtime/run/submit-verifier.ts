/**
 * The process that verifies a submission (background.ts). It outlives who handed the report in, whose shell may be cut
 * off at any time; where it was killed, the next one who hands in starts it again.
 */
import { ensure, outcomeOf, type Work } from './background.ts'
import type { AttemptPaths } from './paths.ts'
import { readVerdict, type Verdict } from './submit-files.ts'

export interface Place {
  root: string
  run: string
  /** Of the attempt. */
  id: string
  paths: AttemptPaths
  /** Top level of the work tree. */
  top: string
  /** The user's home of dispatch. */
  home: string
  env: NodeJS.ProcessEnv
}

export const verifierOf = ({ root, run, id, paths, top, home, env }: Place, n: number): Work => ({
  result: paths.verdict(n),
  words: ['_verify', root, run, top, id, String(n)],
  home,
  env,
})

/**
 * The caller holds the attempt's lock. Of two that were started all the same (a starter was killed before it said so)
 * one waits for the other's lock, and finds the verdict.
 */
export const ensureVerifier = (place: Place, n: number): Promise<void> => ensure(verifierOf(place, n))

/** The verdict; `gone`: the verifier ended without one; `late`: there is none yet after `patience` ms. */
export async function verdictOn(
  place: Place,
  n: number,
  patience: number,
): Promise<Verdict | 'gone' | 'late'> {
  const came = await outcomeOf(verifierOf(place, n), patience)
  return came === 'there' ? (readVerdict(place.paths, n) ?? 'gone') : came
}
