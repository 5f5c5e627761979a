/** A worker's question: shown by the lead, answered by the person, passed on, and the worker goes on with it. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { claudeBinary, VERSIONS } from './install.ts'
import { lead } from './lead.ts'
import { bash, say, sequence } from './script.ts'
import { stage } from './stage.ts'
import { ask, deliver, item } from './worker.ts'

const PLAN = `---
id: audit
model: opus
profile: read-only
---
# Audit the logging
- [ ] Read auth.ts
- [ ] Write findings to .dispatch/tasks/audit/output.md`

const QUESTION = 'INFO-level logging of user emails in auth.ts:42: should I flag it?'
/** Everything that a shell would look at twice. */
const ANSWER = `Yes, flag "it" as \`critical\`; it's $(echo PII) and \${HOME} \\ no <b> & | more!

  second line: 🚩 — naïve`

describe.for(VERSIONS)('claude %s', (version) => {
  const it = test.skipIf(claudeBinary(version) === undefined)

  it('is relayed on the screen, and the answer arrives byte for byte in the same conversation', async () => {
    const play = await stage({
      version,
      lead: lead({ audit: PLAN }),
      workers: {
        audit: sequence(
          item(1),
          ask(QUESTION),
          deliver('audit', 2, 'One issue: emails are logged at INFO level.'),
          say('Finished.'),
        ),
      },
    })
    const screen = await play.interactive(['--permission-mode', 'default'])
    await screen.say('/dispatch audit the logging. use opus')
    await screen.waitFor(/audit asks 001: INFO-level logging of user emails/, 30_000)
    expect((await play.task('audit')).state).toBe('asking')

    await play.leadRests()
    await screen.paste(ANSWER)
    await screen.enter()
    await screen.waitFor(/audit is complete: One issue: emails are logged/, 30_000)

    const worker = play.asWorker('audit')
    expect(worker[2]?.turn.results).toBe(ANSWER)
    expect(new Set(worker.map(({ turn }) => turn.session)).size).toBe(1)
    expect(readFileSync(play.path('audit', 'ipc', '001.answer'), 'utf8')).toBe(`${ANSWER}\n`)
    expect(await play.task('audit')).toMatchObject({ state: 'done', attempt: 1 })
    // Told once: neither the question nor the end comes a second time.
    const notices = play.asLead().filter(({ turn }) => turn.last.includes('<task-notification>'))
    expect(notices).toHaveLength(2)
  })

  it('outlives the worker that could not wait: the answer resumes its conversation', async () => {
    const play = await stage({
      version,
      lead: lead({ audit: PLAN }),
      workers: {
        audit: sequence(
          item(1),
          ask(QUESTION),
          bash('echo "Read auth.ts; line 42 is open." > .dispatch/tasks/audit/context.md'),
          say('I stop here.'),
          deliver('audit', 2, 'One issue: emails are logged at INFO level.'),
          say('Finished.'),
        ),
      },
    })
    play.config('limits: { ask_timeout: 2s }\n')
    const asked = await play.headless('/dispatch audit the logging. use opus')
    expect(asked.result?.result).toBe(`audit asks 001: ${QUESTION}`)
    await until(async () => (await play.task('audit')).state === 'parked')
    expect(play.asWorker('audit')[2]?.turn.results).toContain('Exit code 75')
    expect(readFileSync(play.path('audit', 'context.md'), 'utf8')).toContain('line 42 is open')

    // By its id: under -p `--continue` takes the newest conversation of the folder, which is the worker's.
    const answered = await play.headless(ANSWER, ['--resume', asked.result?.session_id ?? ''])
    expect(answered.result?.result).toContain('audit is complete: One issue')
    expect(answered.result?.permission_denials).toEqual([])

    const worker = play.asWorker('audit')
    expect(new Set(worker.map(({ turn }) => turn.session)).size).toBe(1)
    expect(worker[4]?.turn.all).toContain('You are a background worker')
    expect(worker[4]?.turn.last).toContain(`You asked:\n\n> ${QUESTION}\n\nThe answer:\n\n${ANSWER}`)
    expect(await play.task('audit')).toMatchObject({
      state: 'done',
      attempt: 2,
      items: { done: 2, total: 2 },
    })
  })
})
