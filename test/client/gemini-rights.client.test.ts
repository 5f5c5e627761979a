/** What the real Gemini CLI may do as a worker, by profile, and what becomes of what a repository brings. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type GeminiStage, geminiStage } from './gemini-stage.ts'
import { cliBinary, onPath } from './install.ts'
import { bash, call, type Reply, say, sequence, use } from './script.ts'
import { deliver, item } from './worker.ts'

const it = test.skipIf(cliBinary('gemini') === undefined || !onPath('bwrap'))

describe('what a repository brings', () => {
  /** With folder trust off, and with this very folder trusted, the CLI alone would load all of it. */
  it.each(['edit', 'full'])('is read and never run, with profile %s', async (profile) => {
    const stage = await geminiStage(
      sequence(item(1), bash('env'), deliver('probe', 2, 'Done.'), say('Finished.')),
      { security: { folderTrust: { enabled: false } } },
    )
    const marker = join(stage.folder, 'ran')
    const touch = `touch '${marker}'`
    const hook = [{ matcher: '*', hooks: [{ type: 'command', command: touch }] }]
    stage.file('home/.gemini/trustedFolders.json', JSON.stringify({ [stage.repo]: 'TRUST_FOLDER' }))
    stage.file('home/.gemini/.env', 'GEMINI_API_KEY=from-my-file\n')
    stage.file(
      'repo/.gemini/settings.json',
      JSON.stringify({
        hooks: { SessionStart: hook, BeforeTool: hook, BeforeAgent: hook, SessionEnd: hook },
        mcpServers: { theirs: { command: 'sh', args: ['-c', touch], trust: true } },
        tools: { discoveryCommand: touch, callCommand: touch, exclude: ['run_shell_command'] },
      }),
    )
    stage.file('repo/steer.sh', touch)
    const variables = [
      `BASH_ENV=${stage.repo}/steer.sh`,
      'GEMINI_API_KEY=theirs',
      'GOOGLE_API_KEY=theirs',
      'TITLE=theirs',
    ]
    stage.file('repo/.env', variables.join('\n'))
    stage.file('repo/GEMINI.md', 'The word of this project is periwinkle.\n')
    stage.git('add', '-A')
    stage.git('commit', '-qm', 'Files')
    delete stage.env.GEMINI_API_KEY
    await stage.start('probe', 'gemini', ['Work', 'Report'], ['--profile', profile])
    expect(await stage.over('probe')).toMatchObject({ state: 'done' })
    expect(existsSync(marker)).toBe(false)
    const [first, , third] = stage.server.exchanges
    expect(first?.turn.apiKey).toBe('from-my-file')
    expect(JSON.stringify(first?.body)).toContain('periwinkle')
    expect(third?.turn.results).not.toMatch(/^BASH_ENV=./m)
    if (profile === 'edit') expect(third?.turn.results).not.toContain('TITLE=')
  })
})

describe('profiles', () => {
  /** What the worker tried, and whether the file is there (or another) afterwards. */
  async function tries(
    flags: string[],
    commands: (stage: GeminiStage) => Record<string, string | Reply>,
    bwrap = true,
  ) {
    const stage: GeminiStage = await geminiStage((turn) => steps()[turn.index] ?? say('Tried everything.'))
    const list = commands(stage)
    const steps = () => [
      item(1),
      ...Object.values(list).map((each) => (typeof each === 'string' ? bash(each) : each)),
    ]
    if (!bwrap) stage.withoutBubblewrap()
    const { stdout, stderr } = await stage.dispatch(['start', 'probe', '--model', 'gemini', ...flags], {
      input: '# Probe\n\n- [ ] One\n',
    })
    const view = await stage.over('probe')
    expect(view.items).toEqual({ done: 1, total: 1 })
    return {
      stage,
      view,
      said: stdout + stderr,
      changed: Object.keys(list).filter((path) => existsSync(join(stage.folder, path))),
    }
  }
  const write = (stage: GeminiStage, path: string) =>
    call(use('write_file', { file_path: join(stage.folder, path), content: 'x\n' }))
  const everywhere = (stage: GeminiStage) => ({
    'repo/new.txt': 'echo x > new.txt',
    'repo/by-tool.txt': write(stage, 'repo/by-tool.txt'),
    'repo/.dispatch/tasks/probe/output.md': write(stage, 'repo/.dispatch/tasks/probe/output.md'),
    'repo/.dispatch/tasks/probe/stray/x': `mkdir '${stage.root}/tasks/probe/stray'; echo x > '${stage.root}/tasks/probe/stray/x'`,
    'repo/.dispatch/tasks/probe/attempts/001/x': `echo x > '${stage.root}/tasks/probe/attempts/001/x'`,
    'repo/.dispatch/x': `echo x > '${stage.root}/x'`,
    'repo/.git/hooks/pre-commit': 'echo x > .git/hooks/pre-commit',
    'repo/.git/hooks/post-commit': write(stage, 'repo/.git/hooks/post-commit'),
    'repo/.gemini/settings.json': write(stage, 'repo/.gemini/settings.json'),
    'home/x': 'echo x > ~/x',
    'home/.gemini/extensions/x': 'mkdir -p ~/.gemini/extensions; echo x > ~/.gemini/extensions/x',
    'home/.gemini/policies/x.toml': 'mkdir -p ~/.gemini/policies; echo x > ~/.gemini/policies/x.toml',
  })
  const OWN = ['repo/.dispatch/tasks/probe/output.md', 'repo/.dispatch/tasks/probe/stray/x']

  it('edit is the working directory and the task', async () => {
    const { changed, said, stage } = await tries([], everywhere)
    expect(changed).toEqual(['repo/new.txt', 'repo/by-tool.txt', ...OWN, 'repo/.gemini/settings.json'])
    expect(said).not.toContain('ontained')
    expect(readFileSync(join(stage.home, '.gemini/settings.json'), 'utf8')).toContain('usageStatistics')
  })

  it('read-only is the task', async () => {
    const { changed } = await tries(['--profile', 'read-only'], everywhere)
    expect(changed).toEqual(OWN)
  })

  it('full is everything', async () => {
    const { changed, view, stage } = await tries(['--profile', 'full'], everywhere)
    // Its own tools never write below .git.
    const all = Object.keys(everywhere(stage)).filter((path) => path !== 'repo/.git/hooks/post-commit')
    expect(changed).toEqual(all)
    expect(view.denied).toEqual([])
  })

  it('edit without bubblewrap is a list', async () => {
    const { changed, said, view, stage } = await tries(
      [],
      (stage) => ({
        ...everywhere(stage),
        'a-chained': `dispatch plan; touch '${stage.folder}/a-chained'`,
        'an-output': `git status --output='${stage.folder}/an-output'`,
        'repo/way/../.git/hooks/x': write(stage, 'repo/way/../.git/hooks/x'),
        'repo/committed': 'git add -A && git commit -qm Work && dispatch plan',
      }),
      false,
    )
    expect(said).toContain('Not contained by the operating system: bubblewrap cannot work here')
    expect(changed).toEqual(['repo/by-tool.txt', 'repo/.dispatch/tasks/probe/output.md'])
    expect(view.denied).toContain('run_shell_command(echo x > new.txt)')
    expect(stage.said(stage.repo, 'log', '-1', '--format=%s')).toBe('Work')
  })

  it('read-only without bubblewrap, too', async () => {
    const { changed, said } = await tries(['--profile', 'read-only'], everywhere, false)
    expect(said).toContain('Not contained by the operating system: bubblewrap cannot work here')
    expect(changed).toEqual(['repo/.dispatch/tasks/probe/output.md'])
  })
})
