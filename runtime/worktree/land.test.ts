/** The pure parts of landing; the rest is test/land.test.ts and test/faults/land.test.ts, with the real thing. */
import { describe, expect, test } from 'vitest'
import { changesFrom } from './diff.ts'
import { withTask } from './land-commit.ts'
import { filesIn, parseMerged } from './land-merge.ts'
import { entriesOf } from './land-restore.ts'

test.each([
  ['Add x', 'Add x\n\nTask: one\n'],
  ['  Add x\n\nWhy: because\n', 'Add x\n\nWhy: because\nTask: one\n'],
  ['Add x\n\nA text.\nNote: none', 'Add x\n\nA text.\nNote: none\n\nTask: one\n'],
  ['Fix: this', 'Fix: this\n\nTask: one\n'],
])('%j gets the task as its last paragraph', (message, whole) => expect(withTask(message, 'one')).toBe(whole))

describe('merge-tree', () => {
  const stages = ['100644 aa 1\ta', '100644 bb 2\ta', '100644 cc 3\tsub/\xc3\xbc b']
  test('clean', () => expect(parseMerged('abc\n\0')).toEqual({ tree: 'abc', stages: [] }))
  test('in conflict', () =>
    expect(parseMerged(`abc\0${stages.join('\0')}\0\0`)).toEqual({ tree: 'abc', stages }))
  test('its files', () => expect(filesIn(stages)).toEqual(['a', 'sub/ü b']))
})

test('changesFrom lays names and numbers together', () => {
  const names = 'M\0a\0R087\0old\0new\0A\0bin\0D\0gone\0'
  const numbers = '1\t2\ta\x000\t3\t\0old\0new\0-\t-\tbin\x000\t9\tgone\0'
  expect(changesFrom(names, numbers)).toEqual([
    { path: 'a', from: null, status: 'M', added: 1, removed: 2 },
    { path: 'new', from: 'old', status: 'R', added: 0, removed: 3 },
    { path: 'bin', from: null, status: 'A', added: null, removed: null },
    { path: 'gone', from: null, status: 'D', added: 0, removed: 9 },
  ])
  expect(changesFrom('', '')).toEqual([])
})

test('entriesOf leaves submodules out', () =>
  expect(
    entriesOf([':000000 100644 0 a A', 'x', ':160000 160000 a b M', 'sub', ':100644 000000 a 0 D', 'y', '']),
  ).toEqual([
    { kind: 'A', name: 'x' },
    { kind: 'D', name: 'y' },
  ]))
