/** The lead's session ends, its workers do not: what the next session in the repository is told. */
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { claudeBinary, VERSIONS } from './install.ts'
import { lead } from './lead.ts'
import { type Script, say, sequence } from './script.ts'
import { type Stage, stage } from './stage.ts'
import { ask, deliver, item, simple } from './worker.ts'

const plan = (id: string) => `---
id: ${id}
model: sonnet
---
# Look at ${id}
- [ ] Look
- [ ] Write .dispatch/tasks/${id}/output.md
`

const GREETING = /SessionStart hook additional context: (dispatch: .*)/

/** What the newest session of the lead was told at its start. */
const greeted = (play: Stage) =>
  play
    .asLead()
    .map(({ turn }) => GREETING.exec(turn.last)?.[1])
    .filter((text) => text !== undefined)

describe.for(VERSIONS)('claude %s', (version) => {
  test.skipIf(claudeBinary(version) === undefined)(
    'knows after a restart what runs, waits and ended',
    async () => {
      const gates = { quick: gate(), slow: gate() }
      const after =
        (opened: Promise<void>, script: Script): Script =>
        async (turn) => {
          await opened
          return script(turn)
        }
      const play = await stage({
        version,
        lead: lead({ everything: `${plan('quick')}${plan('slow')}${plan('asker')}` }),
        workers: {
          quick: after(gates.quick.opened, simple('quick', 'Nothing to mend.')),
          slow: after(gates.slow.opened, simple('slow', 'It took a while.')),
          asker: sequence(
            item(1),
            ask('Which one counts?'),
            deliver('asker', 2, 'Settled.'),
            say('Finished.'),
          ),
        },
      })
      const mode = ['--permission-mode', 'default']
      const first = await play.interactive(mode)
      await first.say('/dispatch look at everything')
      await first.waitFor(/asker asks 001: Which one counts\?/, 30_000)
      const { session } = play.asLead()[0]?.turn ?? { session: '' }
      await first.close()
      gates.quick.open()
      await until(async () => (await play.task('quick')).state === 'done', undefined, 20_000)

      const second = await play.interactive(mode)
      await second.say('Good morning.')
      await second.waitFor(/asker asks 001: Which one counts\?/, 20_000)
      expect(greeted(play)).toEqual([
        'dispatch: 1 running (slow) · asker asks 001: Which one counts? — dispatch answer asker 001 · quick done: Nothing to mend. — dispatch output quick. Run `dispatch wait` in the background (timeout 7200000) to be told.',
      ])
      await play.leadRests()
      await second.say('The second one.')
      await second.waitFor(/asker is complete: Settled\./, 30_000)
      await second.close()
      gates.slow.open()
      await until(async () => (await play.task('slow')).state === 'done', undefined, 20_000)

      // The first session, which was told of the question only, goes on: it learns of all the ends.
      const third = await play.interactive([...mode, '--resume', session])
      await third.say('And now?')
      await third.waitFor(/slow is complete: It took a while\./, 20_000)
      expect(greeted(play)[1]).toBe(
        'dispatch: slow done: It took a while. — dispatch output slow · asker done: Settled. — dispatch output asker · quick done: Nothing to mend. — dispatch output quick.',
      )
      expect(play.asLead().at(-1)?.turn).toMatchObject({ session })
    },
  )
})

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
