/** The parts of a brief for who makes tests pass, and for who mends what reviewers found. Pure. */
import { type Briefing, othersPart, type Parts, taskPart, testsPart } from './brief-parts.ts'
import { code, inLine, listed, quoted } from './brief-words.ts'
import { batchIn, frozenIn, issuesFor } from './verification.ts'

const FORBIDDEN = [
  'Tests: neither new ones nor changes of those that are there. What they lack goes into the report.',
  'The frozen files in any way: edits, moves, links in their place, snapshots.',
  'The test runner, its configuration, and anything that makes tests be passed over.',
  'Files outside of the claims.',
]

export const implementerParts = (briefing: Briefing): Parts => ({
  role: `make the tests of ${briefing.attempt.task} pass`,
  skill: 'dispatch:code-implement',
  job: 'Write the product code that makes the frozen tests pass. The runtime runs them again, unchanged and by name; when all of the batch are done it runs the whole suite, and the build and type check where they are configured.',
  parts: [
    taskPart(briefing),
    evidencePart(briefing),
    frozenPart(briefing),
    testsPart(briefing),
    othersPart(briefing),
  ],
  forbidden: FORBIDDEN,
  report: `implementer_report:
  status: success   # or blocked: it cannot be done as things are
  implementation_files: [${JSON.stringify(inLine(briefing.task?.files[0] ?? 'src/cache.ts'))}]
  clarifications: []   # what you decided where the task left it open
  # blocked_reason: with blocked: what is in the way; the user is asked`,
})

export const fixerParts = (briefing: Briefing): Parts => {
  const { facts, attempt } = briefing
  const [first] = issuesFor(facts, attempt)
  return {
    role: `mend what reviewers found in ${attempt.task}`,
    skill: 'dispatch:code-implement',
    job: 'Mend each of the issues below, and nothing else. The runtime runs the frozen tests and the whole suite again; then reviewers look at each issue by its id.',
    parts: [
      ['Issues', issues(briefing)],
      taskPart(briefing),
      frozenPart(briefing),
      testsPart(briefing),
      othersPart(briefing),
    ],
    forbidden: FORBIDDEN,
    report: `fix_report:
  status: success   # or blocked: it cannot be mended as things are
  fixes_applied:   # one for each issue above
    - issue: ${first?.id ?? 'B01-I01'}
      fix: what was changed, and where
  # failure_reason: with blocked: what is in the way; the user is asked`,
  }
}

/** The more issues, the less of each. */
const ALL_ISSUES = 4000

function issues({ facts, attempt }: Briefing): string {
  const own = issuesFor(facts, attempt)
  const room = Math.min(600, Math.max(120, Math.floor(ALL_ISSUES / Math.max(1, own.length))))
  return own
    .map(({ id, severity, gate, location, description, suggestion, foundBy }) =>
      [
        `### ${id}: ${severity}, ${gate}, ${code(location)}, found by ${foundBy.map((by) => inLine(by)).join(', ')}\n`,
        quoted(description, room),
        ...(suggestion === undefined ? [] : ['>', quoted(`Suggested: ${suggestion}`, room)]),
      ].join('\n'),
    )
    .join('\n\n')
}

/** From what the runtime saw, never from the tester's report. */
function evidencePart({ facts, attempt, extras }: Briefing): [string, string | undefined] {
  const tester = (batchIn(facts, attempt.batch)?.attempts ?? []).findLast(
    ({ accepted, task, void: gone }) =>
      accepted?.kind === 'tester_report' && task === attempt.task && gone === undefined,
  )
  const tests = tester?.accepted?.kind === 'tester_report' ? (tester.accepted.evidence?.tests ?? []) : []
  if (tester === undefined || tests.length === 0) return ['How they fail now', undefined]
  return [
    'How they fail now',
    `The runtime ran them. All of it: ${code(extras.acceptedOf(tester))}\n\n${listed(
      tests,
      ({ file, name, kind, message }) => `${code(file)} ${code(name)}: ${kind}\n  > ${inLine(message, 160)}`,
      MOST_TESTS,
    )}`,
  ]
}

/** More than this does not fit a brief; all stand in the file that it names. */
const MOST_TESTS = 12

const frozenPart = ({ facts, attempt }: Briefing): [string, string | undefined] => [
  'Frozen until the batch is committed',
  listed(frozenIn(facts, attempt.batch), ({ path }) => code(path)),
]
