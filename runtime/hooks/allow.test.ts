import { describe, expect, test } from 'vitest'
import { decide, preToolUse } from './allow.ts'
import type { Facts } from './grants.ts'

/** `reader`, `editor` and `root` are tasks and models of those profiles; the default model is `editor`. */
const PROFILE = { reader: 'read-only', editor: 'edit', root: 'full' } as const
const isName = (word: string): word is keyof typeof PROFILE => Object.hasOwn(PROFILE, word)
const facts: Facts = {
  profileOf: (id) => (isName(id) ? PROFILE[id] : id === 'scripted' ? 'read-only' : undefined),
  profileOfModel: (word) => (word !== undefined && isName(word) ? PROFILE[word] : 'edit'),
  isUncontained: (word) => word === 'script',
  modelOf: (id) => (id === 'scripted' ? 'script' : undefined),
  runApproved: (run) => run === undefined || run === 'approved',
}
const fullByDefault: Facts = {
  ...facts,
  profileOfModel: (word) => (word === 'reader' ? 'read-only' : 'full'),
}

const allows = (command: string, mode = 'default', known = facts) =>
  decide({ tool_name: 'Bash', tool_input: { command }, permission_mode: mode }, known) === 'allow'

const plan = (front: string, body = '- [ ] x') => `---\n${front}\n---\n${body}`
const all = (documents: string, flags = '') => `dispatch start --all${flags} <<'EOF'\n${documents}\nEOF`
const one = (flags: string, body = '- [ ] x') => `dispatch start ${flags} <<'EOF'\n${body}\nEOF`

const ALWAYS = [
  'dispatch status',
  'dispatch status a --json --watch',
  'dispatch wait',
  'dispatch wait a b --timeout 10m --json',
  'dispatch watch',
  'dispatch plan',
  'dispatch answer reader yes',
  'dispatch answer unknown yes',
  'dispatch answer reader 001 "two words"',
  "dispatch answer reader <<'EOF'\nprofile: full\nEOF",
  'dispatch note root text',
  'dispatch output a',
  'dispatch log a --follow',
  'dispatch diff a',
  'dispatch diff a --stat',
  'dispatch models --json',
  'dispatch doctor --json',
  'dispatch batches',
  'dispatch gates --run x',
  'dispatch checkpoint',
  'dispatch gate-table',
  'dispatch merge a.yaml b.yaml --json',
  'dispatch brief T003-red-1',
  'dispatch next --json',
  'dispatch stop a',
  'dispatch stop --all',
  'dispatch begin 1',
  'dispatch tick 1 "done — well"',
  'dispatch block 1 why',
  'dispatch fail 1 why',
  'dispatch ask what --timeout 3m',
  'dispatch done',
  'dispatch submit T003-red-1',
  "dispatch submit T003-red-1 --run approved <<'EOF'\ntester_report: {}\nEOF",
  'dispatch retry reader',
  'dispatch resume reader --answer yes',
  'dispatch start --help',
  'dispatch retry --help',
  one('a --profile read-only'),
  one('a --profile=read-only --model root'),
  one('a - --profile read-only'),
  all(plan('id: a\nprofile: read-only')),
]

/** Allowed outside plan mode. */
const EDITING = [
  // Brought back by an answer, a worker has the rights that the user gave it when it was started.
  'dispatch answer editor yes',
  'dispatch answer root yes',
  one('a'),
  one('a --profile edit'),
  one('a --model editor --worktree --base main --after b,c --priority high --timeout 2h --budget 3'),
  one('a --model root --profile edit'),
  one('a', '- [ ] write "profile: full" into the docs'),
  'dispatch retry editor',
  'dispatch retry editor --model opus',
  'dispatch retry root --profile edit',
  'dispatch resume editor',
  all(plan('id: a')),
  all(
    `\n${plan('id: a\nmodel: opus\nworktree: true\nafter: [b, c]\ntitle: Fix the — thing')}\n${plan('id: b\nprofile: "edit"')}`,
  ),
  all(plan("id: a\n\nprofile: 'edit'\nmodel: '4o'")),
  all(
    plan(
      'id: a',
      '# T\n\n- [ ] say profile: full in the docs\n> profile: full\n1. profile: full\n\nSome prose',
    ),
  ),
  all(plan('id: a'), ' --model editor --profile edit'),
  all(plan('id: a', 'profile: edit')),
]

