/** What a contained worker meets, tried with the real bubblewrap around a shell. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findProgram } from '../io/which.ts'
import { containIn, tidyContained } from './contain.ts'

let folder: string
let repo: string
let tree: string
let env: Record<string, string>
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'contain ')))
  repo = join(folder, 'repo')
  tree = join(folder, 'tree')
  env = { PATH: process.env.PATH ?? '', HOME: join(folder, 'home'), GIT_CONFIG_NOSYSTEM: '1' }
  for (const name of ['t/attempts/001', 't/notes', 't/ipc', 'o']) put(`repo/.dispatch/tasks/${name}/x`)
  for (const name of ['task.yaml', 'plan.md']) put(`repo/.dispatch/tasks/t/${name}`)
  put('home/.gitconfig', '[user]\n\tname = Worker\n\temail = worker@example.com\n')
  put('home/own/x')
  put('elsewhere/x')
  git('init', '-q', '-b', 'main')
  put('repo/.git/info/exclude', '.dispatch\n')
  git('commit', '-q', '--allow-empty', '-m', 'Begin')
  git('worktree', 'add', '-q', tree)
  rmSync(join(repo, '.git/hooks'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(name: string, text = 'mine\n'): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}
const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, env, stdio: 'pipe' }).toString()

const places = (cwd: string) => {
  const root = join(repo, '.dispatch')
  const common = join(repo, '.git')
  const gitDir = cwd === tree ? join(common, 'worktrees/tree') : common
  return { cwd, root, task: join(root, 'tasks/t'), git: common, gitDir }
}
const own = () => ({ writable: [join(folder, 'home/own'), join(folder, 'home/new')] })

/** Says for each command whether it succeeded inside. */
async function inside(cwd: string, profile: 'edit' | 'read-only', commands: string[]): Promise<boolean[]> {
  const held = await containIn({ profile, places: places(cwd), env }, own())
  expect(held.containment).toBe('sandbox')
  const [program = '', ...words] = held.wrapper
  const each = 'for each; do if sh -c "$each" >&2; then echo 1; else echo 0; fi; done'
  const { stdout } = spawnSync(program, [...words, 'sh', '-c', each, 'sh', ...commands], {
    cwd,
    env: { ...env, ...held.env },
    encoding: 'utf8',
  })
  return stdout
    .trim()
    .split('\n')
    .map((answer) => answer === '1')
}

const it = test.skipIf(findProgram('bwrap', { PATH: process.env.PATH }) === undefined)

describe.each(['repo', 'tree'] as const)('a worker in the %s', (where) => {
  const cwd = () => (where === 'repo' ? repo : tree)
  const writes = () => {
    const task = join(repo, '.dispatch/tasks/t')
    const common = join(repo, '.git')
    return {
      work: ['echo x > file', 'mkdir -p a/b', 'git add -A && git commit -qm Work', 'git branch other'],
      task: [
        `echo x > '${task}/output.md'`,
        `echo x > '${task}/new' && mv '${task}/new' '${task}/plan.md'`,
        `echo x > '${task}/ipc/002.question'`,
      ],
      own: [
        'echo x > ~/own/y',
        'echo x > ~/new/y',
        'echo x > /tmp/y',
        'echo x > "$TMPDIR/y"',
        'echo x > /dev/shm/y',
      ],
      never: [
        ...[`${task}/task.yaml`, `${task}/attempts/002`, `${task}/attempts/001/x`, `${task}/notes/x`],
        ...[`${repo}/.dispatch/x`, `${repo}/.dispatch/tasks/o/x`],
        ...[
          'config',
          'config.worktree',
          'hooks/pre-commit',
          'info/attributes',
          'modules/x',
          'worktrees/x',
        ].map((name) => `${common}/${name}`),
        ...[`${common}/worktrees/tree/gitdir`, `${common}/worktrees/tree/commondir`],
        ...[`${folder}/home/x`, `${folder}/home/.gitconfig`, '/etc/dispatch-probe', '/dispatch-probe'],
        ...['/proc/sys/kernel/core_pattern', '/proc/1/root/x'],
      ].map((path) => `mkdir -p '${dirname(path)}'; echo x >> '${path}'`),
      moved: [
        `mv '${task}/attempts' '${task}/away'`,
        `mv '${common}' '${repo}/away'`,
        `mv '${common}/hooks' '${common}/away'`,
        `mv '${repo}/.dispatch' '${repo}/away'`,
        'mount -o remount,rw,bind /',
        `umount '${repo}/.dispatch/tasks/t/attempts'`,
        `unshare -Urm umount '${repo}/.dispatch'`,
      ],
    }
  }
  const all = (list: string[], answer: boolean) => list.map((command) => [command, answer])
  const tried = async (profile: 'edit' | 'read-only', list: string[]) => {
    const answers = await inside(cwd(), profile, list)
    return list.map((command, at) => [command, answers[at]])
  }

  it('with edit writes its working directory, its task and what its CLI needs', async () => {
    const { work, task, own, never, moved } = writes()
    expect(await tried('edit', [...work, ...task, ...own])).toEqual(all([...work, ...task, ...own], true))
    expect(await tried('edit', [...never, ...moved])).toEqual(all([...never, ...moved], false))
    expect(git('log', '--all', '--format=%s').split('\n')).toContain('Work')
    expect(readFileSync(join(folder, 'home/own/y'), 'utf8')).toBe('x\n')
    expect(existsSync('/tmp/y')).toBe(false)
  })

  it('with read-only only the latter two', async () => {
    const { work, task, own, never, moved } = writes()
    expect(await tried('read-only', [...task, ...own])).toEqual(all([...task, ...own], true))
    expect(await tried('read-only', [...work, ...never, ...moved])).toEqual(
      all([...work, ...never, ...moved], false),
    )
  })

  it('leaves git as it was', async () => {
    await inside(cwd(), 'edit', [`echo ${folder} > .git/commondir`])
    const { git: common, gitDir } = places(cwd())
    expect(statSync(join(gitDir, 'config.worktree')).size).toBe(0)
    const since = new Date(Date.now() - 60_000)
    tidyContained({
      cwd: cwd(),
      containment: 'sandbox',
      gitDirs: () => [common, gitDir],
      since,
      others: () => false,
    })
    expect(existsSync(join(gitDir, 'config.worktree'))).toBe(false)
    if (where === 'repo') expect(existsSync(join(common, 'commondir'))).toBe(false)
    expect(git('status', '--porcelain')).toBe('')
  })
})

