/** What needs no thought costs no model call: verbs that a person types are carried out and shown. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { claudeBinary, VERSIONS } from './install.ts'
import { say } from './script.ts'
import { type Stage, stage } from './stage.ts'

/** A task that asks, one that goes on for ever, one that is done. */
async function repository(version: string): Promise<Stage> {
  const play = await stage({ version, lead: () => say('The model was asked.') })
  // It does not end when it has its answer: an end would be told to the model.
  play.worker('asks', 'dispatch begin 1\ndispatch ask "Which one counts?" > "$WORLD/answer"\nexec sleep 600')
  play.worker('waits', 'dispatch begin 1\nexec sleep 600')
  play.worker('works', 'dispatch tick 1\necho "All is well." > .dispatch/tasks/ready/output.md')
  await play.start('asking', 'asks')
  await play.start('busy', 'waits')
  await play.start('ready', 'works')
  const states = { asking: 'asking', busy: 'running', ready: 'done' }
  await until(async () =>
    (await play.tasks()).every(({ id, state }) => states[id as keyof typeof states] === state),
  )
  return play
}

const TYPED: [prompt: string, shown: RegExp][] = [
  ['/dispatch:status', /asking \(asks\)[\s\S]*busy \(waits\)[\s\S]*ready \(works\)/],
  ['/dispatch status busy', /busy \(waits\)[\s\S]*One/],
  ['/dispatch output ready', /All is well\./],
  ['/dispatch:answer asking 001 The second, "as ever"', /Answered asking 001/],
  ['/dispatch:stop busy', /Stopped busy/],
]

describe.for(VERSIONS)('claude %s', (version) => {
  const it = test.skipIf(claudeBinary(version) === undefined)

  it('carries typed verbs out without a model call, headless', async () => {
    const play = await repository(version)
    for (const [prompt, shown] of TYPED) {
      const run = await play.headless(prompt)
      expect(run.stdout.replaceAll('\\n', '\n'), prompt).toMatch(shown)
    }
    expect(play.server.exchanges).toEqual([])
    await until(async () => (await play.task('asking')).state === 'running')
    expect(readFileSync(`${play.folder}/answer`, 'utf8')).toBe('The second, "as ever"')
    expect((await play.task('busy')).state).toBe('stopped')

    await play.headless('/dispatch stop logging emails')
    expect(play.server.exchanges).toHaveLength(1)
    expect(play.server.exchanges[0]?.turn.last).toContain("The user's words: stop logging emails")
  })

  it('carries typed verbs out without a model call, on the screen', async () => {
    const play = await repository(version)
    const screen = await play.interactive(['--permission-mode', 'default'])
    for (const [prompt, shown] of TYPED) {
      await screen.say(prompt)
      await screen.waitFor(shown)
    }
    expect(play.server.exchanges).toEqual([])
    expect((await play.task('busy')).state).toBe('stopped')

    await screen.say('/dispatch stop logging emails')
    await screen.waitFor(/The model was asked\./)
    expect(play.server.exchanges[0]?.turn.last).toContain("The user's words: stop logging emails")
  })
})