const NEVER = [
  'dispatch',
  'dispatch --help',
  'dispatch --json status',
  'dispatch help',
  'dispatch land a',
  'dispatch land a --verify "npm test"',
  'dispatch clean',
  'dispatch clean a --yes',
  'dispatch config default opus',
  'dispatch decide "go on"',
  'dispatch run specs/active/x',
  'dispatch setup',
  'dispatch processes',
  'dispatch processes --reap',
  'dispatch hook pre-tool-use',
  'dispatch constructor',
  'dispatch __proto__',
  'dispatch Status',
  'dispatch doctor --adopt',
  'dispatch doctor fix',
  'dispatch models set x',
  'dispatch merge a.yaml --output x',
  'dispatch merge a.yaml -o x',
  'dispatch diff a --output=x',
  'dispatch diff a b',
  'dispatch status a b',
  'dispatch status --root /x',
  'dispatch status; id',
  'dispatch submit x --run other',
  'dispatch submit x --run approved --run other',
  one('a --profile full'),
  one('a --profile=full'),
  one("a --profile='full'"),
  one("a '--profile' 'full'"),
  one('a --pro"file"=f"ull"'),
  one('a --profile edit --profile full'),
  one('a --profile full --profile edit'),
  one('a --profile=full --profile=read-only'),
  one('a --profile Full'),
  one('a --profile ""'),
  one('a --profile'),
  one('a --profil full'),
  one('a -p full'),
  one('a -pfull'),
  one('a --no-profile'),
  one('a --model root'),
  one('a --model=root'),
  one('a --model editor --model root'),
  one('a --model root --model editor'),
  one('a --worktree=yes'),
  one('a --verify x'),
  one('a b'),
  one('-- a --profile full'),
  one('--profile full -- a'),
  'dispatch start',
  'dispatch start a --profile full --help',
  'dispatch retry unknown --help',
  'dispatch land --help',
  one('a', '---\nprofile: full\n---\n- [ ] x'),
  'dispatch retry root',
  'dispatch retry root --model editor',
  'dispatch retry editor --model root',
  'dispatch retry editor --profile full',
  'dispatch retry editor --profile=full',
  'dispatch retry editor --profile edit --profile full',
  'dispatch retry unknown',
  'dispatch retry unknown --profile edit',
  'dispatch retry ../editor',
  'dispatch retry',
  'dispatch retry editor root',
  'dispatch resume root',
  'dispatch resume root --answer yes',
  'dispatch resume unknown',
  'dispatch start --all',
  all(''),
  all('- [ ] x'),
  all('id: a\nprofile: read-only'),
  all(plan('id: a\nprofile: full')),
  all(plan('id: a\nprofile: "full"')),
  all(plan('id: a\n"profile": full')),
  all(plan("id: a\n'profile' : full")),
  all(plan('id: a\n? profile\n: full')),
  all(plan('id: a\nprofile:\n  full')),
  all(plan('id: a\nprofile: >-\n  full')),
  all(plan('id: a\nprofile: edit\nprofile: full')),
  all(plan('id: a\nprofile: edit # full')),
  all(plan('id: a\nprofile: !!str full')),
  all(plan('id: a\nprofile: *x')),
  all(plan('id: &x full\nprofile: *x')),
  all(plan('id: a\n<<: {profile: full}')),
  all(plan('{id: a, profile: full}')),
  all(plan('id: a\n"prof\\u0069le": full')),
  all(plan('id: a\nPROFILE: full')),
  all(plan('id: a\n profile: full')),
  all(plan('id: a\nprofile: edit\n  full')),
  all(plan('id: a\nmodel: root')),
  all(plan('id: a\nmodel: null')),
  all(plan('id: a\nmodel: ~')),
  all(plan('id: a\nmodel:')),
  all(plan('id: a\nmodel: "root"')),
  all(plan('id: a\nunknown: x')),
  all(plan('profile: edit')),
  all(plan('id: a'), ' --profile full'),
  all(plan('id: a'), ' --model root'),
  all(plan('id: a\nprofile: edit'), ' --profile full'),
  all(plan('id: a'), ' b'),
  all(`${plan('id: a\nprofile: edit')}\n${plan('id: b\nprofile: full')}`),
  all(`${plan('id: a')}\n${plan('id: b\nmodel: root')}`),
  all(`${plan('id: a')}\n---\nid: b`),
  all(plan('id: a', '- [ ] x\n\n---\n\nid: b\nprofile: full')),
  all(plan('id: a', 'profile: full')),
  all(plan('id: a', '  "profile" : full')),
  all(plan('id: a', '--- \nid: b\n---')),
  all(plan('id: a', '---yaml\nid: b')),
  all(plan('id: a', '----')),
  all(plan('id: a', '...\nid: b')),
  all(plan('id: a', '- x\u2028---\u2028id: b\u2028profile: full\u2028---')),
  all(`\ufeff${plan('id: a')}`),
]

