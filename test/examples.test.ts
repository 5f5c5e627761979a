/**
 * The scenes that the requirement documents show to users, each played on the real runtime through its command line.
 * Most workers are the embedded demo worker; where real work or a stubborn worker is the point, it is a shell script.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { until } from './support/until.ts'
import { type World, world } from './support/world.ts'

const MODELS = `models:
  opus: { backend: demo }
  sonnet: { backend: demo }
  gemini: { backend: demo }
`

function stage(more = ''): World {
  const made = world()
  made.config(MODELS + more)
  return made
}

const read = (w: World, id: string, ...names: string[]) => readFileSync(w.path(id, ...names), 'utf8')
const report = (id: string) => `.dispatch/tasks/${id}/output.md`
/** Blocks as the lead does, and gives its lines. */
const heard = async (w: World, ...ids: string[]) =>
  (await w.ok(['wait', ...ids, '--timeout', '30s'])).trimEnd().split('\n')
/** Until all have ended; every line that was heard. */
async function ends(w: World, count: number): Promise<string[]> {
  const lines: string[] = []
  while (lines.length < count) lines.push(...(await heard(w)))
  return lines.sort()
}
const marks = async (w: World, id: string) =>
  (await w.ok(['status', id])).split('\n').filter((line) => /^ {2}[✓⋯○?!] /u.test(line))

/** The beginning of a worker in shell; what its verbs print is not its last message. */
const SHELL = 'cat >/dev/null\nset -eu\ndo_() { dispatch "$@" >/dev/null; }\n'

describe('a typo', { timeout: 30_000 }, () => {
  it('is one item and one commit', async () => {
    const w = stage()
    writeFileSync(join(w.repo, 'README.md'), 'You recieve mail.\n')
    w.git('add', 'README.md')
    w.git('commit', '-q', '-m', 'Readme')
    w.worker(
      'fixer',
      `${SHELL}do_ begin 1
sed 's/recieve/receive/' README.md >README.new && mv README.new README.md
git -c user.name=W -c user.email=w@example.com commit -q -a -m 'Spell "receive" right'
do_ tick 1 "commit $(git rev-parse --short HEAD)"
echo 'Fixed and committed.'`,
    )
    const plan = '# Fix a typo\n\n- [ ] Fix "recieve" → "receive" in README.md:1 and commit\n'
    expect(await w.ok(['start', 'fix-typo', '--model', 'fixer'], { input: plan })).toMatch(
      /^fix-typo: fixer \(command\), no worktree, 1 item, running/,
    )
    expect(await heard(w)).toEqual(['fix-typo done: Fixed and committed. — dispatch output fix-typo'])
    expect(readFileSync(join(w.repo, 'README.md'), 'utf8')).toBe('You receive mail.\n')
    const commit = w.git('rev-parse', '--short', 'HEAD').trim()
    expect(w.git('show', '--stat', '--format=%s', 'HEAD')).toMatch(/^Spell "receive" right\n\n README.md \|/)
    expect(read(w, 'fix-typo', 'plan.md')).toBe(
      plan.replace('[ ]', '[x]').replace(/commit\n$/, `commit — commit ${commit}\n`),
    )
    expect(await w.ok(['output', 'fix-typo'])).toBe('Fixed and committed.\n')
  })
})

