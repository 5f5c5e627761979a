import { describe, expect, test } from 'vitest'
import { linesOf } from './grammar.ts'
import { type Mark, scanPlan } from './plan.ts'
import { type Details, setMark } from './plan-edit.ts'
import { withTexts } from './words.ts'

function edit(text: string, at: number, mark: Mark, details?: Details, known: string[] = []): string {
  const item = withTexts(scanPlan(text).items, new Set(known))[at]
  if (item === undefined) throw new Error('no such item')
  return setMark(text, item, mark, details)
}

const CASES: [string, string, number, Mark, Details, string][] = [
  ['tick', '- [ ] a\n', 0, 'done', {}, '- [x] a\n'],
  [
    'tick with a note',
    '- [ ] a\n- [ ] b',
    1,
    'done',
    { note: 'ok — `[x]`' },
    '- [ ] a\n- [x] b — ok — `[x]`',
  ],
  ['a new note replaces', '- [x] a — old — older\n', 0, 'done', { note: 'new' }, '- [x] a — new\n'],
  ['no note keeps the old one', '- [x] a — old\n', 0, 'done', {}, '- [x] a — old\n'],
  ['words with an em dash stay', '- [ ] a — b\n', 0, 'done', { note: 'n' }, '- [x] a — b — n\n'],
  ['a note is one line', '- [ ] a\n', 0, 'done', { note: ' one \r\n two\0\n\n' }, '- [x] a — one two\n'],
  ['in progress goes', '- [ ] a (in progress)\n', 0, 'done', { note: 'n' }, '- [x] a — n\n'],
  ['in progress goes without a note', '- [~] a (in progress)  \r\n', 0, 'done', {}, '- [x] a  \r\n'],
  ['begin', '\t* [ ]\ta \n', 0, 'doing', {}, '\t* [~]\ta (in progress) \n'],
  ['begin what is marked in words', '- [ ] a (in progress)\n', 0, 'doing', {}, '- [~] a (in progress)\n'],
  ['open again', '- [~] a (in progress)\n', 0, 'open', {}, '- [ ] a\n'],
  ['big X stays', '- [X] a\n', 0, 'done', { note: 'n' }, '- [X] a — n\n'],
  ['white space at the end', '1) [ ] a  \r\n', 0, 'done', { note: 'ñ 🎉' }, '1) [x] a — ñ 🎉  \r\n'],
  ['BOM', '\uFEFF- [ ] a', 0, 'done', {}, '\uFEFF- [x] a'],
  [
    'block',
    '- [ ] a\n- [ ] b\n',
    0,
    'blocked',
    { blocker: 'Which?' },
    '- [?] a\n> **Blocker:** Which?\n- [ ] b\n',
  ],
  [
    'block, Windows',
    '  - [ ] a\r\n',
    0,
    'blocked',
    { blocker: 'x\n\ny' },
    '  - [?] a\r\n  > **Blocker:** x\r\n  >\r\n  > y\r\n',
  ],
  [
    'block the last line',
    '# t\r\n- [ ] a',
    0,
    'blocked',
    { blocker: 'x' },
    '# t\r\n- [?] a\r\n> **Blocker:** x',
  ],
  ['block the only line', '- [ ] a', 0, 'blocked', { blocker: 'x' }, '- [?] a\n> **Blocker:** x'],
  [
    'block again',
    '- [?] a\n> **Blocker:** x\n> y\n\nz\n',
    0,
    'blocked',
    { blocker: 'n' },
    '- [?] a\n> **Blocker:** n\n\nz\n',
  ],
  [
    'fail what was blocked, at the end',
    '- [?] a\n> **Blocker:** x',
    0,
    'failed',
    { error: 'n' },
    '- [!] a\n> Error: n',
  ],
  [
    'fail',
    '- [ ] a\n  more\n- [ ] b\n',
    0,
    'failed',
    { error: 'n' },
    '- [!] a\n  more\n> Error: n\n- [ ] b\n',
  ],
  [
    "somebody's quote stays",
    '- [ ] a\n> hello\n',
    0,
    'failed',
    { error: 'n' },
    '- [!] a\n> Error: n\n\n> hello\n',
  ],
  ['tick keeps the reason', '- [?] a\n> **Blocker:** x\n', 0, 'done', {}, '- [x] a\n> **Blocker:** x\n'],
]
test.each(CASES)('%s', (_, text, at, mark, details, expected) => {
  const edited = edit(text, at, mark, details)
  expect(edited).toBe(expected)
  const known = scanPlan(text).items.map((item) => item.text)
  expect(edit(edited, at, mark, details, known), 'twice').toBe(expected)
})