const MODES = ['default', 'acceptEdits', 'dontAsk', 'bypassPermissions', 'auto', 'plan']

describe.for(MODES)('in mode %s', (mode) => {
  test.for(ALWAYS)('allows %j', (command) => expect(allows(command, mode)).toBe(true))
  test.for(NEVER)('leaves %j to the person', (command) => expect(allows(command, mode)).toBe(false))
  test.for(EDITING)('allows up to edit, but not in plan mode: %j', (command) => {
    expect(allows(command, mode)).toBe(mode !== 'plan')
  })
})

test('plan mode wants read-only to be said, whatever the model asks for', () => {
  expect(allows(one('a --model reader'), 'plan')).toBe(false)
  expect(allows(all(plan('id: a\nmodel: reader')), 'plan')).toBe(false)
  expect(allows(all(plan('id: a'), ' --profile read-only'), 'plan')).toBe(false)
  expect(allows('dispatch retry reader --model opus', 'plan')).toBe(false)
  expect(allows('dispatch retry editor --profile read-only', 'plan')).toBe(true)
})

test('a default model of profile full is left to the person unless less is said', () => {
  expect(allows(one('a'), 'default', fullByDefault)).toBe(false)
  expect(allows(one('a --profile edit'), 'default', fullByDefault)).toBe(true)
  expect(allows(one('a --model reader'), 'default', fullByDefault)).toBe(true)
  expect(allows(all(plan('id: a')), 'default', fullByDefault)).toBe(false)
  expect(allows(all(plan('id: a'), ' --model reader'), 'default', fullByDefault)).toBe(false)
})

test('no fact is looked up for a verb that needs none', () => {
  const refuse = () => expect.fail('looked up')
  const none: Facts = {
    profileOf: refuse,
    modelOf: refuse,
    profileOfModel: refuse,
    isUncontained: () => false,
    runApproved: refuse,
  }
  for (const command of [
    'dispatch status a',
    'dispatch tick 1',
    one('a --profile edit'),
    'dispatch retry a/b',
  ])
    allows(command, 'default', none)
})

describe('preToolUse', () => {
  const call = { tool_name: 'Bash', tool_input: { command: 'dispatch status' }, permission_mode: 'default' }

  test('prints what Claude Code wants to read', () => {
    expect(preToolUse(call, facts)).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'allow',
        permissionDecisionReason: 'one literal dispatch verb',
      },
    })
  })

  test.for<unknown>([
    undefined,
    null,
    'dispatch status',
    [],
    {},
    { ...call, tool_name: 'Write' },
    { ...call, tool_name: undefined },
    { ...call, tool_input: null },
    { ...call, tool_input: { command: ['dispatch', 'status'] } },
    { ...call, tool_input: { command: 'dispatch land a' } },
    { ...call, tool_input: { command: 'dispatch status', dangerouslyDisableSandbox: true } },
  ])('prints nothing for %j', (input) => {
    expect(preToolUse(input, facts)).toBeUndefined()
  })
})

describe('a model that nothing contains', () => {
  test.each([
    [one('x --model script'), false],
    [one('x --model script --profile read-only'), false],
    [one('x --model reader --profile read-only'), true],
    [all(plan('id: x\nmodel: script\nprofile: read-only')), false],
    [all(plan('id: x\nprofile: read-only'), ' --model script'), false],
    ['dispatch retry scripted', false],
    ['dispatch retry scripted --profile read-only', false],
    ['dispatch retry scripted --model reader', true],
    ['dispatch retry reader --model script --profile read-only', false],
    ['dispatch resume scripted', false],
    ['dispatch answer scripted yes', true],
  ])('%s', (command, allowed) => expect(allows(command)).toBe(allowed))
})

describe('an answer in plan mode', () => {
  test.each([
    ['reader', true],
    ['editor', false],
    ['root', false],
    ['scripted', false],
    ['unknown', true],
  ])('to a task of the profile of %s', (id, allowed) => {
    expect(allows(`dispatch answer ${id} yes`, 'plan')).toBe(allowed)
  })
})
