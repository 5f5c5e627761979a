/** What each profile allows and denies on the real client, launched by `dispatch start`, without anybody to ask. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { withEnvironment } from '../../runtime/io/processes.ts'
import { until } from '../support/until.ts'
import { kill } from '../support/world.ts'
import { CURRENT, claudeBinary, OLDEST, onPath } from './install.ts'
import { type Attempt, KEY, type ProfileStage, profileStage, shell, tool, write } from './profile-stage.ts'
import { bash, sequence } from './script.ts'

interface At {
  cwd: string
  root: string
  task: string
}

/** What any worker does. */
const working = ({ task, cwd }: At): Attempt[] => [
  shell('allowed', 'dispatch plan'),
  shell('allowed', 'dispatch begin 1'),
  shell('allowed', 'dispatch tick 1 "tried it"', join(task, 'plan.md')),
  shell('allowed', 'dispatch ask "which number?"', join(task, 'ipc')),
  shell('allowed', 'cat .dispatch/tasks/probe/plan.md'),
  write('allowed', join(task, 'output.md')),
  shell('allowed', 'git status && git log --oneline'),
  tool('allowed', 'Read', { file_path: join(cwd, 'src/a.txt') }),
]

/** What no contained or listed worker does, whatever its working directory. */
const never = (stage: ProfileStage, { task, root, cwd }: At): Attempt[] => {
  const git = join(stage.repo, '.git')
  const home = (name: string) => join(stage.home, name)
  return [
    ...[
      [`${root}/tasks/other/plan.md`, `${root}/tasks/other/plan.md`],
      [`${root}/stray`, `${root}/stray`],
      [`${task}/task.yaml`, `${task}/task.yaml`],
      [`${task}/attempts/001/stray`, `${task}/attempts/001/stray`],
      [`${task}/attempts/002`, `${task}/attempts/002`],
      [`${task}/notes/001.md`, `${task}/notes/001.md`],
      [`${git}/config`, `${git}/config`],
      [`${git}/hooks/pre-commit`, `${git}/hooks/pre-commit`],
      [`${git}/info/attributes`, `${git}/info/attributes`],
      [`${git}/config.worktree`, `${git}/config.worktree`],
      [`${cwd}/.claude/settings.json`, `${cwd}/.claude/settings.json`],
      [`${cwd}/.claude/settings.local.json`, `${cwd}/.claude/settings.local.json`],
      [`${cwd}/.mcp.json`, `${cwd}/.mcp.json`],
      [home('.bashrc'), home('.bashrc')],
      [home('.claude/settings.json'), home('.claude/settings.json')],
      [home('.dispatch/config.yaml'), home('.dispatch/config.yaml')],
      ['/etc/dispatch-probe', '/etc/dispatch-probe'],
      [stage.marker, stage.marker],
    ].flatMap(([path = '', watched = '']) => [
      shell('refused', `echo evil >> '${path}'`, watched),
      write('refused', path),
    ]),
    shell('refused', `echo evil > '${git}/worktrees/theirs/commondir'`, `${git}/worktrees/theirs/commondir`),
    shell('refused', `mkdir '${root}/tasks/new'`, `${root}/tasks/new`),
    shell('refused', `mv '${task}/attempts' '${task}/away'`, `${task}/away`),
    shell('refused', `mv '${git}/hooks' '${git}/away'`, `${git}/away`),
    shell('refused', `mv '${git}' '${git}-away'`, `${git}-away`),
    shell('refused', `mv '${git}/worktrees' '${git}/away'`, `${git}/away`),
    shell('refused', `mv '${git}/worktrees/theirs' '${git}/worktrees/away'`, `${git}/worktrees/away`),
    shell('refused', `mv '${cwd}/.claude' '${cwd}/away'`, `${cwd}/away`),
    shell('refused', `mv '${root}' '${stage.repo}/away'`, `${stage.repo}/away`),
    shell('refused', `mv '${task}' '${root}/tasks/away'`, `${root}/tasks/away`),
    shell('refused', `rm -rf '${root}/tasks/other'`, `${root}/tasks/other`),
    shell('refused', 'git config core.pager evil', `${git}/config`),
    shell('refused', `touch '${stage.marker}'`, stage.marker),
    shell('refused', 'curl -sSf https://not-listed.example/'),
    shell('refused', 'dispatch start another < CLAUDE.md', `${root}/tasks/another`),
    tool('refused', 'WebFetch', { url: 'https://not-listed.example/', prompt: 'x' }),
  ]
}

const PART_OF_KEY = KEY.slice(0, -1)

