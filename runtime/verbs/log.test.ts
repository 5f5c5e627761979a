import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { linesOf } from './log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const shown = (line: string) => (line === 'hidden' ? undefined : line)

it.each<[string, string[], string[][], string[]]>([
  ['whole lines', ['a\nb\n'], [['a', 'b']], []],
  ['a line in two parts', ['a\nb', 'c\n'], [['a'], ['bc']], []],
  ['no line end at the end', ['a\nb'], [['a']], ['b']],
  ['what is not shown', ['hidden\na\nhidden'], [['a']], []],
  ['empty lines', ['\n\na\n'], [['', '', 'a']], []],
  ['a line that is too long', [`a\n${'x'.repeat(25)}\nb\n`], [['a', '… (25 bytes)', 'b']], []],
  [
    'one that comes bit by bit',
    ['x'.repeat(12), 'x'.repeat(12), 'x\nb\n'],
    [[], [], ['… (25 bytes)', 'b']],
    [],
  ],
  ['one that never ends', ['x'.repeat(25)], [[]], ['… (25 bytes)']],
  ['as long as may be', [`${'x'.repeat(9)}\nb\n`], [['x'.repeat(9), 'b']], []],
  ['a little too long', [`${'x'.repeat(10)}\nb\n`], [['… (10 bytes)', 'b']], []],
])('%s', (_, parts, lines, rest) => {
  const path = join(folder, 'log')
  const read = linesOf(path, shown, 10)
  const seen = parts.map((part) => {
    appendFileSync(path, part)
    return read(false)
  })
  expect(seen).toEqual(lines)
  expect(read(true)).toEqual(rest)
  expect(read(true)).toEqual([])
})

it('shows nothing of a file that is not there', () =>
  expect(linesOf(join(folder, 'x'), shown)(true)).toEqual([]))
