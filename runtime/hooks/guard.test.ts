import { describe, expect, test } from 'vitest'
import type { PlannedTask } from '../run/facts.ts'
import { type GuardEvent, type GuardedRun, guardOf, type Taken } from './guard.ts'

const TOP = '/work/repo'
const ACTOR = { session: 's1', agent: 'a1' }
const LEAD = { session: 's1', agent: undefined }

const planned = (id: string, ...files: string[]): PlannedTask => ({
  id,
  content: id,
  activeForm: id,
  files,
  testHints: [],
})
const TASKS = [planned('T001', 'src/cache.ts'), planned('T002', 'src/store.ts', 'src/store.test.ts')]

const run = (more: Partial<GuardedRun> = {}): GuardedRun => ({
  name: 'cache',
  top: TOP,
  records: ['/work/repo/.dispatch/runs', '/work/repo/.dispatch/active-runs'],
  member: true,
  taken: [],
  asked: undefined,
  frozen: ['src/cache.test.ts'],
  tasks: TASKS,
  ...more,
})
const took = (attempt: string, phase: Taken['phase'], more: Partial<Taken> = {}): Partial<GuardedRun> => ({
  taken: [{ attempt, phase, over: false, bounces: 0, ...more }],
})
const TESTER = took('T001-red-1', 'red')
const IMPLEMENTER = took('T001-green-1', 'green')
const FIXER = took('T001-fix-1', 'fix')
const REVIEWER = took('B01-review-claude-1', 'review')
const STRANGER = { member: false }

const edit = (path: string): GuardEvent => ({
  ...ACTOR,
  kind: 'edit',
  path: path.startsWith('/') ? path : `${TOP}/${path}`,
})
const shell = (command: string, cwd = TOP): GuardEvent => ({ ...ACTOR, kind: 'shell', command, cwd })
const said = (event: GuardEvent, more: Partial<GuardedRun> = {}) => {
  const decision = guardOf(event, [run(more)])
  return 'why' in decision ? `${decision.do}: ${decision.why}` : decision.do
}

describe('an edit', () => {
  test.each<[who: string, Partial<GuardedRun>, path: string, expected: RegExp]>([
    ['a stranger', STRANGER, 'src/cache.test.ts', /^pass$/],
    ['a stranger', STRANGER, '.dispatch/runs/cache/run.yaml', /^pass$/],
    ['a stranger', STRANGER, 'src/other.ts', /^pass$/],
    ['the lead', {}, 'src/cache.test.ts', /^deny: src\/cache\.test\.ts is frozen.*dispatch next/],
    ['the lead', {}, 'src/cache.ts', /^pass$/],
    ['the lead', {}, 'README.md', /^pass$/],
    ['the lead', {}, '.dispatch/runs/cache/batch-01/base.yaml', /^deny: The records.*dispatch next/],
    ['the lead', {}, '.dispatch/active-runs/cache', /^deny: The records/],
    ['the lead', {}, '.dispatch/runs-of-mine/x', /^pass$/],
    ['the lead', {}, '.dispatch/tasks/a/plan.md', /^pass$/],
    ['a tester', TESTER, 'src/cache.test.ts', /^deny: .* is frozen/],
    ['a tester', TESTER, 'src/new.test.ts', /^pass$/],
    ['a tester', TESTER, 'src/store.test.ts', /^pass$/],
    ['a tester', TESTER, 'test/cache.test.ts', /^pass$/],
    ['a tester', TESTER, 'tests/fixtures/a.json', /^pass$/],
    ['a tester', TESTER, 'src/__tests__/cache.ts', /^pass$/],
    ['a tester', TESTER, 'src/cache.ts', /^deny: src\/cache\.ts is product code.*status: gap/],
    ['a tester', TESTER, 'src/store.ts', /^deny: .*product code/],
    ['a tester', TESTER, 'package.json', /^deny: package\.json is outside/],
    ['a tester', TESTER, 'vitest.config.ts', /^deny: .*outside.*status: gap/],
    ['a tester', TESTER, 'specs/active/cache/tasks.yaml', /^deny: .*outside/],
    ['a tester', TESTER, '.dispatch/runs/cache/x.yaml', /^deny: The records.*submit T001-red-1/],
    ['a tester', TESTER, '/tmp/notes.md', /^pass$/],
    ['a tester', TESTER, '/work/repository/src/cache.ts', /^pass$/],
    ['an implementer', IMPLEMENTER, 'src/cache.ts', /^pass$/],
    ['an implementer', IMPLEMENTER, 'src/store.ts', /^pass$/],
    ['an implementer', IMPLEMENTER, 'src/cache.test.ts', /^deny: .*frozen.*status: blocked/],
    ['an implementer', IMPLEMENTER, 'src/more.test.ts', /^deny: .*is a test.*submit T001-green-1/],
    ['an implementer', IMPLEMENTER, 'test/helper.ts', /^deny: .*is a test/],
    ['an implementer', IMPLEMENTER, 'lib/far.test.ts', /^deny: .*is a test/],
    ['an implementer', IMPLEMENTER, 'src/other.ts', /^deny: .*outside.*src\/cache\.ts, src\/store\.ts/],
    ['an implementer', IMPLEMENTER, 'package.json', /^deny: .*outside.*status: blocked/],
    ['an implementer', IMPLEMENTER, '/etc/hosts', /^pass$/],
    ['an implementer', { ...IMPLEMENTER, tasks: [planned('T001')] }, 'any/where.ts', /^pass$/],
    ['an implementer', { ...IMPLEMENTER, tasks: [planned('T001')] }, 'a.test.ts', /^deny: .*is a test/],
    ['an implementer', { ...IMPLEMENTER, tasks: [planned('T001', 'src')] }, 'src/deep/x.ts', /^pass$/],
    ['an implementer', { ...IMPLEMENTER, tasks: [] }, 'any/where.ts', /^pass$/],
    ['a fixer', FIXER, 'src/store.ts', /^pass$/],
    ['a fixer', FIXER, 'src/cache.test.ts', /^deny: .*frozen/],
    ['a fixer', FIXER, 'src/other.ts', /^deny: .*outside/],
    ['a reviewer', REVIEWER, 'src/cache.ts', /^deny: A reviewer changes nothing.*submit B01-review-claude-1/],
    ['a reviewer', REVIEWER, 'notes.md', /^deny: A reviewer/],
    ['a reviewer', REVIEWER, '/tmp/report.yaml', /^deny: A reviewer/],
    ['who handed in', took('T001-red-1', 'red', { over: true }), 'src/cache.ts', /^deny: .*product code/],
  ])('by %s %#: %o', (_, who, path, expected) => expect(said(edit(path), who)).toMatch(expected))
})