describe('a security audit in a worktree', { timeout: 60_000 }, () => {
  const PLAN = `# Security audit

- [ ] Look for secrets that were committed
- [ ] Read how somebody is signed in
- [ ] Look for SQL that is put together from text
- [ ] Check what is taken from outside
- [ ] Compare dependencies with known holes
- [ ] Check CORS and CSP
- [ ] Write the findings to ${report('security-audit')}

## Context
demo: pace 0
demo: item 1 notes found 2, config.ts:14 and api/client.ts:8
demo: item 4 asks auth.ts:42 logs e-mail addresses at INFO. Is that a finding?
demo: summary 4 findings: 1 CRITICAL, 2 HIGH, 1 MEDIUM.
demo: finds CRITICAL: keys in config.ts:14
`

  it('asks, hears the answer, and goes on where it was', async () => {
    const w = stage()
    expect(await w.ok(['start', 'security-audit', '--model', 'opus', '--worktree'], { input: PLAN })).toMatch(
      /^security-audit: opus \(demo\), worktree dispatch\/security-audit, 7 items, running/,
    )
    expect(await heard(w)).toEqual([
      'security-audit asks 001: auth.ts:42 logs e-mail addresses at INFO. Is that a finding? — dispatch answer security-audit 001',
    ])
    expect(read(w, 'security-audit', 'plan.md').split('\n').slice(2, 9)).toEqual([
      '- [x] Look for secrets that were committed — found 2, config.ts:14 and api/client.ts:8',
      '- [x] Read how somebody is signed in — played by the demo worker',
      '- [x] Look for SQL that is put together from text — played by the demo worker',
      expect.stringMatching(/^- \[~\] Check what is taken from outside( \(in progress\))?$/),
      '- [ ] Compare dependencies with known holes',
      '- [ ] Check CORS and CSP',
      `- [ ] Write the findings to ${report('security-audit')}`,
    ])
    expect(await marks(w, 'security-audit')).toEqual([
      '  ✓ Look for secrets that were committed — found 2, config.ts:14 and api/client.ts:8',
      '  ✓ Read how somebody is signed in — played by the demo worker',
      '  ✓ Look for SQL that is put together from text — played by the demo worker',
      '  ⋯ Check what is taken from outside (in progress)',
      '  ○ Compare dependencies with known holes',
      '  ○ Check CORS and CSP',
      `  ○ Write the findings to ${report('security-audit')}`,
    ])
    expect(await w.ok(['status'])).toMatch(
      /^● security-audit \(opus, worktree\) — 3\/7 items {2}asking {2}asks 001: auth\.ts:42/,
    )
    const before = await w.task('security-audit')
    expect(before).toMatchObject({ state: 'asking', attempt: 1, question: { number: 1 } })

    expect(await w.ok(['answer', 'security-audit', 'Yes. No personal data at INFO.'])).toMatch(
      /^Answered security-audit 001/,
    )
    expect(await heard(w)).toEqual([
      'security-audit done: 4 findings: 1 CRITICAL, 2 HIGH, 1 MEDIUM. — dispatch output security-audit',
    ])
    const after = await w.task('security-audit')
    expect(after).toMatchObject({
      state: 'done',
      attempt: 1,
      started_at: before.started_at,
      items: { done: 7, total: 7 },
    })
    expect(readdirSync(w.path('security-audit', 'attempts'))).toEqual(['001']) // the very same worker went on
    expect(read(w, 'security-audit', 'plan.md')).toContain(
      '- [x] Check what is taken from outside — answered: Yes. No personal data at INFO.\n',
    )
    expect(await w.ok(['output', 'security-audit'])).toMatch(
      /^4 findings[\s\S]*- CRITICAL: keys in config\.ts:14/,
    )
    expect(existsSync(join(w.root, 'tasks/security-audit/output.md'))).toBe(true)
    expect(after.worktree).not.toContain(w.repo)
    expect(w.git('worktree', 'list')).toContain('[dispatch/security-audit]')
  })
})

describe('a refactoring', { timeout: 30_000 }, () => {
  it('is gone through item by item', async () => {
    const w = stage()
    const steps = [
      'Read how sessions work',
      'Add the library',
      'Sign and verify',
      'Change the login',
      'Change the middleware',
      'Change the logout',
      'Write the migration guide',
      'Change the tests',
    ]
    const items = [...steps, `Write a summary to ${report('auth-refactor')}`]
    const plan = `# From sessions to JWT\n\n${items.map((item) => `- [ ] ${item}\n`).join('')}
## Context
demo: pace 0
demo: item 1 notes express-session — with Redis behind it
demo: item 6 notes the client forgets its token
demo: summary JWT in the place of sessions, all tests changed.
`
    expect(await w.ok(['start', 'auth-refactor', '--model', 'sonnet'], { input: plan })).toMatch(
      /no worktree, 9 items, running/,
    )
    expect(await heard(w)).toEqual([
      'auth-refactor done: JWT in the place of sessions, all tests changed. — dispatch output auth-refactor',
    ])
    const lines = read(w, 'auth-refactor', 'plan.md')
      .split('\n')
      .filter((line) => line.startsWith('- ['))
    expect(lines.map((line) => line.split(' — ')[0])).toEqual(items.map((item) => `- [x] ${item}`))
    expect(lines[0]).toBe('- [x] Read how sessions work — express-session — with Redis behind it')
    expect(await w.ok(['status'])).toMatch(
      /^● auth-refactor \(sonnet\) — 9\/9 items {2}done {2}JWT in the place/,
    )
  })
})

