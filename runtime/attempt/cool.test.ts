import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { coolDown, coolingOf, warm } from './cool.ts'

const opus = { group: 'claude', id: 'opus', name: 'deep' }
const sonnet = { group: 'claude', id: 'sonnet', name: 'sonnet' }
const MINUTE = 60_000

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cool-'))
})
afterEach(() => rmSync(home, { recursive: true }))
const found = (until: number) => ({ class: 'overloaded' as const, until, task: 'audit' })

it('holds for that model under any name, until its time', () => {
  const until = Date.now() + MINUTE
  coolDown(home, opus, found(until))
  expect(coolingOf(home, { ...opus, name: 'another' })).toMatchObject({ class: 'overloaded', task: 'audit' })
  expect(coolingOf(home, opus, until)).toBeUndefined()
  expect(coolingOf(home, sonnet)).toBeUndefined()
  expect(coolingOf(home, { ...opus, group: 'work' })).toBeUndefined()
})

it('is never shortened by who knows less, and ends when it works', () => {
  const until = Date.now() + 10 * MINUTE
  coolDown(home, opus, found(until))
  coolDown(home, opus, found(Date.now() + MINUTE))
  expect(coolingOf(home, opus)?.until).toBe(new Date(until).toISOString())
  warm(home, sonnet)
  expect(coolingOf(home, opus)).toBeDefined()
  warm(home, opus)
  expect(coolingOf(home, opus)).toBeUndefined()
  expect(readdirSync(join(home, 'cache'))).toEqual([])
})

it('that is damaged is none', () => {
  coolDown(home, opus, found(Date.now() + MINUTE))
  const [name = ''] = readdirSync(join(home, 'cache'))
  writeFileSync(join(home, 'cache', name), '{"key":')
  expect(coolingOf(home, opus)).toBeUndefined()
})