const COMMIT = [
  'git commit -m x',
  'git add -A && git commit -m "two words"',
  'cd src; git commit -am x',
  'git -C . commit',
  `git -C ${TOP}/src commit`,
  'git -c user.name=x -c user.email=y commit -m z',
  'git --no-pager commit',
  '/usr/bin/git commit',
  'GIT_AUTHOR_NAME=x git commit',
  'env GIT_AUTHOR_NAME=x git commit',
  'command git commit',
  'true || (git commit)',
  'if true; then git commit; fi',
  'x=$(git commit 2>&1)',
  'sh -c "git commit -m x"',
  "bash -lc 'cd src && git commit'",
  'npm test > out.txt 2>&1 && git commit',
  'git \\\ncommit',
  "cat <<'EOF' > a\nx\nEOF\ngit commit",
  'git push',
  'git push --force origin HEAD',
  'git merge main',
  'git rebase main',
  'git cherry-pick abc',
  'git revert abc',
  'git pull',
  'git am < x.patch',
]
const ORDINARY = [
  'ls -la',
  'git status',
  'git log --grep commit',
  'git show HEAD',
  'git diff main...HEAD',
  'git help commit',
  'git commit --help',
  'git commit --dry-run',
  'git add src/cache.ts',
  'git -c core.pager=cat log',
  'echo git commit',
  'echo "git commit -m x"',
  "grep -rn 'git push' docs",
  'rg "git commit" # and then git commit',
  '# git commit',
  "cat > notes.md <<'EOF'\ngit commit -m x\nEOF",
  'cat <<-END\n\tgit push\n\tEND',
  'gitk commit',
  './git-commit.sh',
  'npm run commit',
  'git -C /tmp/elsewhere commit -m x',
  'cd /tmp/elsewhere && git init && git commit --allow-empty -m x',
  'git --git-dir=/tmp/x.git --work-tree=/tmp/x commit',
  'git merge --abort',
  'gh pr view --comments',
  'dispatch status',
  '',
]
const OVER_THE_TREE = [
  'git reset --hard',
  'git stash',
  'git checkout -- src/cache.test.ts',
  'git switch main',
  'git restore src/cache.test.ts',
  'git clean -fd',
]

