/**
 * A limit that passes, on the real CLIs: the task is parked until the time that the provider states, says so, and goes
 * on by itself in the same conversation. A CLI that waits by itself and keeps for itself how long is left alone for a
 * moment only. (Cursor states days: runtime/backend/cursor-log.test.ts.)
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { until } from '../support/until.ts'
import { type FaultStage, faultStage, PATIENCE, VENDORS } from './faults-stage.ts'
import { google } from './gemini-stage.ts'
import { fail, type Reply, say } from './script.ts'
import { item } from './worker.ts'

vi.setConfig({ testTimeout: 3 * PATIENCE })

interface Limit {
  name: string
  refusal: () => Reply
  kind: 'rate-limited' | 'quota'
  /** How far away the stated time is when it is read (s); undefined: none is stated. */
  stated: [least: number, most: number] | undefined
}

const MINUTE = {
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaId: 'PerMinute' }],
}
const SOON = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' }
/** Codex tells a plan's reset by the minute of the clock. */
const plan = () => {
  const resets_at = Math.floor(Date.now() / 1000) + 2
  const error = {
    type: 'usage_limit_reached',
    message: 'The usage limit has been reached',
    plan_type: 'plus',
    resets_at,
  }
  return { kind: 'error', status: 429, body: { error } } satisfies Reply
}
const IN_SECONDS = 'Rate limit reached for test-model. Please try again in 2.5s.'

const LIMITS: Limit[] = [
  {
    name: 'codex',
    refusal: () => fail(200, 'rate_limit_exceeded', IN_SECONDS),
    kind: 'rate-limited',
    stated: [0, 3],
  },
  { name: 'codex', refusal: plan, kind: 'quota', stated: [-60, 3] },
  {
    name: 'opencode',
    refusal: () => fail(429, 'rate_limit_exceeded', 'Slow down.', { 'retry-after': '2' }),
    kind: 'rate-limited',
    stated: [-2, 3],
  },
  {
    name: 'gemini',
    refusal: () => google(429, 'RESOURCE_EXHAUSTED', 'Too fast.', MINUTE, SOON),
    kind: 'rate-limited',
    stated: [0, 3],
  },
]

/** A worker that has done an item when its provider refuses it, until it was brought back. */
async function stageOf(
  { name, refusal }: Pick<Limit, 'name' | 'refusal'>,
  limits: string,
): Promise<FaultStage> {
  const vendor = VENDORS.find((each) => each.name === name)
  if (vendor === undefined) throw new Error(`no vendor ${name}`)
  let begun = false
  let ticked = false
  const s: FaultStage = await faultStage(vendor, {
    one: () => {
      if (!begun) {
        begun = true
        return item(1)
      }
      if (!existsSync(s.path('one', 'attempts/002'))) return refusal()
      if (ticked) return say('Finished.')
      ticked = true
      return item(2)
    },
  })
  s.limits(limits)
  return s
}

const waitOf = (s: FaultStage) => parse(readFileSync(s.path('one', 'attempts/001/wait.yaml'), 'utf8'))

/** Brought back by itself, once, in its conversation. */
async function cameBack(s: FaultStage): Promise<void> {
  expect(await s.comesTo('one', 'done', 'failed', 'incomplete')).toMatchObject({
    state: 'done',
    attempt: 2,
    items: { done: 2, total: 2 },
  })
  const sessions = ['001', '002'].map((attempt) => s.exit('one', attempt).session_id)
  expect(sessions[1]).toBe(sessions[0])
  expect(s.asked('one').at(-1)?.turn.all).toContain('dispatch begin 1')
  expect(s.processes()).toEqual([])
}

const isThere = (name: string) => VENDORS.some((each) => each.name === name && each.isThere)

describe.each(LIMITS)('$name, $kind', ({ stated, ...limit }) => {
  test.skipIf(!isThere(limit.name))('is waited for until the stated time, and gone on from', async () => {
    const s = await stageOf(limit, 'backoff: [3s]')
    await s.begin('one', ['First', 'Second'])
    await until(() => existsSync(s.path('one', 'attempts/001/exit.yaml')), 'it did not end', PATIENCE)
    const exit = s.exit('one')
    expect(exit).toMatchObject({ class: limit.kind, until: expect.any(String) })
    const away = (Date.parse(String(exit.until)) - Date.parse(String(exit.ended_at))) / 1000
    expect(away).toBeGreaterThan((stated?.[0] ?? 0) - 1)
    expect(away).toBeLessThan((stated?.[1] ?? 0) + 1)
    expect(waitOf(s)).toMatchObject({ class: limit.kind, kind: 'resume', model: null })
    expect(Date.parse(waitOf(s).until)).toBeGreaterThanOrEqual(Date.parse(String(exit.until)))
    await cameBack(s)
  })
})

describe.each([
  ['codex', () => fail(429, 'rate_limit_exceeded', 'Slow down.', { 'retry-after': '7200' })],
  ['opencode', () => fail(429, 'rate_limit_exceeded', 'Slow down.', { 'retry-after': '7200' })],
] as const)('%s, which would wait for two hours in silence', (name, refusal) => {
  test.skipIf(!isThere(name))('is ended while somebody listens, parked, and brought back', async () => {
    const s = await stageOf({ name, refusal }, 'backoff: [3s]')
    await s.begin('one', ['First', 'Second'])
    const watching = s.spawn(['watch'])
    await until(() => existsSync(s.path('one', 'attempts/001/exit.yaml')), 'it waits by itself', PATIENCE)
    expect(s.exit('one')).toMatchObject({ class: 'rate-limited', until: null })
    await cameBack(s)
    watching.kill()
  })

  test.skipIf(!isThere(name))('is left alone by who wants nothing to go on by itself', async () => {
    const s = await stageOf({ name, refusal }, 'retries: 0, backoff: [1s]')
    await s.begin('one', ['First', 'Second'])
    const watching = s.spawn(['watch'])
    await until(() => s.asked('one').length > 1, 'it did not begin', PATIENCE)
    expect((await s.dispatch(['wait', '--timeout', '5s'])).code).toBe(75)
    expect((await s.task('one')).state).toBe('running')
    watching.kill()
  })
})

describe.each([
  ['codex', () => fail(200, 'rate_limit_exceeded', 'Rate limit reached. Please try again in 7200s.')],
  ['opencode', () => fail(429, 'rate_limit_exceeded', 'Please try again in 2h.', { 'retry-after': '7200' })],
] as const)('%s, told in words that it is two hours', (name, refusal) => {
  test.skipIf(!isThere(name))('is ended at once, and parked for so long', async () => {
    const s = await stageOf({ name, refusal }, 'backoff: [1h]')
    await s.begin('one', ['First', 'Second'])
    const watching = s.spawn(['watch'])
    await until(() => existsSync(s.path('one', 'attempts/001/exit.yaml')), 'it waits by itself', PATIENCE)
    const hours = (Date.parse(waitOf(s).until) - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(1.9)
    expect(hours).toBeLessThan(2.1)
    expect(await s.task('one')).toMatchObject({ state: 'parked' })
    expect(await s.ok(['status', 'one'])).toMatch(/rate-limited by \w+ until .*; resumes by itself/)
    watching.kill()
  })
})
