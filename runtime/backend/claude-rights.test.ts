import { describe, expect, test } from 'vitest'
import type { Profile } from '../config/profile.ts'
import { decide } from './claude-rights.ts'
import { holdFor } from './claude-rights-hold.ts'
import { mountsFor } from './claude-rights-mounts.ts'
import { installLine, isAtLeast, type Offer, parseVersion } from './claude-rights-offer.ts'
import { secretsIn } from './claude-rights-settings.ts'
import type { Site } from './claude-rights-site.ts'
import { isInside } from './contain-site.ts'

const linux: Offer = { platform: 'linux', root: false, version: [2, 1, 329], bwrap: '/usr/bin/bwrap' }
const without: Offer = {
  ...linux,
  bwrap: undefined,
  problem: 'socat is missing',
  remedy: 'Install: apt install it',
}
const mac: Offer = { ...linux, platform: 'darwin', bwrap: undefined }
const old: Offer = { ...linux, version: [2, 1, 197] }

const inRepo = ['config', 'hooks', 'info', 'objects', 'refs', 'logs', 'HEAD', 'worktrees'].map(
  (name) => `/r/.git/${name}`,
)
const ofTask = ['task.yaml', 'attempts', 'notes', 'plan.md'].map((name) => `/r/.dispatch/tasks/t/${name}`)
const main: Site = {
  cwd: '/r',
  root: '/r/.dispatch',
  task: '/r/.dispatch/tasks/t',
  git: '/r/.git',
  linked: undefined,
  worktrees: [],
  rootInside: true,
  there: new Set([
    '/r/.claude',
    ...inRepo,
    ...ofTask,
    '/r/.dispatch/tasks',
    '/r/.dispatch/tasks/t',
    '/r/.dispatch/tasks/o',
    '/r/.dispatch/locks',
  ]),
  names: ['.dispatch', '.git', '.github', '(app)', 'src'],
  maskable: ['.bashrc'],
  excludes: '',
  projectSandbox: false,
}
const own = '/r/.git/worktrees/t'
const linked: Site = {
  ...main,
  cwd: '/w',
  linked: own,
  worktrees: [own, '/r/.git/worktrees/o'],
  rootInside: false,
  there: new Set([...main.there, `${own}/commondir`, `${own}/gitdir`, '/r/.git/worktrees/o/gitdir']),
}

describe('how a profile is held', () => {
  test.each<[string, Profile, Offer, Site, string, RegExp | undefined]>([
    ['edit', 'edit', linux, main, 'sandbox current', undefined],
    ['edit in a worktree', 'edit', linux, linked, 'sandbox current', undefined],
    ['read-only', 'read-only', linux, main, 'sandbox current', undefined],
    ['full', 'full', without, main, 'none', undefined],
    ['full on an unknown client', 'full', { ...linux, version: undefined }, main, 'none', undefined],
    [
      'no bubblewrap',
      'edit',
      without,
      main,
      'allow-list',
      /socat is missing.*hooks.*Install: apt install it$/,
    ],
    ['no bubblewrap, read-only', 'read-only', without, main, 'allow-list', /commands instead\. Install/],
    ['an older client', 'edit', old, main, 'sandbox old', undefined],
    ['an older client, read-only', 'read-only', old, main, 'allow-list', /2\.1\.197 cannot .* Update/],
    ['one in between', 'read-only', { ...linux, version: [2, 1, 328] }, main, 'allow-list', /2\.1\.328/],
    [
      'an older client and a bad repository',
      'edit',
      old,
      { ...main, projectSandbox: true },
      'allow-list',
      /\.claude/,
    ],
    [
      'a current one and a bad repository',
      'edit',
      linux,
      { ...main, projectSandbox: true },
      'sandbox current',
      undefined,
    ],
    ['an ancient client', 'edit', { ...linux, version: [2, 1, 196] }, main, 'allow-list', /older/],
    ['an unknown client', 'edit', { ...linux, version: undefined }, main, 'allow-list', /version/],
    ['a newer one', 'edit', { ...linux, version: [3, 0, 0] }, main, 'sandbox current', undefined],
    ['an unknown system', 'edit', { ...linux, platform: 'freebsd' }, main, 'allow-list', /freebsd/],
    ['macOS', 'edit', mac, main, 'sandbox none', /macOS.*--worktree/],
    ['macOS, worktree', 'edit', mac, linked, 'sandbox none', undefined],
    ['macOS, read-only', 'read-only', mac, main, 'allow-list', /macOS.*--worktree/],
    ['macOS, read-only worktree', 'read-only', mac, linked, 'sandbox none', undefined],
  ])('%s', (_, profile, offer, site, expected, notice) => {
    const hold = holdFor(profile, offer, site)
    expect(hold.kind === 'sandbox' ? `${hold.kind} ${hold.recipe}` : hold.kind).toBe(expected)
    if (notice === undefined) expect(hold.notice).toBeUndefined()
    else expect(hold.notice).toMatch(notice)
    expect(hold.notice ?? '').not.toContain('\n')
  })
})

