/** Whether what was handed in is accepted: by executing it, or by looking at what became of the work tree. */
import type { Report } from '../review/report.ts'
import { thawed } from './evidence/freeze.ts'
import { verifyGreen } from './evidence/green.ts'
import { verifyRed } from './evidence/red.ts'
import { changes, snapshot } from './evidence/snapshot.ts'
import type { Accepted, Attempt, Frozen, RedEvidence, RunFacts } from './facts.ts'
import { newestDiff } from './review/open.ts'
import { type Handed, takenAtItsWord } from './submit-report.ts'
import { batchIn, frozenIn, issuesFor, redOf } from './verification.ts'
import { contextFor } from './verify-context.ts'

export interface Judging {
  facts: RunFacts
  attempt: Attempt
  handed: Handed
  /** Top level of the work tree. */
  top: string
  env: NodeJS.ProcessEnv
}

/** @returns what is accepted, or why it is not: sentences for the role */
export async function judge(judging: Judging): Promise<Accepted | string[]> {
  const { handed } = judging
  const taken = takenAtItsWord(handed)
  if (taken !== undefined) return taken
  switch (handed.kind) {
    case 'tester_report':
      return red(judging, handed.report)
    case 'implementer_report':
      return reasonsOr(handed, await green(judging, handed.report, ownEvidence(judging)))
    case 'fix_report':
      return reasonsOr(handed, [
        ...unmended(judging, handed.report),
        ...(await green(judging, { ...NOTHING, status: 'success' }, allEvidence(judging))),
      ])
    default:
      return reasonsOr(handed, await changedInReview(judging))
  }
}

const NOTHING = {
  implementation_files: [],
  clarifications: [],
  blocked_reason: undefined,
} satisfies Partial<Report<'implementer_report'>>

const reasonsOr = (accepted: Accepted, reasons: string[]) => (reasons.length > 0 ? reasons : accepted)

/** A message that says more fills the brief, and the record of a thousand tests. */
const LONGEST_MESSAGE = 600

async function red(
  { facts, attempt, top, env }: Judging,
  report: Report<'tester_report'>,
): Promise<Accepted | string[]> {
  const context = await contextFor(facts, attempt.batch, top, env)
  const { accepted, reasons, evidence } = await verifyRed({
    ...context,
    task: attempt.task ?? '',
    report,
    frozen: frozenIn(facts, attempt.batch),
  })
  if (!accepted || evidence === undefined) return reasons
  const tests = evidence.tests.map((test) => ({ ...test, message: test.message.slice(0, LONGEST_MESSAGE) }))
  return { kind: 'tester_report', report, evidence: { ...evidence, tests } }
}

async function green(
  { facts, attempt, top, env }: Judging,
  report: Report<'implementer_report'>,
  evidence: RedEvidence,
): Promise<string[]> {
  const context = await contextFor(facts, attempt.batch, top, env)
  const { reasons } = await verifyGreen({
    ...context,
    task: attempt.task ?? '',
    report,
    red: evidence,
    frozen: frozenIn(facts, attempt.batch),
  })
  return reasons
}

const ownEvidence = ({ facts, attempt }: Judging) => redOf(facts, attempt.batch, attempt.task)

/**
 * A fix may break what the others of the batch made. After the last batch nothing is frozen any more: what is run are
 * those tests that are still as they were accepted.
 */
function allEvidence({ facts, attempt: { batch }, top }: Judging): RedEvidence {
  if (batch !== 'final') return redOf(facts, batch)
  const found = facts.batches.map(({ key }) => redOf(facts, key))
  const frozen = new Map(
    found.flatMap((each) => each.frozen).map((file): [string, Frozen] => [file.path, file]),
  )
  const kept = [...frozen.values()].filter((file) => thawed(top, [file]).length === 0)
  const paths = new Set(kept.map(({ path }) => path))
  return { frozen: kept, tests: found.flatMap((each) => each.tests).filter(({ file }) => paths.has(file)) }
}

function unmended({ facts, attempt }: Judging, { fixes_applied }: Report<'fix_report'>): string[] {
  return issuesFor(facts, attempt)
    .filter(({ id }) => !fixes_applied.some(({ issue }) => issue === id))
    .map(
      ({ id }) =>
        `${id} has no entry in \`fixes_applied\`. Mend it and say how; if that cannot be, report \`blocked\` with the reason.`,
    )
}

/**
 * A reviewer reads. Whether the reviewer or a person changed something cannot be told from here, so it is said once;
 * what is committed is compared with what was reviewed in any case.
 */
async function changedInReview({ facts, attempt, top }: Judging): Promise<string[]> {
  const batch = batchIn(facts, attempt.batch)
  const diff = batch && newestDiff(batch)
  if (diff === undefined || attempt.refusals > 0) return []
  const changed = await changes(top, diff.to, await snapshot(top))
  return changed
    .filter(({ path }) => diff.files.includes(path) && !path.startsWith(`${facts.run.source}/`))
    .map(
      ({ path }) =>
        `${path} is not as it is in the diff that you review, and a reviewer changes nothing. Put back what you changed (git diff ${diff.to.slice(0, 12)} -- '${path}'). If it was not you, submit again.`,
    )
}
