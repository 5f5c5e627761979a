/** What a brief is put together from, and the parts that several roles have in common. Pure. */
import { code, inLine, listed, quoted } from './brief-words.ts'
import type { Attempt, PlannedTask, RunFacts } from './facts.ts'
import { batchIn, tasksIn } from './verification.ts'

/** What a brief says of the world, besides the facts of the run. */
export interface BriefExtras {
  /** Top level of the work tree. */
  top: string
  /** Documents of the spec that are there, relative to the top level. */
  documents: string[]
  /** How tests are run here. */
  tests: { runner: string; command: string | undefined }
  /** Where the patch of that number lies, absolute. */
  patchOf: (n: number) => string
  /** ` --run NAME`, where the run has to be named. */
  flags: string
  /** Where an attempt keeps what was accepted of it, absolute. */
  acceptedOf: (attempt: Attempt) => string
}

/** What one role's brief is put together from. */
export interface Briefing {
  facts: RunFacts
  attempt: Attempt
  extras: BriefExtras
  /** Undefined for a review. */
  task: PlannedTask | undefined
}

export interface Parts {
  role: string
  /** To be invoked before anything else. */
  skill: string
  job: string
  /** Heading and text, in their order. */
  parts: [heading: string, text: string | undefined][]
  /** What stands below them with headings of its own. */
  text?: string
  forbidden: string[]
  /** YAML. */
  report: string
}

/** The task as its author has it, and what is claimed for it. */
export const taskPart = ({ task }: Briefing): [string, string | undefined] => [
  `Task ${task?.id ?? ''}`,
  task && `${quoted(task.content)}\n\nClaimed files: ${task.files.map(code).join(', ') || 'none are named'}`,
]

/** An author who has more of them has a task too many in one. */
const MOST_HINTS = 20

export const hintsPart = ({ task }: Briefing): [string, string | undefined] => [
  'Hints for its tests',
  task === undefined || task.testHints.length === 0
    ? undefined
    : quoted(
        task.testHints
          .slice(0, MOST_HINTS)
          .map((hint) => `- ${inLine(hint)}`)
          .join('\n'),
        2000,
      ),
]

export const testsPart = ({ extras: { tests } }: Briefing): [string, string] => [
  'How tests are run here',
  `${tests.runner}${tests.command === undefined ? '' : `: ${code(tests.command)}`}`,
]

/** What the others of the batch work on at the same time; after the last batch nobody does whom nothing was asked. */
export function othersPart({ facts, attempt }: Briefing): [string, string | undefined] {
  const asked = new Set(batchIn(facts, attempt.batch)?.attempts.map(({ task }) => task))
  const others = tasksIn(facts, attempt.batch).filter(
    ({ id }) => id !== attempt.task && (attempt.batch !== 'final' || asked.has(id)),
  )
  return [
    'Others at work in the same tree',
    listed(
      others,
      ({ id, files }) => `${id}: ${files.map(code).join(', ') || 'files not named'}; leave them alone`,
    ),
  ]
}