/** A shell that the sandbox holds may do anything inside. */
const contained = (stage: ProfileStage): Attempt[] => [
  shell('allowed', 'node -e "process.exit(0)" && (cd src && for f in *; do cat "$f"; done)'),
  // Not `grep -q`: its exit code 1 is no error to the client.
  shell('allowed', `[ -z "$ANTHROPIC_API_KEY" ] || exit 3; if env | grep -q ${PART_OF_KEY}; then exit 3; fi`),
  shell('allowed', `if cat /proc/*/environ 2>/dev/null | grep -aq ${PART_OF_KEY}; then exit 3; fi`),
  shell('allowed', 'touch "$TMPDIR/scratch"'),
  shell('refused', `curl -sSf -m 5 ${stage.server.url}/`),
]

const editing = ({ cwd }: At): Attempt[] => [
  write('allowed', join(cwd, 'src/tool.txt')),
  write('allowed', join(cwd, 'top.txt')),
  tool(
    'allowed',
    'Edit',
    { file_path: join(cwd, 'src/a.txt'), old_string: 'first', new_string: 'second' },
    join(cwd, 'src/a.txt'),
  ),
]

const notEditing = ({ cwd }: At): Attempt[] => [
  shell('refused', 'echo evil > src/new.txt', join(cwd, 'src/new.txt')),
  shell('refused', 'echo evil >> src/a.txt', join(cwd, 'src/a.txt')),
  shell('refused', 'git commit --allow-empty -m evil', join(cwd, '.git/logs/HEAD')),
  write('refused', join(cwd, 'src/tool.txt')),
]

/** Where nothing contains a shell, what is not on the list is refused, whatever it is. */
const outsideTheList = (stage: ProfileStage): Attempt[] => [
  shell('refused', 'node -e "process.exit(0)"'),
  shell('refused', 'mkdir src/folder', join(stage.repo, 'src/folder')),
  shell('refused', `git diff --output='${stage.folder}/diff'`, join(stage.folder, 'diff')),
  shell('refused', `dispatch plan; touch '${stage.folder}/after'`, join(stage.folder, 'after')),
  shell('refused', `dispatch tick 1 "$(touch '${stage.folder}/inner')"`, join(stage.folder, 'inner')),
  shell('refused', 'git -c core.pager=evil log'),
  shell('refused', 'env'),
]

const committing = (stage: ProfileStage, linked: boolean): Attempt[] => {
  const head = linked ? '.git/logs/refs/heads/dispatch/probe' : '.git/logs/HEAD'
  return [shell('allowed', 'git add -A && git commit -m "Work"', join(stage.repo, head))]
}

/** A refusal has one of these reasons; anything else means that a test asked for nonsense. */
const REASONS =
  /Read-only file system|EROFS|denied|busy|could not lock|<sandbox_violations>|not an allowed|the lead's|disabled for this session|not enabled in this context|[Cc]ould ?n[o']t connect|Connection refused|403|network allowlist/

async function run(stage: ProfileStage, flags: string[], list: (stage: ProfileStage, at: At) => Attempt[]) {
  stage.git('worktree', 'add', '-q', join(stage.folder, 'theirs'))
  await stage.start('other', 'demo', ['One'])
  await stage.ok(['wait', 'other'])
  const ran = await stage.attempt(list, flags)
  const shown = ran.outcomes.map(({ name, got, changed, said }) => ({
    name,
    got,
    changed,
    said: said.slice(0, 200),
  }))
  const expected = ran.attempts.map(({ name, expected: got, changes }, at) => ({
    name,
    got,
    changed: changes === undefined ? undefined : got === 'allowed',
    said: shown[at]?.said,
  }))
  expect(shown.filter((each, at) => JSON.stringify(each) !== JSON.stringify(expected[at]))).toEqual([])
  const odd = shown.filter(({ got, said }) => got === 'refused' && !REASONS.test(said))
  expect(odd).toEqual([])
  return ran
}

/** Whatever the profile: the repository's own settings changed nothing, its instructions were read. */
function expectTheUsersRules(stage: ProfileStage): void {
  expect(existsSync(stage.marker)).toBe(false)
  const [first] = stage.server.exchanges
  expect(JSON.stringify(first?.body)).toContain('periwinkle')
}

/** Empty files in the place of names that the sandbox masks, and what is never right in a main git directory. */
const LEFT = ['.bashrc', '.gitconfig', '.mcp.json', '.vscode', '.git/config.lock', '.git/commondir']
function expectNothingLeft(stage: ProfileStage, cwd = stage.repo): void {
  expect(LEFT.filter((name) => existsSync(join(stage.repo, name)))).toEqual([])
  expect(execFileSync('git', ['status', '--porcelain'], { cwd, env: stage.env, encoding: 'utf8' })).toBe('')
}

const COMMITTED = ['src/a.txt', 'src/new.txt', 'src/tool.txt', 'top.txt']
const installed = claudeBinary(CURRENT) !== undefined
const sandboxed = installed && onPath('bwrap') && onPath('socat')