test('a reason is read back as it was given', () => {
  for (const text of ['x', 'Error: x\n> y', '**Blocker:** z', 'a  \n  b\n\n- [ ] c', '```\nd', '— e']) {
    const blocked = edit('- [ ] a\n- [ ] b\n', 0, 'blocked', { blocker: text })
    expect(scanPlan(blocked).items.map(({ text, blocker }) => [text, blocker])).toEqual([
      ['a', text],
      ['b', undefined],
    ])
  }
})

describe('random plans', () => {
  let seed = 20
  const random = (n: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.floor((seed / 2 ** 32) * n)
  }
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T
  const PIECES = [
    '- [ ] a',
    '- [x] b — n',
    '  * [~] c (in progress)',
    '> **Blocker:** x',
    '> q',
    '',
    'text',
    '## H',
    '```',
    '<!--',
    '-->',
    '\t1. [?] d — e — 🎉  ',
    '- [!] a',
    '> Error: y',
    '  more',
    '- plain',
    '~~~',
    '\uFEFF',
  ]
  const MARKS: Mark[] = ['open', 'doing', 'done', 'blocked', 'failed']
  const DETAILS: Details[] = [
    {},
    { note: 'no — te' },
    { blocker: 'q\nr' },
    { error: 'e' },
    { note: 'n', error: 'Error: f' },
  ]

  test('only the lines of the item change', () => {
    let edits = 0
    for (let round = 0; round < 3000; round++) {
      const end = pick(['\n', '\r\n'])
      const text = Array.from({ length: random(12) + 1 }, () => pick(PIECES)).join(end) + pick(['', end])
      const before = scanPlan(text).items
      const item = before[random(Math.max(1, before.length))]
      if (item === undefined) continue
      edits++
      const mark = pick(MARKS)
      const details = pick(DETAILS)
      const edited = setMark(text, item, mark, details)
      const lines = linesOf(text)
      const after = linesOf(edited)
      const context = JSON.stringify({ text, item, mark, details, edited })
      // All above is the same; below, what is left without quotes and blank lines right behind the item is the same.
      expect(after.slice(0, item.line - 1), context).toEqual(lines.slice(0, item.line - 1))
      const grown = after.length - lines.length
      const rest =
        details.blocker === undefined && details.error === undefined ? lines.slice(item.line) : undefined
      if (rest !== undefined) expect(after.slice(item.line), context).toEqual(rest)
      const next = before[item.index + 1]
      if (next !== undefined)
        expect(after.slice(next.line - 1 + grown), context).toEqual(lines.slice(next.line - 1))
      const items = scanPlan(edited).items
      expect(items.length, context).toBe(before.length)
      expect(items[item.index]?.mark, context).toBe(mark)
      for (const other of before)
        if (other.index !== item.index) {
          const { line: _, ...same } = other
          expect(items[other.index], context).toMatchObject(same)
        }
      expect(edited.endsWith('\n'), context).toBe(text.endsWith('\n'))
      expect(/\r\n/.test(edited) && /[^\r]\n/.test(edited), context).toBe(false)
    }
    expect(edits).toBeGreaterThan(1000)
  })
})