describe('the sweep before a launch', { timeout: 90_000 }, () => {
  const task = (id: string, keys: string, items: string[], script: string) =>
    `---\nid: ${id}\n${keys}\n---\n# ${id}\n\n${items.map((item) => `- [ ] ${item}\n`).join('')}
## Context\ndemo: pace 0\n${script}\n`
  const SWEEP = [
    task(
      'perf-audit',
      'model: sonnet\nworktree: true',
      ['Put load on five endpoints', `Write ${report('perf-audit')}`],
      'demo: summary 3 slow queries, 2 indexes missing.',
    ),
    task(
      'frontend-audit',
      'model: sonnet',
      ['Walk through the pages', `Write ${report('frontend-audit')}`],
      'demo: summary 11 violations.',
    ),
    task(
      'api-docs',
      'model: gemini',
      ['Describe what is not described'],
      'demo: summary 8 endpoints described.',
    ),
    task(
      'error-handling',
      'model: sonnet\nworktree: true\npriority: low',
      ['Find what nobody catches', `Write ${report('error-handling')}`],
      'demo: summary 5 paths.',
    ),
    task(
      'security-audit',
      'model: opus\nworktree: true\npriority: high',
      ['Read the webhook', `Write ${report('security-audit')}`],
      'demo: item 1 asks Signatures are not verified. Halt?\ndemo: summary 1 CRITICAL.',
    ),
  ].join('')

  it('runs five side by side, and tells of a critical finding at once', async () => {
    const w = stage()
    const said = await w.ok(['start', '--all'], { input: SWEEP })
    expect(
      said
        .split('\n')
        .slice(0, 5)
        .map((line) => line.replace(/, (?:running|asking|done)$/, '')),
    ).toEqual([
      'perf-audit: sonnet (demo), worktree dispatch/perf-audit, 2 items',
      'frontend-audit: sonnet (demo), no worktree, 2 items',
      'api-docs: gemini (demo), no worktree, 1 item',
      'error-handling: sonnet (demo), worktree dispatch/error-handling, 2 items',
      'security-audit: opus (demo), worktree dispatch/security-audit, 2 items',
    ])
    expect(await heard(w, 'security-audit')).toEqual([
      'security-audit asks 001: Signatures are not verified. Halt? — dispatch answer security-audit 001',
    ])
    await w.ok(['answer', 'security-audit'], { input: 'Yes, halt. CRITICAL BLOCKER.' })
    expect(await ends(w, 5)).toEqual([
      'api-docs done: 8 endpoints described. — dispatch output api-docs',
      'error-handling done: 5 paths. — dispatch output error-handling',
      'frontend-audit done: 11 violations. — dispatch output frontend-audit',
      'perf-audit done: 3 slow queries, 2 indexes missing. — dispatch output perf-audit',
      'security-audit done: 1 CRITICAL. — dispatch output security-audit',
    ])
    expect((await w.ok(['status'])).split('\n')).toEqual([
      '● api-docs (gemini) — 1/1 items                  done  8 endpoints described.',
      '● error-handling (sonnet, worktree) — 2/2 items  done  5 paths.',
      '● frontend-audit (sonnet) — 2/2 items            done  11 violations.',
      '● perf-audit (sonnet, worktree) — 2/2 items      done  3 slow queries, 2 indexes missing.',
      '● security-audit (opus, worktree) — 2/2 items    done  1 CRITICAL.',
      '',
    ])
    const tasks = await w.tasks()
    expect(tasks.map(({ model, worktree }) => [model, worktree !== null])).toEqual([
      ['gemini', false],
      ['sonnet', true],
      ['sonnet', false],
      ['sonnet', true],
      ['opus', true],
    ])
    expect(new Set(tasks.map(({ worktree }) => worktree)).size).toBe(4) // three, and none
    expect(read(w, 'security-audit', 'plan.md')).toContain(
      '- [x] Read the webhook — answered: Yes, halt. CRITICAL BLOCKER.',
    )
  })

  it('begins with the most urgent where there is room for one, and ends with the least', async () => {
    const w = stage('limits: { parallel: 1 }\n')
    const states = (await w.ok(['start', '--all'], { input: SWEEP.replace(/demo: item 1 asks.*\n/, '') }))
      .split('\n')
      .slice(0, 5)
      .map((line) => /^([a-z-]+):.* (running|queued)/.exec(line)?.slice(1).join(' '))
    expect(states).toEqual([
      'perf-audit queued',
      'frontend-audit queued',
      'api-docs queued',
      'error-handling queued',
      'security-audit running',
    ])
    await ends(w, 5)
    // Times of start are whole seconds, and several fall into one: the launch is known to the millisecond.
    const launched = (id: string) =>
      /^created: "?([^"\n]+)/m.exec(read(w, id, 'attempts/001/launch.yaml'))?.[1] ?? ''
    const order = (await w.tasks())
      .sort((a, b) => launched(a.id).localeCompare(launched(b.id)))
      .map(({ id, state }) => `${id} ${state}`)
    expect(order[0]).toBe('security-audit done')
    expect(order[4]).toBe('error-handling done')
  })
})