describe.skipIf(!sandboxed)('edit, contained', () => {
  test('in the main worktree', async () => {
    const stage = await profileStage(CURRENT)
    const { status, said } = await run(stage, [], (stage, at) => [
      ...working(at),
      ...editing(at),
      shell('allowed', 'echo good > src/new.txt', join(at.cwd, 'src/new.txt')),
      ...committing(stage, false),
      ...contained(stage),
      ...never(stage, at),
      // Visible on the host while the command runs (a gap of the client), but never longer.
      shell('allowed', 'echo /tmp > .git/commondir'),
    ])
    expect(said).not.toContain('ontained')
    expect(stage.namesIn('HEAD').sort()).toEqual(COMMITTED)
    expect(stage.results()[3]?.text).toContain('forty-two')
    expectTheUsersRules(stage)
    expectNothingLeft(stage)
    expect(status.denied).toHaveLength(20)
    expect(status.denied).toContain(`Bash(echo evil >> '${stage.root}/stray')`)
  })

  test('in a worktree of its own', async () => {
    const stage = await profileStage(CURRENT)
    const { status, said } = await run(stage, ['--worktree'], (stage, at) => {
      const own = join(stage.repo, '.git/worktrees/probe')
      return [
        ...working(at),
        write('allowed', join(at.cwd, '.dispatch/tasks/probe/context.md')),
        ...editing(at),
        shell('allowed', 'echo good > src/new.txt', join(at.cwd, 'src/new.txt')),
        ...committing(stage, true),
        ...contained(stage),
        ...never(stage, at),
        ...['commondir', 'gitdir', 'config.worktree'].map((name) =>
          shell('refused', `echo evil >> '${own}/${name}'`, join(own, name)),
        ),
        ...['HEAD', 'index', 'packed-refs', 'commondir', 'config.lock', 'modules'].map((name) =>
          shell('refused', `echo evil >> '${stage.repo}/.git/${name}'`, join(stage.repo, '.git', name)),
        ),
        shell('refused', 'echo evil > .git', join(at.cwd, '.git')),
        shell('refused', 'mv .git away', join(at.cwd, 'away')),
        write('refused', join(at.cwd, '.git')),
        shell('refused', `echo evil > '${stage.repo}/src/a.txt'`, join(stage.repo, 'src/a.txt')),
        write('refused', join(stage.repo, 'src/b.txt')),
      ]
    })
    expect(said).not.toContain('ontained')
    expect(status.commits).toHaveLength(1)
    expect(stage.namesIn('dispatch/probe').sort()).toEqual(COMMITTED)
    expectTheUsersRules(stage)
    expectNothingLeft(stage, status.worktree ?? '')
    expectNothingLeft(stage)
    expect(status.failure).toBeNull()
  })
})

describe.skipIf(!sandboxed)('a contained worker that is ended in the middle of a command', () => {
  const lock = (stage: ProfileStage) => join(stage.repo, '.git/config.lock')
  async function busy(): Promise<ProfileStage> {
    const stage = await profileStage(CURRENT)
    stage.server.script(sequence(bash('echo /tmp > .git/commondir; tail -f /dev/null')))
    await stage.start('probe', 'sonnet')
    await until(() => existsSync(lock(stage)) && existsSync(join(stage.repo, '.git/commondir')))
    return stage
  }

  test('leaves nothing when it is stopped', async () => {
    const stage = await busy()
    await stage.ok(['stop', 'probe'])
    expectNothingLeft(stage)
    stage.git('config', 'user.nickname', 'still works')
  })

  test('leaves nothing that stays when it is killed', async () => {
    const stage = await busy()
    for (const { pid } of withEnvironment('DISPATCH_TASK=probe')) kill(pid)
    await until(async () => (await stage.task('probe')).state === 'failed')
    expectNothingLeft(stage)
    stage.git('config', 'user.nickname', 'still works')
  })

  test('is nothing without its sandbox: the client refuses to start', async () => {
    const stage = await busy()
    const { argv } = parse(readFileSync(stage.path('probe', 'attempts/001/launch.yaml'), 'utf8'))
    await stage.ok(['stop', 'probe'])
    const programs = stage.programsWithout('socat')
    const again = argv.map((word: string) => (word === '--session-id' ? '--resume' : word))
    const { code, stderr } = await stage.process(again, { input: 'go', env: { PATH: programs } }).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/sandbox required but unavailable/)
  })
})

