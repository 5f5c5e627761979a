/** `npm run demo` as somebody runs it who has just cloned the repository, without a terminal. */
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { here, withEnvironment } from '../runtime/io/processes.ts'
import { running } from './support/running.ts'
import { until } from './support/until.ts'
import { kill, PLUGIN } from './support/world.ts'

/** The demo, in a temporary folder of its own, by which everything that it starts is known. */
function demo(env: Record<string, string> = {}) {
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'demo-')))
  const left = () => withEnvironment(`TMPDIR=${temporary}`)
  onTestFinished(() => {
    for (const { pid } of left()) kill(pid)
    rmSync(temporary, { recursive: true, force: true })
  })
  const process = running([globalThis.process.execPath, '--import', 'tsx', 'runtime/demo/play.ts'], {
    input: '',
    cwd: PLUGIN,
    env: {
      PATH: globalThis.process.env.PATH ?? '',
      HOME: temporary,
      TMPDIR: temporary,
      DISPATCH_DEMO_PACE: '500',
      ...env,
    },
  })
  return {
    process,
    async gone() {
      await until(
        () => left().length === 0,
        () => `left running: ${left().map(({ pid }) => here.commandOf(pid))}`,
      )
      // Development tools keep caches of theirs.
      return readdirSync(temporary).filter((name) => name.startsWith('dispatch'))
    },
  }
}

it('plays the sweep to its end, also from inside a session, and leaves nothing', {
  timeout: 90_000,
}, async () => {
  const session = {
    CLAUDECODE: '1',
    CLAUDE_CODE_SESSION_ID: 's',
    DISPATCH_TASK: 'other',
    DISPATCH_ROOT: '/nowhere',
  }
  const { process, gone } = demo(session)
  const { code, stdout, stderr } = await process.ended
  expect([code, stderr]).toEqual([0, ''])
  for (const line of [
    /^security-audit: opus \(demo\), worktree dispatch\/security-audit, 5 items, running$/m,
    /^● perf-audit \(sonnet, worktree\) — [1-3]\/4 items +running/m,
    /^security-audit asks: The payment webhook/m,
    /^Answered security-audit 001/m,
    /^5 of 5 tasks are done\.$/m,
    /^✓ api-docs \(gemini\)\n {2}8 endpoints/m,
    /^Before the launch: CRITICAL: payment webhooks/m,
    /^ {2}claude plugin marketplace add /m,
  ])
    expect(stdout).toMatch(line)
  expect(stdout).not.toContain('\u001b')
  expect(stdout.match(/^ {2}Report: /gm)).toHaveLength(5)
  expect(stdout.match(/\(\w+, worktree\)$/gm)).toHaveLength(3)
  expect(await gone()).toEqual([])
})

it('ends cleanly in the middle', { timeout: 60_000 }, async () => {
  const { process, gone } = demo()
  await until(
    () => /1\/4 items/.test(process.printed()),
    () => process.printed(),
    30_000,
  )
  process.kill('SIGINT')
  expect(await process.ended).toMatchObject({ code: 130, signal: null, stderr: '' })
  expect(await gone()).toEqual([])
})
