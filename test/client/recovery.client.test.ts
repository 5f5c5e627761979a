/** The real client as a worker whose provider refuses it: classed in seconds, and brought back in its conversation. */
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { clientEnvironment } from './client.ts'
import { VERSIONS } from './install.ts'
import { bash, fail, type Script, say, sequence } from './script.ts'
import { type Stage, stage } from './stage.ts'

const INPUT = '# One\n\n- [ ] Look\n'
const refused = fail(401, 'authentication_error', 'invalid x-api-key')
const overloaded = fail(529, 'overloaded_error', 'Overloaded')
const works = [bash('dispatch tick 1'), say('Well done.')]

async function begun(version: string, worker: Script, config = ''): Promise<Stage> {
  const s = await stage({ version, lead: () => say('Nobody leads.'), workers: { one: worker } })
  s.config(config)
  const env = clientEnvironment(s.client())
  await s.ok(['start', 'one', '--model', 'opus', '--profile', 'full'], { input: INPUT, env })
  return s
}

describe.each(VERSIONS)('%s', (version) => {
  test('a refused key is known at the first retry, while somebody listens', async () => {
    const s = await begun(version, () => refused)
    const line = await s.ok(['wait', '--timeout', '20s'])
    expect(line).toMatch(/^one failed: auth: The provider refuses the login of Claude Code \(401/)
    // The first request and, before it was ended, at most two that repeat it; left alone there are eleven.
    expect(s.asWorker('one').length).toBeLessThan(4)
    expect(s.left()).toEqual([])
  })

  test('a refused key is known in seconds, too, when nobody does', async () => {
    const s = await begun(version, () => refused)
    await until(() => existsSync(s.path('one', 'attempts/001/exit.yaml')), 'it repeats on', 30_000)
    expect(s.asWorker('one').length).toBeLessThan(7)
    expect(await s.task('one')).toMatchObject({ state: 'failed', failure: { class: 'auth' } })
  })

  test('a model that is overloaded: the same conversation goes on when it is not any more', async () => {
    let refusals = 0
    const answers = sequence(...works)
    const s = await begun(
      version,
      (turn) => {
        if (refusals < 5) {
          refusals += 1
          return overloaded
        }
        return answers({ ...turn, index: turn.index - refusals })
      },
      'limits: { backoff: [1s] }\n',
    )
    expect(await s.ok(['wait', '--timeout', '50s'])).toBe('one done: Well done. — dispatch output one\n')
    expect(await s.task('one')).toMatchObject({ attempt: expect.any(Number), state: 'done' })
    const sessions = new Set(s.asWorker('one').map(({ turn }) => turn.session))
    expect(sessions.size).toBe(1)
    expect((await s.task('one')).attempt).toBeGreaterThan(1)
  })
})
