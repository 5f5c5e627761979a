/** What a verification says. Types and words only. */

export interface Verdict {
  accepted: boolean
  /** Empty when accepted; else sentences for the role: what is wrong, and what to do. */
  reasons: string[]
}

/** More than this nobody reads; the rest is counted. */
const MOST = 20

export function verdictOf(reasons: readonly string[]): Verdict {
  const different = [...new Set(reasons)]
  const more = different.length - MOST
  return {
    accepted: different.length === 0,
    reasons: [...different.slice(0, MOST), ...(more > 0 ? [`… and ${more} more of this kind.`] : [])],
  }
}
