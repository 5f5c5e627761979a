/** The gates before the first batch: an Initiative that is not understood is not begun. Pure. */
import type { Validation } from './validation.ts'

export interface Gates {
  issueType: Validation['issueType']
  gates: Validation['gates']
  /** What is in the way, each with its reason; empty: begin. */
  closed: { gate: string; reason: string }[]
  /** What would be in the way, and the user let pass. */
  overridden: string[]
}

export function gatesOf({ issueType, gates, openMarkers, overridden }: Validation): Gates {
  if (issueType !== 'Initiative') return { issueType, gates, closed: [], overridden: [] }
  const inTheWay = [
    ...gates.flatMap(({ name, status, reason }) =>
      status === 'failed' ? [{ gate: name, reason: reason ?? 'no reason is given', marker: false }] : [],
    ),
    ...openMarkers.map(({ id, description }) => ({ gate: id, reason: description, marker: true })),
  ]
  const isOverridden = ({ gate, marker }: { gate: string; marker: boolean }) =>
    overridden.includes(gate) || (marker && overridden.includes('markers'))
  return {
    issueType,
    gates,
    closed: inTheWay.flatMap((one) => (isOverridden(one) ? [] : [{ gate: one.gate, reason: one.reason }])),
    overridden: inTheWay.filter(isOverridden).map(({ gate }) => gate),
  }
}