describe.skipIf(!sandboxed)('read-only, contained', () => {
  test.each([[[]], [['--worktree']]])('with %j', async (flags) => {
    const stage = await profileStage(CURRENT)
    const { said } = await run(stage, ['--profile', 'read-only', ...flags], (stage, at) => [
      ...working(at),
      ...contained(stage),
      ...notEditing(at),
      ...never(stage, at),
      shell('refused', `echo evil > '${stage.repo}/.git/index'`, join(stage.repo, '.git/index')),
    ])
    expect(said).not.toContain('ontained')
    expectTheUsersRules(stage)
    expectNothingLeft(stage)
  })
})

describe.skipIf(!installed)('without bubblewrap', () => {
  const NOTICE = 'Not contained by the operating system: bwrap is missing.'

  test.each([[[]], [['--worktree']]])('edit is a list of tools and commands, with %j', async (flags) => {
    const stage = await profileStage(CURRENT, { bubblewrap: false })
    const { said, status } = await run(stage, flags, (stage, at) => [
      ...working(at),
      ...editing(at),
      shell('allowed', 'echo good > src/new.txt', join(at.cwd, 'src/new.txt')),
      ...committing(stage, flags.length > 0),
      ...outsideTheList(stage),
      ...never(stage, at),
    ])
    expect(said).toContain(NOTICE)
    expect(said).toMatch(/Install: .*bubblewrap.*socat/)
    expectTheUsersRules(stage)
    expectNothingLeft(stage)
    expect(status.denied).not.toEqual([])
  })

  test('read-only, too', async () => {
    const stage = await profileStage(CURRENT, { bubblewrap: false })
    const { said } = await run(stage, ['--profile', 'read-only'], (stage, at) => [
      ...working(at),
      ...notEditing(at),
      ...outsideTheList(stage),
      ...never(stage, at),
    ])
    expect(said).toContain(NOTICE)
    expectTheUsersRules(stage)
    expectNothingLeft(stage)
  })
})

describe.skipIf(!installed)('full', () => {
  test("does everything but the lead's work", async () => {
    const stage = await profileStage(CURRENT)
    const { said, status } = await run(stage, ['--profile', 'full'], (stage, at) => [
      ...working(at),
      ...editing(at),
      shell('allowed', `echo good > '${stage.folder}/outside'`, join(stage.folder, 'outside')),
      write('allowed', join(stage.folder, 'outside-by-the-tool')),
      shell('allowed', 'git config core.pager cat', join(stage.repo, '.git/config')),
      shell('allowed', `curl -sS -m 5 ${stage.server.url}/`),
      shell('refused', 'dispatch start another < CLAUDE.md', `${stage.root}/tasks/another`),
    ])
    expect(said).not.toContain('ontained')
    expect(status.denied).toEqual([])
    expectTheUsersRules(stage)
  })
})

describe('the oldest client', () => {
  test.skipIf(claudeBinary(OLDEST) === undefined || !sandboxed)('holds edit in a worktree', async () => {
    const stage = await profileStage(OLDEST, { hostileSandbox: false })
    const { said } = await run(stage, ['--worktree'], (stage, at) => [
      ...working(at),
      ...editing(at),
      shell('allowed', 'echo good > src/new.txt', join(at.cwd, 'src/new.txt')),
      ...committing(stage, true),
      ...contained(stage),
      ...never(stage, at),
    ])
    expect(said).not.toContain('ontained')
    expect(stage.namesIn('dispatch/probe').sort()).toEqual(COMMITTED)
    expectTheUsersRules(stage)
  })

  test.skipIf(claudeBinary(OLDEST) === undefined || !sandboxed)(
    'holds edit in the main worktree',
    async () => {
      const stage = await profileStage(OLDEST, { hostileSandbox: false })
      const git = join(stage.repo, '.git')
      await run(stage, [], () => [
        shell('allowed', 'echo good > src/new.txt', join(stage.repo, 'src/new.txt')),
        ...committing(stage, false),
        ...['config', 'hooks/pre-commit', 'info/attributes', 'worktrees/theirs/commondir'].map((name) =>
          shell('refused', `echo evil >> '${git}/${name}'`, join(git, name)),
        ),
        shell('refused', `mv '${git}' '${git}-away'`, `${git}-away`),
        shell('refused', `mkdir '${stage.root}/tasks/new'`, `${stage.root}/tasks/new`),
      ])
      expect(stage.namesIn('HEAD')).toEqual(['src/new.txt'])
      expectNothingLeft(stage)
    },
  )

  test.skipIf(claudeBinary(OLDEST) === undefined)(
    'is not trusted with a repository that opens its sandbox',
    async () => {
      const stage = await profileStage(OLDEST)
      const { said } = await run(stage, [], (stage, at) => [
        ...working(at),
        shell('refused', `touch '${stage.marker}'`, stage.marker),
      ])
      expect(said).toContain('2.1.197 would let this repository')
      expectTheUsersRules(stage)
    },
  )
})
