/** What each profile lets the real Codex do, and what not, whatever the user's and the repository's settings say. */
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CODEX, type CodexStage, codexStage } from './codex-stage.ts'
import { bash, type Reply, say, sequence } from './script.ts'

const ID = 'probe'

interface At {
  stage: CodexStage
  cwd: string
  task: string
  git: string
}

const write = (path: string) => `echo x >> '${path}'`
const patch = (path: string) =>
  bash(`apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: ${path}\n+x\n*** End Patch\nEOF`)

/** What any worker does. */
const working = ({ task }: At) => [
  'dispatch plan',
  'dispatch begin 1 && dispatch tick 1 "tried it"',
  write(join(task, 'output.md')),
  write('.dispatch/tasks/probe/context.md'),
  write(join(task, 'ipc', 'of-mine')),
  'git status && git log --oneline',
  '[ "$(git config user.name)" = Wörker ]',
  'f=$(mktemp) && echo x > "$f"',
  '[ "$DISPATCH_TASK" = probe ] && [ -n "$DISPATCH_MARK" ]',
]

/** What no contained worker does, wherever it works. */
const never = ({ stage, task, git }: At) => [
  write(`${stage.root}/tasks/other/plan.md`),
  write(`${stage.root}/stray`),
  `mkdir '${stage.root}/tasks/new'`,
  write(`${task}/task.yaml`),
  write(`${task}/attempts/001/stray`),
  `mv '${task}/attempts' '${task}/away'`,
  `mv '${task}' '${stage.root}/tasks/away'`,
  `mv '${stage.root}' '${stage.repo}/away'`,
  write(`${git}/config`),
  write(`${git}/hooks/pre-commit`),
  write(`${git}/info/attributes`),
  write(`${git}/config.worktree`),
  write(`${git}/worktrees/theirs/commondir`),
  `mv '${git}/hooks' '${git}/away'`,
  `mv '${git}' '${git}-away'`,
  'git config core.pager evil',
  write(`${stage.home}/.bashrc`),
  write(`${stage.home}/.codex/config.toml`),
  `cat '${stage.home}/.codex/auth.json'`,
  write(`${stage.state}/config.yaml`),
  `touch '${stage.marker}'`,
  'dispatch start another < AGENTS.md',
  '[ -n "$OPENAI_API_KEY" ]',
]

const COMMIT = 'git add -A && git commit -m Work'