const OWN_FILES = ['ro task.yaml', 'ro attempts', 'ro notes'].map((line) =>
  line.replace(' ', ' /r/.dispatch/tasks/t/'),
)
/** `ro PATH` or `rw PATH`, in order. */
const mounts = (...[profile, recipe, site]: Parameters<typeof mountsFor>) => {
  const words = mountsFor(profile, recipe, site)
  return words.flatMap((word, at) =>
    at % 3 !== 0
      ? []
      : [
          `${word === '--ro-bind' ? 'ro' : 'rw'} ${words[at + 1]}${words[at + 1] === words[at + 2] ? '' : '!'}`,
        ],
  )
}

describe('the mounts', () => {
  const state = ['ro /r/.dispatch', 'rw /r/.dispatch/tasks/t', ...OWN_FILES]
  const steering = ['config', 'hooks', 'info', 'worktrees'].map((name) => `ro /r/.git/${name}`)
  const ownFolder = [`rw ${own}`, `ro ${own}/commondir`, `ro ${own}/gitdir`]
  test.each<[string, Parameters<typeof mountsFor>, string[]]>([
    ['edit', ['edit', 'current', main], ['rw /r/.claude', 'rw /r/.git', ...steering, ...state]],
    [
      'edit in a worktree',
      ['edit', 'current', linked],
      [
        'ro /r/.git', 'rw /r/.git/objects', 'rw /r/.git/refs', 'rw /r/.git/logs', `rw ${own}`,
        `ro ${own}/commondir`, `ro ${own}/gitdir`, 'ro /w/.git', ...state,
      ], // biome-ignore format: in order
    ],
    [
      'edit in a worktree, older client',
      ['edit', 'old', linked],
      [
        'rw /r/.git',
        ...steering.slice(0, 3),
        'rw /r/.git/worktrees',
        ...ownFolder,
        'rw /r/.git/worktrees/o',
        'ro /r/.git/worktrees/o/gitdir',
        ...ownFolder,
        'ro /w/.git',
        ...state,
      ],
    ],
    ['edit outside git', ['edit', 'current', { ...main, git: undefined }], ['rw /r/.claude', ...state]],
    ['read-only', ['read-only', 'current', main], ['ro /r', 'ro /r/.git', ...state]],
    ['read-only in a worktree', ['read-only', 'current', linked], ['ro /w', 'ro /r/.git', ...state]],
  ])('of %s', (_, args, expected) => expect(mounts(...args)).toEqual(expected))
})

const request = { env: {}, files: '/a' }
const decided = (profile: Profile, offer: Offer, site: Site, env = {}) =>
  decide({ ...request, env, profile }, offer, site, ['registry.example'])
const settings = (...args: Parameters<typeof decided>) =>
  JSON.parse(decided(...args).files['/a/settings.json'] ?? '')

