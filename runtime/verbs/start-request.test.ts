import { describe, expect, it } from 'vitest'
import type { Ground } from '../attempt/ground.ts'
import { parseConfig } from '../config/load.ts'
import { type Caller, checkOrder, checkTwice, type Planned, planned, type Wanted } from './start-request.ts'

const CONFIG = `
default: quick
models:
  quick: { backend: demo }
  careful: { backend: demo, profile: read-only }
aliases:
  auditor: { model: careful }
`
const ground: Ground = {
  env: { PATH: '' },
  home: '/home/me/.dispatch',
  root: '/repo/.dispatch',
  config: { ...parseConfig(CONFIG, 'config.yaml'), path: 'config.yaml', exists: true },
}
const caller: Caller = { cwd: '/repo', session: 's1', now: new Date('2026-01-02T03:04:05.678Z') }
const PLAN = '# The title\n\n- [ ] one\n- [ ] two\n'
const plan = (wanted: Partial<Wanted> = {}, text = PLAN, above = 0) =>
  planned(ground, { id: 'a', ...wanted }, text, caller, above)

describe('from what is wanted to a request', () => {
  it('fills in what was not said', () => {
    expect(plan()).toEqual({
      plan: PLAN,
      items: 2,
      request: {
        id: 'a',
        title: 'The title',
        model: 'quick',
        backend: 'demo',
        group: 'demo',
        profile: 'edit',
        worktree: false,
        base: null,
        after: [],
        priority: 'normal',
        timeout: null,
        budget_usd: null,
        created: '2026-01-02T03:04:05.678Z',
        session: 's1',
        cwd: '/repo',
      },
    })
  })

  const rows: [Partial<Wanted>, Partial<Planned['request']>][] = [
    [{ model: 'careful' }, { model: 'careful', profile: 'read-only' }],
    [{ model: 'auditor' }, { model: 'auditor', profile: 'read-only' }],
    [{ model: 'careful', profile: 'full' }, { profile: 'full' }],
    [
      { worktree: true, base: 'main~2' },
      { worktree: true, base: 'main~2' },
    ],
    [{ after: ['x', 'y-2'] }, { after: ['x', 'y-2'] }],
    [{ priority: 'high' }, { priority: 'high' }],
    [{ timeout: '1m30s' }, { timeout: 90_000 }],
    [{ timeout: 90 }, { timeout: 90_000 }],
    [{ budget: '2.50' }, { budget_usd: 2.5 }],
  ]
  it.each(rows)('%j: %j', (wanted, request) => expect(plan(wanted).request).toMatchObject(request))

  it('is called after its id where the plan has no title', () => {
    expect(plan({}, '- [ ] x\n').request.title).toBe('a')
  })
})

describe('what is refused before anything is created', () => {
  const rows: [string, Partial<Wanted>, number, RegExp][] = [
    ['an id that is a path', { id: '../a' }, 64, /not a task id/],
    ['an id of capitals', { id: 'Audit' }, 64, /not a task id/],
    ['an id that is too long', { id: 'a'.repeat(65) }, 64, /not a task id/],
    ['a model that nobody knows', { model: 'quik' }, 1, /quick/],
    ['a profile', { profile: 'root' }, 64, /read-only, edit, full/],
    ['a priority', { priority: 'urgent' }, 64, /high, normal, low/],
    ['a timeout', { timeout: 'soon' }, 64, /length of time/],
    ['no money', { budget: 0 }, 64, /above 0/],
    ['no amount', { budget: 'much' }, 64, /"much"/],
    ['a predecessor that is a path', { after: ['a/b'] }, 64, /not a task id/],
  ]
  it.each(rows)('%s', (_, wanted, exit, message) =>
    expect(() => plan(wanted)).toThrow(
      expect.objectContaining({ exit, message: expect.stringMatching(message) }),
    ),
  )

  it.each([
    ['an empty plan', '', 0, 1],
    ['no item', '# Title\n\nDo it.\n', 0, 3],
    ['a broken item', '# T\n\n- [x one\n', 0, 3],
    ['a broken item in the third document', '# T\n\n- [ ] a\n-[ ] one\n', 20, 24],
  ])('%s, with the line of standard input', (_, text, above, line) =>
    expect(() => plan({}, text, above)).toThrow(
      expect.objectContaining({
        exit: 65,
        complaint: expect.objectContaining({ where: `standard input:${line}` }),
      }),
    ),
  )
})

describe('the order of several', () => {
  const tasks = (after: Record<string, string[]>) =>
    Object.entries(after).map(([id, ids]) => plan({ id, after: ids }))
  const existing = new Map([
    ['old', []],
    ['far', ['near']],
    ['near', ['a']],
  ])
  const there = (id: string) => existing.get(id)
  const rows: [string, Record<string, string[]>, RegExp | undefined][] = [
    ['none', { a: [], b: [] }, undefined],
    ['a chain', { a: [], b: ['a'], c: ['a', 'b'] }, undefined],
    ['written from the end', { c: ['b'], b: ['a'], a: [] }, undefined],
    ['after one that is there', { a: ['old'] }, undefined],
    ['after one that is not', { a: ['gone'] }, /a cannot come after gone[\s\S]*no task of that name/],
    ['after itself', { a: ['a'] }, /a cannot come after itself/],
    ['two in a circle', { a: ['b'], b: ['a'] }, /a would wait for itself[\s\S]*a after b after a/],
    ['a circle through those that are there', { a: ['far'] }, /a after far after near after a/],
    ['three in a circle', { x: [], a: ['b'], b: ['c'], c: ['a', 'x'] }, /would wait for itself/],
    ['a diamond is no circle', { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] }, undefined],
  ]
  it.each(rows)('%s', (_, after, problem) => {
    const check = () => checkOrder(tasks(after), there)
    if (problem === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({ exit: 64, message: expect.stringMatching(problem) }))
  })

  it('the same id twice', () => {
    expect(() => checkTwice([plan({ id: 'a' }), plan({ id: 'b' })])).not.toThrow()
    expect(() => checkTwice([plan({ id: 'a' }), plan({ id: 'b' }), plan({ id: 'a' })])).toThrow(
      expect.objectContaining({ exit: 65, message: expect.stringMatching(/two documents have the id a/) }),
    )
  })
})
