/** One task from the slash command to the report, headless, with the real client as lead and as worker. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CURRENT, claudeBinary, VERSIONS } from './install.ts'
import { lead } from './lead.ts'
import { type HeadlessResult, toolResults } from './run-claude.ts'
import { bash, say } from './script.ts'
import { stage } from './stage.ts'
import { simple } from './worker.ts'

const PLAN = `---
id: typo
model: sonnet
---
# Fix the typo
- [ ] Fix "recieve" in README.md
- [ ] Write .dispatch/tasks/typo/output.md`

const denials = ({ events }: HeadlessResult) => events.flatMap((event) => event.permission_denials ?? [])

describe.for(VERSIONS)('claude %s', (version) => {
  test.skipIf(claudeBinary(version) === undefined).for(['default', 'dontAsk'])(
    'dispatches, waits in the background and reports, in permission mode %s',
    async (mode) => {
      const follow = lead({ typo: PLAN })
      const it = await stage({
        version,
        // After the notice, too, a verb needs no permission.
        lead: (turn) => (turn.results.includes('typo done: ') ? bash('dispatch output typo') : follow(turn)),
        workers: { typo: simple('typo', 'Corrected one word in README.md.') },
      })
      const run = await it.headless('/dispatch fix the typo', ['--permission-mode', mode])

      expect(run.code).toBe(0)
      expect(denials(run)).toEqual([])
      expect(toolResults(run.events).filter(({ isError }) => isError)).toEqual([])
      const results = toolResults(run.events).map(({ text }) => text)
      // The first use of all is said once, with what was written.
      expect(results[0]?.split('\n')).toEqual([
        expect.stringMatching(/^This is the first use: found claude .*; the default is claude, written to /),
        'typo: sonnet (claude), no worktree, 2 items, running',
        'To be told, run `dispatch wait` in the background (timeout 7200000) now.',
      ])
      expect(results[2]).toContain('typo done: Corrected one word in README.md. — dispatch output typo')
      expect(results[3]).toContain('# Report\n\nCorrected one word in README.md.')

      const task = await it.task('typo')
      expect(task).toMatchObject({
        state: 'done',
        backend: 'claude',
        items: { done: 2, total: 2 },
        denied: [],
      })
      const [first] = it.asWorker('typo')
      expect(first?.turn.model).toContain('sonnet')
      expect(first?.turn.session).not.toBe(it.asLead()[0]?.turn.session)
    },
  )
})

describe(`claude ${CURRENT}`, () => {
  test.skipIf(claudeBinary(CURRENT) === undefined).for(['default', 'dontAsk'])(
    'is not let through with what is more than one literal verb, in permission mode %s',
    async (mode) => {
      const smuggled = [
        'dispatch status; touch one',
        'dispatch status && touch two',
        'dispatch status $(touch three)',
        'dispatch status > four',
        'dispatch note x "`touch five`"',
      ]
      const it = await stage({
        version: CURRENT,
        lead: ({ index }) => {
          const command = ['dispatch status', ...smuggled][index]
          return command === undefined ? say('tried') : bash(command)
        },
      })
      const run = await it.headless('try', ['--permission-mode', mode])

      expect(denials(run).map(({ tool_input }) => tool_input.command)).toEqual(smuggled)
      expect(toolResults(run.events).map(({ isError }) => isError)).toEqual([
        false,
        true,
        true,
        true,
        true,
        true,
      ])
      for (const name of ['one', 'two', 'three', 'four', 'five'])
        expect(existsSync(join(it.repo, name)), name).toBe(false)
    },
  )
})
