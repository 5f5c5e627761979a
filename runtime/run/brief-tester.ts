/** The tester's part of a brief. Pure. */
import { type Briefing, hintsPart, othersPart, type Parts, taskPart, testsPart } from './brief-parts.ts'

export const testerParts = (briefing: Briefing): Parts => ({
  role: `write failing tests for ${briefing.attempt.task}`,
  skill: 'dispatch:code-test',
  job: 'Write the tests that say when this task is done. They must fail now, and only because the task is not done yet. The runtime runs them, and then freezes them: nobody can change them before the batch is committed.',
  parts: [taskPart(briefing), hintsPart(briefing), testsPart(briefing), RULES, othersPart(briefing)],
  forbidden: [
    'Product code, also stubs of it. What is missing may be missing: an import of the unit under test that is not there is a right reason to fail.',
    'The test runner, its configuration, dependencies.',
    'Files that git ignores.',
  ],
  report: `tester_report:
  status: success   # or gap: no test can be written as things are
  test_files:
    - path: test/cache.test.ts
      tests: ["cache > forgets an entry after its time"]
  # gap_reason: with gap: what is missing; the user is asked, and the answer comes in a new brief`,
})

const RULES: [string, string] = [
  'Accepted if',
  `- every new test fails by an assertion, or because the unit under test is missing
- every test has an assertion that could fail, and none is skipped, \`only\`, \`todo\` or excluded by a condition
- each file can be read as code, and everything that it imports is there, except the unit under test
- only test files changed: the claimed ones, the one beside a claimed product file, or new ones where the project keeps its tests`,
]
