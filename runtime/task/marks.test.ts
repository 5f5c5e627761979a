import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  factOf,
  type MarkFact,
  makeMarksFolder,
  publishMark,
  publishRestored,
  readFacts,
  recordPut,
  strokeOf,
} from './marks.ts'
import { parsePlan } from './plan.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'marks '))
})
afterEach(() => rmSync(dir, { recursive: true }))

const fact = (item: string, more: Partial<MarkFact> = {}): Omit<MarkFact, 'number'> => ({
  item,
  nth: 0,
  of: 1,
  mark: 'done',
  was: { mark: 'open' },
  overruled: [],
  at: '2025-01-01T00:00:00.000Z',
  attempt: 1,
  ...more,
})

describe('facts', () => {
  test('come back as they went, in their order', () => {
    makeMarksFolder(dir)
    const first = publishMark(
      dir,
      fact('ä — "q"\\', { note: 'x: #y', was: { mark: 'doing', blocker: 'a\nb' } }),
    )
    const second = publishRestored(dir, { restored: [first], over: 'f', at: 'now', attempt: 2 })
    recordPut(dir, [first, first])
    const facts = readFacts(dir)
    expect(facts.marks).toMatchObject([
      { number: 1, ...fact('ä — "q"\\', { note: 'x: #y' }), was: { mark: 'doing', blocker: 'a\nb' } },
    ])
    expect(facts.restored).toEqual([{ number: second, restored: [1], over: 'f', at: 'now', attempt: 2 }])
    expect([...facts.put]).toEqual([1])
    expect([facts.last, facts.problems]).toEqual([2, []])
  })

  test('there are none before there is a folder', () =>
    expect(readFacts(dir)).toMatchObject({ marks: [], last: 0 }))

  test.each([
    ['empty', ''],
    ['truncated', '{"item":"b","nth":0,"ma'],
    ['foreign', 'hello: world\n'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['no mark', '{"item":"b","nth":0}'],
    ['a strange mark', '{"item":"b","nth":0,"mark":"constructor"}'],
    ['a strange place', '{"item":"b","nth":-1,"mark":"done"}'],
  ])('a damaged one is told and costs no other: %s', (_, text) => {
    makeMarksFolder(dir)
    publishMark(dir, fact('a'))
    writeFileSync(join(dir, 'data/marks/002.yaml'), text)
    publishMark(dir, fact('c'))
    const { marks, problems } = readFacts(dir)
    expect(marks.map(({ item, number }) => [item, number])).toEqual([
      ['a', 1],
      ['c', 3],
    ])
    expect(problems).toEqual([expect.stringContaining(join(dir, 'data/marks/002.yaml'))])
  })

  test('are YAML', () =>
    expect(parse(JSON.stringify(fact('ä — "q"\\\u2028 x: #y')))).toEqual(fact('ä — "q"\\\u2028 x: #y')))

  test('more than three digits are in order', () => {
    makeMarksFolder(dir)
    for (const n of ['999', '1000']) writeFileSync(join(dir, `data/marks/${n}.yaml`), JSON.stringify(fact(n)))
    expect(readFacts(dir).marks.map(({ item }) => item)).toEqual(['999', '1000'])
    expect(publishMark(dir, fact('x'))).toBe(1001)
  })

  test('are written through no link', () => {
    mkdirSync(join(dir, 'elsewhere'))
    symlinkSync(join(dir, 'elsewhere'), join(dir, 'data'))
    expect(() => makeMarksFolder(dir)).toThrow('symbolic link')
  })

  test('what is written by hand needs little', () =>
    expect(factOf(4, { item: 'a', nth: 0, mark: 'done' })).toMatchObject({
      ...fact('a', { at: '', attempt: 0 }),
      number: 4,
    }))
})

describe('one stroke', () => {
  const at = (ms: number) => new Date(Date.UTC(2025, 0, 1) + ms).toISOString()
  const items = (text: string) => parsePlan(text).items
  const facts = (...times: [string, number, number][]): MarkFact[] =>
    times.map(([item, nth, ms], n) => ({ ...fact(item, { nth, at: at(ms) }), number: n + 1 }))
  test.each<[string, string, MarkFact[], boolean]>([
    ['all at once', '- [x] a\n- [x] b\n- [x] b', facts(['a', 0, 0], ['b', 0, 900], ['b', 1, 2000]), true],
    [
      'one of them before',
      '- [x] a\n- [x] b\n- [x] c',
      facts(['a', 0, 0], ['b', 0, 900], ['c', 0, 2001]),
      false,
    ],
    ['two items', '- [x] a\n- [x] b', facts(['a', 0, 0], ['b', 0, 0]), false],
    ['one is open', '- [x] a\n- [x] b\n- [ ] c', facts(['a', 0, 0], ['b', 0, 0], ['c', 0, 0]), false],
    ['one by hand', '- [x] a\n- [x] b\n- [x] c', facts(['a', 0, 0], ['b', 0, 0]), false],
    [
      'ticked early and again at the end',
      '- [x] a\n- [x] b\n- [x] c',
      facts(['a', 0, 0], ['a', 0, 9000], ['b', 0, 9000], ['c', 0, 9000]),
      false,
    ],
  ])('%s', (_, text, marks, is) => expect(strokeOf(marks, items(text))).toBe(is))
})
