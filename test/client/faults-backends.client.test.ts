/**
 * The faults of test/faults/, with every vendor's worker: the real codex, opencode and gemini, and Cursor's stand-in.
 * Each time nothing is lost, the state is right, the message is clear, and nothing is left running.
 *
 * What never comes to a backend's code is played there with workers of the user's own, and not again here: 32 at once,
 * damaged and foreign files of `.dispatch` other than the log, links, a newer format, a clock that jumps, `watch` and
 * `wait` killed, what settles killed, who sleeps until a pause is over killed, reused process numbers, landing.
 */
import { existsSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { here } from '../../runtime/io/processes.ts'
import { until } from '../support/until.ts'
import { kill } from '../support/world.ts'
import { type FaultStage, faultStage, PATIENCE, steps, VENDORS } from './faults-stage.ts'
import { bash, type Reply, type Script, say } from './script.ts'
import { item } from './worker.ts'

vi.setConfig({ testTimeout: 4 * PATIENCE })

/** Processes of every kind below a command that does not end. */
const BUSY = bash('setsid tail -f /dev/null & nohup tail -f /dev/null >/dev/null & tail -f /dev/null', {
  yield_time_ms: 30_000,
})
const ITEMS = ['First', 'Second']
const FINISHES = [item(2), say('Finished.')]

const tails = (s: FaultStage) => s.commands().filter((command) => command === 'tail -f /dev/null').length
const nothingLeft = (s: FaultStage) =>
  until(
    () => s.processes().length === 0,
    () => s.commands().join('\n'),
  )

/** A worker that has ticked its first item, and is in the middle of a command. */
async function busy(vendor: (typeof VENDORS)[number], ...after: Reply[]): Promise<FaultStage> {
  const s = await faultStage(vendor, { one: steps(item(1), BUSY, ...after) })
  await s.begin('one', ITEMS)
  await until(() => tails(s) === 3, 'no command was started', PATIENCE)
  return s
}

/** Waits for the one event, and that it is told once. */
async function toldOnce(s: FaultStage): Promise<string> {
  const told = await s.ok(['wait', '--timeout', '60s'])
  expect((await s.dispatch(['wait', '--timeout', '100ms'])).code).toBe(75)
  return told
}

/** It went on where it was: one conversation, both items done, nothing running. */
async function goesOn(s: FaultStage, attempt = 2): Promise<void> {
  await s.ok(['resume', 'one'])
  expect(await s.comesTo('one', 'done', 'failed', 'incomplete')).toMatchObject({
    state: 'done',
    attempt,
    items: { done: 2, total: 2 },
  })
  expect(s.conversations('one')).toBe(1)
  expect(s.asked('one').at(-1)?.turn.all).toContain('dispatch begin 1')
  await nothingLeft(s)
}

describe.each(VENDORS)('$name', (vendor) => {
  const it = test.skipIf(!vendor.isThere)

  describe('SIGKILL to', () => {
    it.each(Object.entries(vendor.victims))('%s: killed, told once, gone on with', async (_, which) => {
      const s = await busy(vendor, ...FINISHES)
      const victims = s.processes().filter(({ pid }) => which.test(here.commandOf(pid) ?? ''))
      expect(victims, s.commands().join('\n')).toHaveLength(1)
      for (const { pid } of victims) kill(pid)
      expect(await toldOnce(s)).toMatch(
        /^one failed: killed: It was ended by SIGKILL .*which dispatch did not/,
      )
      expect(await s.task('one')).toMatchObject({ state: 'failed', items: { done: 1 } })
      expect(s.exit('one')).toMatchObject({ class: 'killed', signal: 'SIGKILL' })
      await nothingLeft(s)
      await goesOn(s)
    })

    it('the supervisor: the worker ends its work, its end is lost, its work is not', async () => {
      let go = (): void => {}
      const gate = new Promise<void>((resolve) => {
        go = resolve
      })
      const waits: Script = () => gate.then(() => say('So far.'))
      const s = await faultStage(vendor, { one: steps(item(1), waits, ...FINISHES) })
      await s.begin('one', ITEMS)
      await until(() => s.asked('one').length === 2, 'it did not ask', PATIENCE)
      kill(s.pidIn('one', 'supervisor'))
      expect(await s.task('one')).toMatchObject({ state: 'running', pid: s.pidIn('one', 'attempt') })
      go()
      expect(await toldOnce(s)).toMatch(
        /^one lost: lost: The worker is gone and nobody saw how it ended .*So far\./,
      )
      // Its conversation and its last words stand in its log all the same.
      expect(s.exit('one')).toMatchObject({ class: 'lost', final_text: 'So far.' })
      await nothingLeft(s)
      await goesOn(s)
    })

    it('all at once, as when the machine stops: lost, gone on with, or begun anew', async () => {
      const s = await busy(vendor, ...FINISHES, item(1), ...FINISHES)
      for (const { pid } of s.left()) kill(pid)
      expect(await s.task('one')).toMatchObject({
        state: 'lost',
        items: { done: 1 },
        pid: null,
        failure: { class: 'lost', alternatives: ['dispatch resume one', 'dispatch retry one'] },
      })
      await nothingLeft(s)
      await goesOn(s)
      // Of one that is done there is nothing to resume, but it may be begun anew: in a conversation of its own.
      await s.begin('one', ITEMS)
      expect(await s.comesTo('one', 'done', 'failed', 'incomplete')).toMatchObject({
        state: 'done',
        attempt: 3,
      })
      expect(s.exit('one', '003').session_id).not.toBe(s.exit('one', '002').session_id)
    })

    /** Until it has spoken nobody knows what its conversation is called, or whether there is one. */
    it.each([
      ['before it said anything', (s: FaultStage) => existsSync(s.path('one', 'attempts/001/attempt.yaml'))],
      ['in its first thought', (s: FaultStage) => s.asked('one').length > 0],
    ])('all at once, %s: gone on with all the same', async (_, moment) => {
      const s = await faultStage(vendor, {
        one: (turn) => (turn.all.includes('said of it') ? works(turn) : { kind: 'hang' }),
      })
      const works = steps(item(1), ...FINISHES)
      await s.begin('one', ITEMS)
      await until(() => moment(s), 'it did not begin', PATIENCE)
      for (const { pid } of s.left()) kill(pid)
      expect((await s.task('one')).state).toBe('lost')
      await nothingLeft(s)
      await s.ok(['resume', 'one', '--answer', 'This is said of it.'])
      expect(await s.comesTo('one', 'done', 'failed', 'incomplete')).toMatchObject({
        state: 'done',
        attempt: 2,
        items: { done: 2 },
      })
    })

    it('start, at each step of its launch: begun once, by whoever comes by', async () => {
      const PLACES = ['', vendor.planned, ...['prompt.md', 'launch.yaml', 'supervisor.yaml', 'attempt.yaml']]
      const ids = PLACES.map((_, i) => `t${i}`)
      const s = await faultStage(
        vendor,
        Object.fromEntries(ids.map((id) => [id, steps(item(1), say('Finished.'))])),
      )
      for (const [i, place] of PLACES.entries()) {
        const path = i < 2 ? s.path(`t${i}`, place) : s.path(`t${i}`, 'attempts/001', place)
        const start = s.spawn(['start', `t${i}`, '--model', vendor.name], { input: '- [ ] One\n' })
        await Promise.race([seen(path), start.ended])
        start.kill()
        await start.ended
        expect(await s.task(`t${i}`), path).toMatchObject({
          state: expect.stringMatching(/^(queued|running|done)$/),
        })
      }
      await s.dispatch(['wait', '--timeout', '100ms'])
      for (const id of ids) {
        const view = await s.comesTo(id, 'done', 'failed', 'lost')
        expect(view).toMatchObject({ state: 'done', attempt: 1, failure: null })
        expect([id, s.asked(id).length]).toEqual([id, 2])
      }
      await nothingLeft(s)
    })
  })

  it('an answer at the moment of its exit: it gets it once, in its conversation', async () => {
    /** What the answer waits for: a moment of the worker's last turn, or of its end. */
    const moments: Record<string, (s: FaultStage, id: string, turns: number) => unknown> = {
      'in-shell': (s, id) => existsSync(s.path(id, 'ipc/001.question')),
      'last-turn': (s, id, turns) => s.asked(id).length >= turns + 1,
      ending: (s, id) => existsSync(s.path(id, 'attempts/001/ended.yaml')),
      ended: (s, id) => existsSync(s.path(id, 'attempts/001/exit.yaml')),
    }
    const asks = bash('dispatch ask --timeout 500ms "Which one?" || exit 0')
    const ids = Object.keys(moments)
    const s = await faultStage(
      vendor,
      Object.fromEntries(
        ids.map((id) => [
          id,
          steps(
            asks,
            ({ results }) => (results.includes(`Take ${id}`) ? item(1) : say('I stop here.')),
            (turn) => (turn.all.includes('"as it should be"') ? say('Finished.') : item(1)),
          ),
        ]),
      ),
    )
    await Promise.all(
      ids.map(async (id) => {
        await s.begin(id)
        await until(() => moments[id]?.(s, id, 1), `${id} did not come`, PATIENCE)
        await s.ok(['answer', id, `Take ${id}`])
      }),
    )
    for (const id of ids) {
      const view = await s.comesTo(id, 'done', 'failed', 'incomplete')
      expect(view).toMatchObject({ state: 'done', failure: null })
      expect(view.attempt).toBeLessThanOrEqual(2)
      // In the result of its command, or in the prompt that it was brought back with.
      const got = s.asked(id).filter(({ turn }) => turn.last.includes(`Take ${id}`))
      expect([id, got.length, s.conversations(id)]).toEqual([id, 1, 1])
    }
    await nothingLeft(s)
  })
})

/** Looks without a pause, so that the very next step of the other process is the one that it does not get to. */
async function seen(path: string): Promise<void> {
  for (const end = Date.now() + 30_000; !existsSync(path) && Date.now() < end; )
    await new Promise((go) => setImmediate(go))
}
