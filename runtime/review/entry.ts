/** A finding on its way into an issue: who reported it, and what can be compared of it. Pure. */
import type { Finding } from './report.ts'
import type { Seen } from './same.ts'

export interface Input {
  reviewer: string
  /** Place in that reviewer's `issues`, from 0. */
  index: number
}

export interface Entry {
  finding: Finding
  input: Input
  seen: Seen
}

export const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
export const byInput = (a: Input, b: Input) => byText(a.reviewer, b.reviewer) || a.index - b.index

/** The same words at the same place, listed twice by one reviewer. */
export const isRepeated = (one: Entry, other: Entry) =>
  one.input.reviewer === other.input.reviewer &&
  one.finding.description === other.finding.description &&
  one.finding.location === other.finding.location