describe('the launch', () => {
  test('contained', () => {
    const { wrapper, argv, env, containment, files } = decided('edit', linux, main)
    expect(wrapper.slice(0, 4)).toEqual(['/usr/bin/bwrap', '--dev-bind', '/', '/'])
    expect(wrapper.at(-1)).toBe('--')
    expect(argv.join(' ')).toBe(
      '--permission-mode dontAsk --setting-sources user --add-dir /r --strict-mcp-config --settings /a/settings.json',
    )
    expect(containment).toBe('sandbox')
    expect(env).toEqual({
      CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1',
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
      GIT_CONFIG_COUNT: '3',
      GIT_CONFIG_KEY_0: 'core.excludesFile',
      GIT_CONFIG_VALUE_0: '/a/excludes',
      GIT_CONFIG_KEY_1: 'gc.auto',
      GIT_CONFIG_VALUE_1: '0',
      GIT_CONFIG_KEY_2: 'maintenance.auto',
      GIT_CONFIG_VALUE_2: 'false',
    })
    expect(files['/a/excludes']).toBe('/.bashrc\n')
  })

  test("keeps git's settings that the user gave in the environment", () => {
    const env = { GIT_CONFIG_COUNT: '2' }
    expect(decided('edit', linux, main, env).env).toMatchObject({
      GIT_CONFIG_COUNT: '5',
      GIT_CONFIG_KEY_2: 'core.excludesFile',
    })
  })

  test.each<[string, boolean, object]>([
    ['full', false, {}],
    ['full as root', true, { IS_SANDBOX: '1' }],
  ])('%s', (_, root, more) => {
    const { wrapper, argv, files, env, containment } = decided('full', { ...linux, root }, main)
    expect({ wrapper, files, containment }).toEqual({ wrapper: [], files: {}, containment: 'none' })
    expect(argv.slice(0, 4)).toEqual(['--permission-mode', 'bypassPermissions', '--setting-sources', 'user'])
    expect(env).toEqual({
      CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: '1',
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
      ...more,
    })
  })

  test('without a sandbox has no wrapper, and no git settings', () => {
    const { wrapper, env, containment, notice } = decided('edit', without, main)
    expect({ wrapper, containment }).toEqual({ wrapper: [], containment: 'allow-list' })
    expect(env).not.toHaveProperty('GIT_CONFIG_COUNT')
    expect(notice).toContain('Not contained')
  })
})

