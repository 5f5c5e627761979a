/** What a session without a monitor is told about being told: the cheapest that does not keep a person waiting. */
import { describe, expect, test } from 'vitest'
import { type World, world } from './support/world.ts'

const BACKGROUND = '`dispatch wait` in the background (timeout 7200000)'
const HERE = '`dispatch wait --timeout 5m` (timeout 360000)'

const sessionOf = (entrypoint: string) => ({
  CLAUDE_CODE_SESSION_ID: 'a-session',
  CLAUDE_CODE_ENTRYPOINT: entrypoint,
  CLAUDE_PID: String(process.pid),
})

/** A worker that asks, and goes on until it is stopped. */
async function asking(env: Record<string, string>): Promise<{ made: World; started: string }> {
  const made = world()
  made.worker('asker', 'dispatch ask "Which one?" && exec sleep 600')
  const started = await made.ok(['start', 'one', '--model', 'asker'], { input: '- [ ] One\n', env })
  expect(await made.ok(['wait'], { env })).toContain('one asks 001: Which one?')
  return { made, started }
}

describe('a session', () => {
  test.each([
    ['of `claude -p`, into which nobody can type, waits in the call', 'sdk-cli', HERE],
    ['of a program that may have a person before it waits in the background', 'sdk-ts', BACKGROUND],
  ])('%s', async (_, entrypoint, expected) => {
    const env = sessionOf(entrypoint)
    const { made, started } = await asking(env)
    expect(started).toContain(`To be told, run ${BACKGROUND} now.`)
    const answered = await made.ok(['answer', 'one', 'The first.'], { env })
    expect(answered).toContain(`To be told, run ${expected} now.`)
  })

  test('that waited in vain is told how to wait longer', async () => {
    const env = sessionOf('sdk-cli')
    const { made } = await asking(env)
    await made.ok(['answer', 'one', 'The first.'], { env })
    const { code, stderr } = await made.dispatch(['wait', '--timeout', '10ms'], { env })
    expect({ code, stderr }).toEqual({
      code: 75,
      stderr: `dispatch: nothing happened in that time\nTo be told, run ${BACKGROUND} now.\n`,
    })
  })

  test('is told once more to wait in the call while others go on', async () => {
    const env = sessionOf('sdk-cli')
    const made = world()
    made.worker('slow', 'exec sleep 600')
    await made.ok(['start', 'long', '--model', 'slow'], { input: '- [ ] One\n', env })
    made.worker('fails', 'exit 3')
    await made.ok(['start', 'short', '--model', 'fails'], { input: '- [ ] One\n', env })
    const told = await made.ok(['wait'], { env })
    expect(told).toMatch(/short failed: /)
    expect(told).toContain(`Then run ${HERE} again.`)
  })
})