describe('stages that build on each other', { timeout: 60_000 }, () => {
  it('a later task waits for an earlier one and reads what it wrote, also from a worktree', async () => {
    const w = stage()
    const builder = `${SHELL}do_ begin 1
mkdir -p src
sed -n 's/^- \\(.*\\)/export const pattern = "\\1"/p' ${report('payment-research')} | head -n 1 >src/payment.ts
git add src && git -c user.name=W -c user.email=w@example.com commit -q -m 'Payment module'
do_ tick 1 "src/payment.ts"
printf 'Built with: %s\\n' "$(sed -n 's/^- //p' ${report('payment-research')} | head -n 1)" >.dispatch/tasks/$DISPATCH_TASK/output.md`
    w.worker('builder', builder)
    w.config(MODELS)
    const research = `# Payment research\n\n- [ ] Compare patterns\n- [ ] Write a proposal to ${report('payment-research')}
## Context\ndemo: pace 300\ndemo: summary One pattern fits.\ndemo: finds a factory for each provider\n`
    await w.ok(['start', 'payment-research', '--model', 'opus'], { input: research })
    expect(
      await w.ok(
        ['start', 'payment-build', '--model', 'builder', '--worktree', '--after', 'payment-research'],
        {
          input: `# Payment module\n\n- [ ] Build it as ${report('payment-research')} proposes\n`,
        },
      ),
    ).toMatch(/^payment-build: builder \(command\), worktree, 1 item, queued after payment-research/)
    expect(
      await w.ok(['start', 'payment-tests', '--model', 'sonnet', '--after', 'payment-build'], {
        input: '# Payment tests\n\n- [ ] Write tests\n\n## Context\ndemo: pace 0\ndemo: summary 12 tests.\n',
      }),
    ).toMatch(/queued after payment-build/)
    expect(await ends(w, 3)).toEqual([
      'payment-build done: Built with: a factory for each provider — dispatch output payment-build',
      'payment-research done: One pattern fits. — dispatch output payment-research',
      'payment-tests done: 12 tests. — dispatch output payment-tests',
    ])
    expect(w.git('show', 'dispatch/payment-build:src/payment.ts')).toBe(
      'export const pattern = "a factory for each provider"\n',
    )
    expect(existsSync(join(w.repo, 'src'))).toBe(false)
    expect((await w.task('payment-build')).commits).toHaveLength(1)
  })
})