describe('a shell command', () => {
  test.each(COMMIT)('%j is neither for the lead nor for a role', (command) => {
    expect(said(shell(command))).toMatch(/^deny: `git [a-z-]+` is not yours.*dispatch next/)
    expect(said(shell(command), IMPLEMENTER)).toMatch(
      /^deny: `git [a-z-]+` is not for T001-green-1.*dispatch submit/,
    )
    expect(said(shell(command), STRANGER)).toBe('pass')
  })
  test.each(ORDINARY)('%j passes', (command) => {
    for (const who of [{}, TESTER, IMPLEMENTER, REVIEWER, STRANGER])
      expect(said(shell(command), who)).toBe('pass')
  })
  test.each(OVER_THE_TREE)('%j is not for a role, in whose tree others work', (command) => {
    expect(said(shell(command), IMPLEMENTER)).toMatch(/^deny: `git /)
    expect(said(shell(command))).toBe('pass')
    expect(said(shell(command, '/tmp/elsewhere'), IMPLEMENTER)).toBe('pass')
  })
  test('looking at a stash is nothing', () => {
    expect(said(shell('git stash list'), IMPLEMENTER)).toBe('pass')
  })
})

describe('a brief', () => {
  const brief = (command = 'dispatch brief T001-red-1') => shell(command)
  const asked = (more: Partial<GuardedRun>) => ({ asked: 'nobody' as const, member: false, ...more })

  test.each([
    'dispatch brief T001-red-1',
    'dispatch brief T001-red-1 --run cache',
    'dispatch brief --run=cache T001-red-1',
    '/plugin/bin/dispatch brief T001-red-1',
    `cd ${TOP} && dispatch brief T001-red-1 | head -50`,
  ])('%j binds whoever takes it', (command) =>
    expect(guardOf(brief(command), [run(asked({}))])).toEqual({
      do: 'bind',
      run: 'cache',
      attempt: 'T001-red-1',
    }),
  )
  test.each<[string, GuardEvent, Partial<GuardedRun>, RegExp]>([
    ['of another run', brief('dispatch brief T001-red-1 --run other'), {}, /^pass$/],
    ['in another worktree', shell('dispatch brief T001-red-1', '/elsewhere'), {}, /^pass$/],
    ['that there is not', brief('dispatch brief T009-red-1'), { asked: undefined }, /^pass$/],
    ['that is only spoken of', brief('echo "dispatch brief T001-red-1"'), {}, /^pass$/],
    [
      'taken by another',
      brief(),
      { asked: 'other' },
      /^deny: T001-red-1 was taken by another agent.*End here/,
    ],
    ['taken before', brief(), { asked: 'actor', member: true, ...TESTER }, /^pass$/],
    ['noted only by half', brief(), { asked: 'actor', member: true }, /^bind$/],
    [
      'by who has another',
      brief(),
      { member: true, ...took('T002-red-1', 'red') },
      /^deny: You have T002-red-1/,
    ],
    ['by who is done', brief(), { member: true, ...took('T002-red-1', 'red', { over: true }) }, /^bind$/],
    ['by the lead', { ...brief(), ...LEAD }, { member: true }, /^deny: A brief is for the subagent/],
    ['by a session of its own', { ...brief(), ...LEAD }, {}, /^bind$/],
  ])('%s', (_, event, more, expected) => expect(said(event, asked(more))).toMatch(expected))

  test('of one id in two runs is that of the worktree', () => {
    const other = run({ name: 'other', top: '/work/else', ...asked({}) })
    expect(guardOf(brief(), [other, run(asked({}))])).toMatchObject({ do: 'bind', run: 'cache' })
  })
})

describe('leading', () => {
  const next = shell('dispatch next --json')
  test.each<[string, GuardEvent, Partial<GuardedRun>, string]>([
    ['who asks for the next step', { ...next, ...LEAD }, STRANGER, 'lead'],
    ['who does so again', { ...next, ...LEAD }, {}, 'pass'],
    ['a subagent', next, STRANGER, 'pass'],
    ['who asks elsewhere', { ...shell('dispatch next', '/elsewhere'), ...LEAD }, STRANGER, 'pass'],
    ['who names it', { ...shell('dispatch next --run cache', '/elsewhere'), ...LEAD }, STRANGER, 'lead'],
    ['who goes on with it', { ...shell('dispatch run specs/active/cache'), ...LEAD }, STRANGER, 'lead'],
    ['who looks', { ...shell('dispatch checkpoint'), ...LEAD }, STRANGER, 'pass'],
  ])('%s', (_, event, more, expected) => expect(said(event, more)).toBe(expected))
})

describe('an end', () => {
  const end: GuardEvent = { ...ACTOR, kind: 'end' }
  test.each<[string, Partial<GuardedRun>, RegExp]>([
    ['of the lead', {}, /^pass$/],
    ['of a stranger', STRANGER, /^pass$/],
    ['without a submission', TESTER, /^bounce: T001-red-1 has no accepted.*dispatch submit T001-red-1/],
    ['of a reviewer without one', REVIEWER, /^bounce/],
    ['again', took('T001-red-1', 'red', { bounces: 1 }), /^bounce/],
    ['a third time', took('T001-red-1', 'red', { bounces: 2 }), /^release$/],
    ['after its acceptance', took('T001-red-1', 'red', { over: true }), /^pass$/],
  ])('%s', (_, more, expected) => expect(said(end, more)).toMatch(expected))
})

test('the first run that has something to say says it', () => {
  const runs = [run(STRANGER), run({ name: 'two', ...REVIEWER }), run()]
  expect(guardOf(edit('src/cache.test.ts'), runs)).toMatchObject({
    do: 'deny',
    why: expect.stringContaining('A reviewer'),
  })
  expect(guardOf(edit('src/cache.ts'), [])).toEqual({ do: 'pass' })
})