/** Runs each command in one shell call, then the further replies; returns what was allowed, by its text. */
async function attempt(
  flags: string[],
  commands: (at: At) => string[],
  replies: (at: At) => Reply[] = () => [],
): Promise<At & { allowed: string[]; refused: string[]; said: string[]; stderr: string }> {
  let begin: (at: At) => void = () => {}
  const ready = new Promise<At>((resolve) => {
    begin = resolve
  })
  const stage = await codexStage({
    [ID]: async (turn) => {
      const at = await ready
      return sequence(bash(`sh '${stage.folder}/probe.sh'`), ...replies(at), say('Tried everything.'))(turn)
    },
  })
  stage.env.OPENAI_API_KEY = 'the-key'
  stage.hostile()
  stage.git('worktree', 'add', '-q', join(stage.folder, 'theirs'))
  await stage.start('other', 'demo')
  await stage.ok(['wait', 'other'])
  const { stderr } = await stage.dispatch(['start', ID, '--model', 'gpt', ...flags], {
    input: '# Probe\n\n- [ ] Try everything\n',
  })
  const { worktree } = await stage.task(ID)
  const at = { stage, cwd: worktree ?? stage.repo, task: stage.path(ID), git: join(stage.repo, '.git') }
  const list = commands(at)
  // Each in a shell of its own, so that a failed redirection ends only that.
  const lines = list.map(
    (text, n) => `sh -c '${text.replaceAll("'", `'\\''`)}' >/dev/null 2>&1 && echo "yes ${n}"`,
  )
  stage.file('probe.sh', `${lines.join('\n')}\nexit 0\n`)
  begin(at)
  await stage.over(ID)
  const [, results = '', ...said] = stage.asked(ID).map(({ turn }) => turn.results)
  const yes = new Set([...results.matchAll(/^yes (\d+)$/gm)].map(([, n]) => Number(n)))
  expect(results).toContain('exited with code 0')
  return {
    ...at,
    allowed: list.filter((_, n) => yes.has(n)),
    refused: list.filter((_, n) => !yes.has(n)),
    said,
    stderr,
  }
}

/** Nothing of the repository's settings was run, no server of the user's was started, and no mask of the sandbox is left. */
function expectClean({ stage, cwd, git }: At, servers = false): void {
  expect([existsSync(stage.marker), existsSync(stage.servers)]).toEqual([false, servers])
  expect(['.agents', '.aws'].filter((name) => existsSync(join(cwd, name)))).toEqual([])
  expect(existsSync(join(git, 'commondir'))).toBe(false)
  expect(stage.asked(ID)[0]?.turn.model).toBe('test-model')
}

describe.skipIf(CODEX === undefined)('a contained worker', () => {
  const editing = () => [write('src/new.txt'), write('src/a.txt'), COMMIT]
  const loopback = `node -e 'const s = require("http").createServer((q, r) => r.end("in")).listen(0, "127.0.0.1", async () => { const r = await fetch("http://127.0.0.1:" + s.address().port); process.exit((await r.text()) === "in" ? 0 : 1) })'`

  test('that edits in the main worktree', async () => {
    const ran = await attempt(
      [],
      (at) => [
        ...working(at),
        ...editing(),
        loopback,
        ...never(at),
        `mv '${at.git}/worktrees' '${at.git}/away'`,
        write('.codex/config.toml'),
      ],
      ({ stage }) => [
        patch('src/patched.txt'),
        patch('.dispatch/stray'),
        patch(join(stage.home, 'stray')),
        bash(`curl -sS '${stage.server.url}/'`),
        bash('curl -sS http://not-listed.example/; echo went on'),
      ],
    )
    expect(ran.allowed).toEqual([...working(ran), ...editing(), loopback])
    expect(ran.stderr).not.toContain('eld only')
    const { stage, said } = ran
    expect(stage.said(stage.repo, 'show', '--format=%an', '--name-only')).toBe(
      'Wörker\n\nsrc/a.txt\nsrc/new.txt',
    )
    expect(said[0]).toContain('Success')
    expect(said.slice(1, 3).join()).toMatch(/rejected.*rejected/s)
    expect(said[3]).toContain('Failed to connect')
    expect(said[4]).toMatch(/"not-listed\.example\\?" was blocked/)
    expect(said[4]).not.toContain('went on')
    expect(existsSync(join(stage.root, 'stray')) || existsSync(join(stage.home, 'stray'))).toBe(false)
    expect((await stage.task(ID)).denied).toContain('network: not-listed.example')
    expect(stage.server.probes).toEqual([])
    expectClean(ran)
  })

  test('that edits in a worktree of its own commits there, and nowhere else', async () => {
    const ran = await attempt(['--worktree'], (at) => {
      const own = join(at.git, 'worktrees', ID)
      return [
        ...working(at),
        ...editing(),
        ...never(at),
        ...[`${own}/commondir`, `${own}/gitdir`, `${own}/config.worktree`, `${at.cwd}/.git`].map(write),
        write(join(at.stage.repo, 'src/a.txt')),
        write(`${at.git}/HEAD`),
      ]
    })
    expect(ran.allowed).toEqual([...working(ran), ...editing()])
    expect(ran.stage.said(ran.cwd, 'log', '--format=%s')).toBe('Work\nFiles\nBegin')
    expect(ran.stage.said(ran.stage.repo, 'status', '--porcelain')).toBe('')
    expectClean(ran)
  })

  test('that reads writes what is its own, and reaches nobody', async () => {
    const ran = await attempt(
      ['--profile', 'read-only'],
      (at) => [...working(at), ...editing(), ...never(at), `curl -sS -m 5 '${at.stage.server.url}/'`],
      () => [patch('src/patched.txt')],
    )
    expect(ran.allowed).toEqual(working(ran))
    expect(ran.said[0]).toContain('rejected')
    expect(readFileSync(join(ran.stage.repo, 'src/a.txt'), 'utf8')).toBe('first\n')
    expectClean(ran)
  })
})

describe.skipIf(CODEX === undefined)('a worker that nothing holds', () => {
  test('has all rights under full, and still runs nothing of the repository’s settings by itself', async () => {
    const ran = await attempt(['--profile', 'full'], (at) => [
      ...working(at),
      write('src/new.txt'),
      COMMIT,
      write(`${at.stage.home}/.bashrc`),
    ])
    expect(ran.refused).toEqual([])
    // Which are the user's own.
    expectClean(ran, true)
  })

  test('is told so where its Codex knows no rules for single paths', async () => {
    const stage = await codexStage({ [ID]: sequence(bash('touch src.txt; touch ~/evil'), say('Tried.')) })
    // It knows no permission profiles: everything but that is the real one.
    stage.file(
      'older',
      `#!/bin/sh\ncase "$*" in *' sandbox '*) echo "unexpected argument" >&2; exit 2;; esac\nexec '${CODEX}' "$@"\n`,
    )
    chmodSync(join(stage.folder, 'older'), 0o755)
    stage.provide({ program: join(stage.folder, 'older') })
    const run = (...flags: string[]) =>
      stage.dispatch(['start', ID, '--model', 'gpt', ...flags], { input: '# P\n\n- [ ] One\n' })
    expect((await run('--profile', 'read-only')).stderr).toMatch(/read-only worker cannot be held/)
    expect((await run()).stderr).toMatch(/Held only by the older rules of Codex.*unexpected argument/)
    await stage.over(ID)
    expect([existsSync(join(stage.repo, 'src.txt')), existsSync(join(stage.home, 'evil'))]).toEqual([
      true,
      false,
    ])
  })
})