describe('a worker that cannot go on', { timeout: 60_000 }, () => {
  const QUESTION = 'There are JWT and sessions. Which one counts?'
  const ANSWER = 'JWT: `sessions` go away, "soon" — $1.'

  it('marks the item, leaves its context, and is gone on with from there', async () => {
    const w = stage()
    w.worker(
      'reviewer',
      `${SHELL}case $DISPATCH_ATTEMPT in
001)
  do_ begin 1; do_ tick 1 'found 2'
  do_ begin 2
  echo 'auth/ is read, middleware/ is not.' >.dispatch/tasks/$DISPATCH_TASK/context.md
  do_ block 2 '${QUESTION}' ;;
*)
  do_ begin 2; do_ tick 2 'JWT is fine'
  do_ begin 3; echo 'All is fine.' >.dispatch/tasks/$DISPATCH_TASK/output.md; do_ tick 3 ;;
esac`,
    )
    const plan = `# Security review\n\n- [ ] Look for secrets\n- [ ] Read the sign-in\n- [ ] Write ${report('security-review')}\n`
    await w.ok(['start', 'security-review', '--model', 'reviewer'], { input: plan })
    expect(await heard(w)).toEqual([
      expect.stringMatching(
        /^security-review blocked: item 2: There are JWT and sessions\. Which one counts\?.* — dispatch status security-review$/,
      ),
    ])
    expect(read(w, 'security-review', 'plan.md').split('\n').slice(2)).toEqual([
      '- [x] Look for secrets — found 2',
      '- [?] Read the sign-in',
      `> **Blocker:** ${QUESTION}`,
      `- [ ] Write ${report('security-review')}`,
      '',
    ])
    expect((await w.ok(['status', 'security-review'])).split('\n').slice(0, 5)).toEqual([
      '● security-review (reviewer) — 1/3 items  blocked',
      '  ✓ Look for secrets — found 2',
      '  ? Read the sign-in',
      `    > ${QUESTION}`,
      `  ○ Write ${report('security-review')}`,
    ])

    await w.ok(['resume', 'security-review', '--answer', ANSWER])
    expect(await heard(w)).toEqual(['security-review done: All is fine. — dispatch output security-review'])
    const prompt = read(w, 'security-review', 'attempts', '002', 'prompt.md')
    expect(prompt).toContain('auth/ is read, middleware/ is not.')
    expect(prompt).toContain(ANSWER)
    expect(prompt).toMatch(
      /1 \[x\] Look for secrets — found 2\n2 \[\?\] Read the sign-in — There are JWT and sessions/,
    )
    expect(read(w, 'security-review', 'plan.md')).toContain('- [x] Read the sign-in — JWT is fine\n')
    expect(await w.task('security-review')).toMatchObject({ state: 'done', attempt: 2, items: { done: 3 } })
  })

  it.each([
    ['answer', (w: World) => w.ok(['answer', 'audit', '-'], { input: ANSWER })],
    ['resume --answer', (w: World) => w.ok(['resume', 'audit', '--answer', ANSWER])],
  ])('leaves when nobody answers, and is brought back by `%s`', async (_, give) => {
    const w = stage('limits: { ask_timeout: 200ms }\n')
    const plan = `# Audit\n\n- [ ] One\n- [ ] Two\n- [ ] Three\n\n## Context\ndemo: pace 0\ndemo: item 2 asks ${QUESTION}\n`
    await w.ok(['start', 'audit', '--model', 'opus'], { input: plan })
    await until(async () => (await w.task('audit')).state === 'parked', 'it did not park')
    expect(await heard(w)).toEqual([`audit asks 001: ${QUESTION} — dispatch answer audit 001`])
    expect(read(w, 'audit', 'context.md')).toContain('stopped at item 2')
    await give(w)
    expect(await heard(w)).toEqual([expect.stringMatching(/^audit done: /)])
    const prompt = read(w, 'audit', 'attempts', '002', 'prompt.md')
    expect(prompt).toContain('stopped at item 2')
    expect(prompt).toContain(`> ${QUESTION}\n\nThe answer:\n\n${ANSWER}`)
    expect(read(w, 'audit', 'plan.md')).toContain(`- [x] Two — answered: ${ANSWER}\n`)
    expect(existsSync(w.path('audit', 'ipc', '001.done'))).toBe(true)
    expect(await w.task('audit')).toMatchObject({ state: 'done', attempt: 2 })
  })
})

describe('a worker that knows nothing but the files', { timeout: 30_000 }, () => {
  it('edits its plan, asks and hears by hand', async () => {
    const w = stage()
    w.worker(
      'by-hand',
      `${SHELL}cd .dispatch/tasks/hand-made
edit() { sed "$1" plan.md >plan.new && mv plan.new plan.md; }
edit 's/^- \\[ \\] Read it$/- [x] Read it — 3 files/'
edit 's/^- \\[ \\] Decide$/- [ ] Decide (in progress)/'
echo 'Left or right?' >ipc/001.question.tmp
mv ipc/001.question.tmp ipc/001.question
while [ ! -f ipc/001.answer ]; do sleep 0.05; done
answer=$(cat ipc/001.answer)
: >ipc/001.done
edit "s/^- \\[ \\] Decide (in progress)$/- [x] Decide — $answer/"
echo "It went $answer." >output.md
: >ipc/.done`,
    )
    await w.start('hand-made', 'by-hand', ['Read it', 'Decide'])
    expect(await heard(w)).toEqual(['hand-made asks 001: Left or right? — dispatch answer hand-made 001'])
    expect(await marks(w, 'hand-made')).toEqual(['  ✓ Read it — 3 files', '  ⋯ Decide (in progress)'])
    expect(await w.ok(['status'])).toMatch(
      /^● hand-made \(by-hand\) — 1\/2 items {2}asking {2}asks 001: Left or right\?/,
    )
    await w.ok(['answer', 'hand-made', 'left'])
    expect(await heard(w)).toEqual(['hand-made done: It went left. — dispatch output hand-made'])
    expect(read(w, 'hand-made', 'plan.md')).toBe(
      '# hand-made\n\n- [x] Read it — 3 files\n- [x] Decide — left\n',
    )
    expect(await w.task('hand-made')).toMatchObject({ state: 'done', attempt: 1, question: null })
  })
})
