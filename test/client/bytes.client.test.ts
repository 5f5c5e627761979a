/**
 * What dispatch puts into the lead's context, from the slash command to the reported completion: skill, calls,
 * results, notices and the lead's own words. What any conversation carries (system messages) is not counted.
 */
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { contextOf, type Entry, totals } from './context.ts'
import { CURRENT, claudeBinary } from './install.ts'
import { lead } from './lead.ts'
import { type Script, say, sequence } from './script.ts'
import { type Stage, stage } from './stage.ts'
import { ask, deliver, item } from './worker.ts'

/** Bytes; the issue's. */
const TARGETS = { one: 6000, further: 1800, question: 1400 }

/** As large as the security audit of the examples. */
const PLAN = (id: string) => `---
id: ${id}
model: opus
worktree: true
profile: read-only
---
# Security audit of ${id}
- [ ] Scan codebase for hardcoded secrets (API keys, tokens, passwords)
- [ ] Review authentication and authorization logic
- [ ] Check for SQL injection vulnerabilities
- [ ] Audit input validation and sanitization
- [ ] Review dependency versions for known CVEs
- [ ] Check CORS and CSP configurations
- [ ] Write findings report to .dispatch/tasks/${id}/output.md

## Context
Ask when something is unclear. Security is the highest priority.
`
const FOUND =
  'Found 4 issues: hardcoded API keys in config.ts:14 and api/client.ts:8 (CRITICAL), no rate limiting on /api/login (HIGH), user emails logged at INFO level in auth.ts:42 (MEDIUM), outdated dependency jsonwebtoken (HIGH).'
const QUESTION =
  'Found a critical issue: Stripe webhook signature verification is disabled in production config. Should I halt and escalate immediately?'
const ANSWER = 'Yes, halt the launch. Flag it in your report as CRITICAL BLOCKER.'

const audit = (id: string, ...more: ReturnType<typeof item>[]): Script =>
  sequence(
    item(1),
    item(2),
    item(3),
    item(4),
    item(5),
    item(6),
    ...more,
    deliver(id, 7, FOUND),
    say('Finished.'),
  )

type Mode = 'interactive' | 'headless'
const CASES = { one: ['auth'], two: ['auth', 'stripe'], question: ['auth'] }

async function measure(mode: Mode, name: keyof typeof CASES): Promise<Entry[]> {
  const ids = CASES[name]
  const play = await stage({
    version: CURRENT,
    lead: lead({ audit: ids.map(PLAN).join('') }),
    workers: Object.fromEntries(
      ids.map((id) => [id, name === 'question' ? audit(id, ask(QUESTION)) : audit(id)]),
    ),
  })
  const flags = ['--permission-mode', 'default']
  const words = '/dispatch do a security audit of this project. use opus, do it in a worktree'
  if (mode === 'headless') {
    await play.headless('Good morning.', flags)
    const run = await play.headless(words, flags)
    if (name === 'question') await play.headless(ANSWER, [...flags, '--resume', run.result?.session_id ?? ''])
  } else {
    const screen = await play.interactive(flags)
    await screen.say('Good morning.')
    await screen.waitFor(/At your service/)
    await screen.say(words)
    if (name === 'question') {
      await screen.waitFor(/auth asks 001/, 60_000)
      await play.leadRests()
      await screen.say(ANSWER)
    }
    for (const id of ids) await screen.waitFor(new RegExp(`${id} is complete: `), 60_000)
  }
  await until(async () => (await play.tasks()).every(({ state }) => state === 'done'))
  return added(play)
}

/** Since the slash command, without what the conversation before it had in the same words. */
function added(play: Stage): Entry[] {
  const before = new Set(contextOf(play.asLead().slice(0, 1)).map(({ text }) => text))
  const entries = contextOf(play.asLead())
  const start = entries.findIndex(({ text }) => text.includes('<command-name>/dispatch'))
  return entries.slice(start).filter(({ kind, text }) => kind !== 'reminder' && !before.has(text))
}

describe.for(['interactive', 'headless'] as Mode[])('%s', (mode) => {
  test.skipIf(claudeBinary(CURRENT) === undefined)(
    'the lead receives little',
    { timeout: 240_000 },
    async () => {
      const one = totals(await measure(mode, 'one'))
      const two = totals(await measure(mode, 'two'))
      const question = totals(await measure(mode, 'question'))
      const bytes = {
        one: one.bytes,
        further: two.bytes - one.bytes,
        question: question.bytes - one.bytes,
      }
      console.log(
        `${mode}: bytes in the lead's context ${JSON.stringify(bytes)} of ${JSON.stringify(TARGETS)}`,
      )
      console.log(`one task, by kind: ${JSON.stringify(one.byKind)}`)
      expect(bytes.one).toBeLessThanOrEqual(TARGETS.one)
      expect(bytes.further).toBeLessThanOrEqual(TARGETS.further)
      expect(bytes.question).toBeLessThanOrEqual(TARGETS.question)
    },
  )
})
