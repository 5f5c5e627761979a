/** The pre-launch sweep of the examples: five tasks in one call, three worktrees, three models, one lead that idles. */
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { CURRENT, claudeBinary } from './install.ts'
import { lead } from './lead.ts'
import { say, sequence } from './script.ts'
import { type Stage, stage } from './stage.ts'
import { ask, deliver, item, simple } from './worker.ts'

const REQUEST = `we launch Thursday, need a full pre-launch sweep: 1) security audit the auth flow and the stripe payment integration. use opus, do it in a worktree 2) performance. sonnet in a worktree 3) frontend audit. dispatch sonnet 4) generate OpenAPI specs for every endpoint that's missing one. use gemini 5) error handling audit. sonnet, worktree. ask me if anything is unclear. security is highest priority`

const task = (id: string, keys: string, work: string) => `---
id: ${id}
${keys}
---
# ${id}
- [ ] ${work}
- [ ] Write findings to .dispatch/tasks/${id}/output.md
`
const PLANS = [
  task(
    'security-audit',
    'model: opus\nworktree: true\nprofile: read-only\npriority: high',
    'Audit the Stripe integration',
  ),
  task('perf-audit', 'model: sonnet\nworktree: true\nprofile: read-only', 'Find N+1 queries'),
  task('frontend-audit', 'model: sonnet\nprofile: read-only', 'Run the accessibility audit'),
  task('api-docs', 'model: gemini', 'Generate specs for /auth'),
  task('error-handling', 'model: sonnet\nworktree: true\nprofile: read-only', 'Scan for uncaught exceptions'),
].join('')

const CRITICAL = 'Stripe webhook signature verification is disabled in production config. Halt and escalate?'
const FOUND: Record<string, string> = {
  'security-audit': '1 CRITICAL: Stripe signature verification is disabled.',
  'perf-audit': '3 N+1 queries in /orders, 2 missing indexes.',
  'frontend-audit': '11 accessibility issues, bundle 340 kB.',
  'api-docs': 'OpenAPI specs for 8 endpoints.',
  'error-handling': '5 uncaught exception paths.',
}
const summaryOf = (id: string) => FOUND[id] ?? ''

/** `opus` and `sonnet` are Claude Code's, `gemini` is a program of the user's own. */
function models(play: Stage): void {
  play.worker(
    'gemini-cli',
    `dispatch tick 1\necho '${summaryOf('api-docs')}' > .dispatch/tasks/api-docs/output.md\ndispatch tick 2`,
  )
  play.config(
    'models:\n  opus: { backend: claude, id: opus }\n  sonnet: { backend: claude, id: sonnet }\n  gemini: { backend: gemini-cli, profile: edit }\n',
  )
}

describe(`claude ${CURRENT}`, () => {
  test.skipIf(claudeBinary(CURRENT) === undefined)('plays the sweep', async () => {
    const claudes = ['perf-audit', 'frontend-audit', 'error-handling']
    const play = await stage({
      version: CURRENT,
      lead: lead({ sweep: PLANS }),
      workers: {
        ...Object.fromEntries(claudes.map((id) => [id, simple(id, summaryOf(id))])),
        'security-audit': sequence(
          item(1),
          ask(CRITICAL),
          deliver('security-audit', 2, summaryOf('security-audit')),
          say('Finished.'),
        ),
      },
    })
    models(play)
    const screen = await play.interactive(['--permission-mode', 'default'])
    await screen.say(`/dispatch ${REQUEST}`)
    await screen.waitFor(/security-audit asks 001: Stripe webhook signature/, 60_000)

    const start = play.asLead()[1]?.turn.results.split('\n') ?? []
    expect(start).toEqual([
      expect.stringMatching(
        /^security-audit: opus \(claude\), worktree dispatch\/security-audit, 2 items, running$/,
      ),
      expect.stringMatching(
        /^perf-audit: sonnet \(claude\), worktree dispatch\/perf-audit, 2 items, running$/,
      ),
      expect.stringMatching(/^frontend-audit: sonnet \(claude\), no worktree, 2 items, running$/),
      expect.stringMatching(/^api-docs: gemini \(command\), no worktree, 2 items, (running|done)$/),
      expect.stringMatching(
        /^error-handling: sonnet \(claude\), worktree dispatch\/error-handling, 2 items, running$/,
      ),
      'You will be told; stop here.',
      expect.stringContaining('api-docs: gemini is a command of your own'),
    ])
    await play.leadRests()
    await screen.say('Yes, halt the launch. Flag it in your report as CRITICAL BLOCKER.')
    for (const id of Object.keys(FOUND)) await screen.waitFor(new RegExp(`${id} is complete: `), 60_000)
    const shown = await screen.screen(true)
    for (const found of Object.values(FOUND)) expect(shown).toContain(`is complete: ${found}`)

    const tasks = await play.tasks()
    expect(tasks.map(({ state }) => state)).toEqual(Array(5).fill('done'))
    expect(
      tasks
        .filter(({ worktree }) => worktree !== null)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['error-handling', 'perf-audit', 'security-audit'])
    const model = (id: string) => play.asWorker(id)[0]?.turn.model
    expect([model('security-audit'), model('perf-audit')]).toEqual([
      expect.stringContaining('opus'),
      expect.stringContaining('sonnet'),
    ])
    // Each event was told once, whatever came together.
    const told = play
      .asLead()
      .map(({ turn }) => turn.last)
      .filter((text) => text.includes('<event>'))
    for (const id of Object.keys(FOUND))
      expect(
        told.filter((text) => text.includes(`${id} done: `)),
        id,
      ).toHaveLength(1)
    expect(told.filter((text) => text.includes('asks 001'))).toHaveLength(1)
  })

  test.skipIf(claudeBinary(CURRENT) === undefined)(
    'hears in one notice of what is due together',
    async () => {
      const ids = ['perf-audit', 'frontend-audit', 'error-handling']
      const play = await stage({
        version: CURRENT,
        lead: lead({ all: ids.map((id) => task(id, 'model: works', 'Look')).join('') }),
      })
      play.trusted(
        'works',
        'until [ -e "$WORLD/go" ]; do sleep 0.1; done\ndispatch tick 1; dispatch tick 2; echo Fine. > .dispatch/tasks/$DISPATCH_TASK/output.md',
      )
      const screen = await play.interactive(['--permission-mode', 'default'])
      await screen.say('/dispatch look at it all')
      await screen.waitFor(/Dispatched:/)
      await play.process(['touch', `${play.folder}/go`]).ended
      for (const id of ids) await screen.waitFor(new RegExp(`${id} is complete: Fine`), 20_000)
      await until(() => play.asLead().length >= 3)
      expect(play.asLead()).toHaveLength(3)
    },
  )
})