describe('a worker', () => {
  it('runs where the user’s home is, with programs from there, and sees the machine’s processes', async () => {
    put('home/bin/mine', '#!/bin/sh\nexit 0\n')
    execFileSync('chmod', ['+x', join(folder, 'home/bin/mine')])
    env.PATH = `${join(folder, 'home/bin')}:${env.PATH}`
    expect(
      await inside(repo, 'edit', [
        'mine',
        `kill -0 ${process.pid}`,
        'cat ~/.gitconfig',
        'git log',
        'ls /etc/resolv.conf',
      ]),
    ).toEqual([true, true, true, true, true])
  })

  it('reaches the network, and no socket of another program in a temporary folder', async () => {
    const port = await listening(createServer(), 0)
    const path = join(folder, 'elsewhere/socket')
    await listening(createServer(), path)
    const connect = (to: string) =>
      `node -e "require('net').connect(${to}).on('connect', () => process.exit(0)).on('error', () => process.exit(1))"`
    // The server is in this very process, which waits for the command: the system accepts in its stead.
    expect(await inside(repo, 'edit', [connect(String(port)), connect(`'${path}'`)])).toEqual([true, false])
  })
})

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})
async function listening(server: Server, where: number | string): Promise<unknown> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(where, () => resolve()))
  const address = server.address()
  return typeof address === 'string' ? address : address?.port
}

describe('where it cannot be contained', () => {
  const contained = (profile: 'edit' | 'full') =>
    containIn({ profile, places: places(repo), env }, { writable: [] })
  const program = (name: string, script: string) => {
    const path = put(`bin/${name}`, `#!/bin/sh\n${script}\n`)
    execFileSync('chmod', ['+x', path])
  }

  test('full is not', async () =>
    expect(await contained('full')).toEqual({ wrapper: [], containment: 'none', env: {} }))

  test('because there is no bubblewrap, it is said what to install', async () => {
    env.PATH = join(folder, 'bin')
    program('apt-get', '')
    expect(await contained('edit')).toEqual({
      wrapper: [],
      containment: 'allow-list',
      env: {},
      notice: expect.stringMatching(
        /^Not contained.* bubblewrap is missing.* Install: apt install bubblewrap$/,
      ),
    })
  })

  test('because it does not work, it is said why', async () => {
    env.PATH = join(folder, 'bin')
    program('bwrap', 'echo "bwrap: No permissions to create new namespace" >&2; exit 1')
    const { containment, notice } = await contained('edit')
    expect(containment).toBe('allow-list')
    expect(notice).toContain('(bwrap: No permissions to create new namespace)')
  })

  test('the user’s own settings for git keep their numbers', async () => {
    env.PATH = `${join(folder, 'bin')}:${env.PATH}`
    program('bwrap', 'exit 0')
    env.GIT_CONFIG_COUNT = '2'
    expect((await contained('edit')).env).toMatchObject({
      GIT_CONFIG_COUNT: '6',
      GIT_CONFIG_KEY_2: 'gc.auto',
    })
  })

  test('a link to the working directory is followed', async () => {
    env.PATH = `${join(folder, 'bin')}:${env.PATH}`
    program('bwrap', 'exit 0')
    symlinkSync(repo, join(folder, 'link'))
    const at = { ...places(repo), cwd: join(folder, 'link') }
    const { wrapper } = await containIn({ profile: 'edit', places: at, env }, { writable: [] })
    expect(wrapper.join(' ')).toContain(`--bind ${repo} ${repo} `)
    expect(wrapper.join(' ')).not.toContain(`${folder}/link`)
  })
})