describe('the settings', () => {
  test('contained', () => {
    expect(settings('edit', linux, linked).sandbox).toEqual({
      enabled: true,
      autoAllowBashIfSandboxed: true,
      allowUnsandboxedCommands: false,
      failIfUnavailable: true,
      filesystem: { allowWrite: ['/r/.dispatch/tasks/t'], denyWrite: [] },
      network: { allowedDomains: ['registry.example'], strictAllowlist: true },
      credentials: { envVars: secretsIn({}).map((name) => ({ name, mode: 'deny' })) },
    })
  })

  test.each<[string, Profile, Offer, Site, string[], string[]]>([
    [
      'edit',
      'edit',
      linux,
      main,
      ['Bash', 'Edit(//r/**)', 'Edit(//r/.dispatch/tasks/t/**)'],
      ['Edit(//r/.git)'],
    ],
    ['read-only', 'read-only', linux, main, ['Bash', 'Edit(//r/.dispatch/tasks/t/**)'], ['Edit(//r/**)']],
    [
      'edit by a list',
      'edit',
      without,
      main,
      [
        'Bash(git commit *)',
        'Bash(dispatch ask *)',
        'Edit(//r/[0-9A-Za-z_]*/**)',
        'Edit(//r/.github/**)',
        'Edit(//r/(app)/**)',
      ],
      [
        'Bash',
        'Edit(//r/**)',
        'Edit(//r/.dispatch/**)',
        'Edit(//r/.git/**)',
        'Bash(git diff *)',
        'Bash(dispatch start *)',
      ],
    ],
    ['edit by a list in a worktree', 'edit', without, linked, ['Edit(//w/**)'], ['Bash']],
    [
      'read-only by a list',
      'read-only',
      without,
      main,
      ['Bash(dispatch tick *)', 'Edit(//r/.dispatch/tasks/t/**)'],
      ['Bash', 'Bash(git commit *)', 'Edit(//r/src/**)', 'Edit(//r/[0-9A-Za-z_]*/**)'],
    ],
    [
      'a state folder without a dot',
      'edit',
      without,
      { ...main, root: '/r/state', names: ['state', 'src', '.git'] },
      ['Edit(//r/src/**)'],
      ['Edit(//r/state/**)', 'Edit(//r/[0-9A-Za-z_]*/**)'],
    ],
    ['signs of a pattern', 'edit', linux, { ...main, cwd: '/a [b]*?' }, ['Edit(//a \\[b\\]\\*\\?/**)'], []],
  ])('%s', (_, profile, offer, site, allowed, not) => {
    const { allow, deny } = settings(profile, offer, site).permissions
    expect(allow).toEqual(expect.arrayContaining(allowed))
    expect(allow.filter((rule: string) => not.includes(rule))).toEqual([])
    expect(deny).toEqual(
      expect.arrayContaining([
        'WebFetch',
        'WebSearch',
        'Edit(//r/.dispatch/tasks/t/task.yaml)',
        'Edit(//r/.dispatch/tasks/t/attempts/**)',
      ]),
    )
  })

  test("say nothing of git's own folder, or a commit could not write its index", () => {
    for (const site of [main, linked])
      expect(settings('edit', linux, site).permissions.deny.join()).not.toMatch(
        /\.git\/|Edit\(\/\/r\/\.git\)/,
      )
    expect(settings('edit', linux, linked).permissions.deny).toContain('Edit(//w/.git)')
  })

  test.each<[string, Profile, Site, string[]]>([
    [
      'main worktree',
      'edit',
      main,
      [
        '/r/.git/config',
        '/r/.git/hooks',
        '/r/.git/info',
        '/r/.dispatch/tasks/o',
        '/r/.dispatch/locks',
        ...ofTask.slice(0, 3),
      ],
    ],
    ['worktree', 'edit', linked, ['/r/.git/config', '/r/.git/hooks', '/r/.git/info', ...ofTask.slice(0, 3)]],
    ['read-only worktree', 'read-only', linked, ['/w', '/r/.git', ...ofTask.slice(0, 3)]],
  ])('on macOS deny what is there: %s', (_, profile, site, expected) =>
    expect(settings(profile, mac, site).sandbox.filesystem.denyWrite).toEqual(expected),
  )

  test('hide the keys of providers, and nothing else', () => {
    const env = {
      OPENAI_API_KEY: 'x',
      ANTHROPIC_CUSTOM_HEADERS: 'x',
      NPM_TOKEN: 'x',
      ANTHROPIC_BASE_URL: 'x',
      MONKEY: 'x',
    }
    const names = secretsIn(env)
    expect(names).toEqual(
      expect.arrayContaining(['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'ANTHROPIC_CUSTOM_HEADERS']),
    )
    for (const name of ['NPM_TOKEN', 'ANTHROPIC_BASE_URL', 'MONKEY']) expect(names).not.toContain(name)
  })
})

describe('small things', () => {
  test.each([
    ['2.1.329 (Claude Code)\n', [2, 1, 329]],
    ['2.1.329', [2, 1, 329]],
    ['Claude 2.1.329', undefined],
    ['', undefined],
  ])('the version in %j', (text, expected) => expect(parseVersion(text)).toEqual(expected))

  test.each([
    [[2, 1, 329], [2, 1, 329], true],
    [[2, 2, 0], [2, 1, 329], true],
    [[2, 1, 400], [2, 1, 329], true],
    [[1, 9, 999], [2, 1, 329], false],
    [[2, 0, 999], [2, 1, 329], false],
  ] as const)('%j is at least %j: %s', (one, other, is) => expect(isAtLeast(one, other)).toBe(is))

  test.each([
    [['apt-get', 'dnf'], 'apt install bubblewrap socat'],
    [['pacman'], 'pacman -S bubblewrap socat'],
    [[], "bubblewrap and socat, with your distribution's package manager"],
  ])('what installs with %j', (there, line) =>
    expect(installLine((name) => there.includes(name as never))).toBe(line),
  )

  test.each([
    ['/r/a', '/r', true],
    ['/r', '/r', false],
    ['/ra', '/r', false],
    ['/r/..a', '/r', true],
  ])('%s is inside %s: %s', (path, folder, is) => expect(isInside(path, folder)).toBe(is))
})
