/** Issues as review.yaml has them, by severity. Pure. */
import type { Issue } from './merge.ts'
import { SEVERITIES } from './report.ts'

export interface ShownIssue {
  id: string
  batch: number | null
  task: string | null
  gate: string
  location: string
  description: string
  suggestion: string | null
  found_by: string[]
  inputs: { reviewer: string; index: number }[]
  related: string[]
  status: 'open'
}

/** `{critical, high, medium}`, each a list. */
export function shownIssues(issues: readonly Issue[], batch: number | null = null) {
  const shown = SEVERITIES.map((severity) => [
    severity,
    issues
      .filter((issue) => issue.severity === severity)
      .map(
        ({ id, task, gate, location, description, suggestion, foundBy, inputs, related }): ShownIssue => ({
          id,
          batch,
          task: task ?? null,
          gate,
          location,
          description,
          suggestion: suggestion ?? null,
          found_by: foundBy,
          inputs,
          related,
          status: 'open',
        }),
      ),
  ])
  return Object.fromEntries(shown) as Record<(typeof SEVERITIES)[number], ShownIssue[]>
}
