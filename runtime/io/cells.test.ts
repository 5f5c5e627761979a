import { describe, expect, it } from 'vitest'
import { cells, cut, harmless, harmlessLines, oneLine, pad, wrap } from './cells.ts'

describe('cells', () => {
  const rows: [string, number][] = [
    ['', 0],
    ['plain — text … ●✓○⋯', 19],
    ['Grün, Čeština, Ελλάδα, Привет', 29],
    ['漢字', 4],
    ['カタカナ', 8],
    ['ｱｲｳ', 3],
    ['한국어', 6],
    ['ＡＢ', 4],
    ['🎉', 2],
    ['👩‍👩‍👧', 2],
    ['👍🏽', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['☎', 1],
    ['e\u0301', 1],
    ['\u0301', 0],
    ['a\u200bb', 2],
    ['\u001b[31mred\u001b[0m', 3],
    ['𠀀', 2],
  ]
  it.each(rows)('%j: %i', (text, width) => expect(cells(text)).toBe(width))
})

describe('cut', () => {
  const rows: [string, number, string][] = [
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['ab cd', 4, 'ab…'],
    ['漢字漢', 6, '漢字漢'],
    ['漢字漢', 5, '漢字…'],
    ['漢字漢', 4, '漢…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
    ['', 0, ''],
  ]
  it.each(rows)('%j to %i', (text, most, result) => {
    expect(cut(text, most)).toBe(result)
    expect(cells(cut(text, most))).toBeLessThanOrEqual(most)
  })
})

describe('pad', () => {
  it.each([
    ['ab', 4, 'ab  '],
    ['漢', 4, '漢  '],
    ['abcde', 4, 'abcde'],
  ])('%j to %i', (text, width, result) => expect(pad(text, width)).toBe(result))
})

describe('wrap', () => {
  const rows: [string, number, string[]][] = [
    ['', 5, ['']],
    ['one two', 7, ['one two']],
    ['one two', 6, ['one', 'two']],
    ['  kept', 10, ['  kept']],
    ['a bb ccc dddd', 5, ['a bb', 'ccc', 'dddd']],
    ['abcdefgh', 3, ['abc', 'def', 'gh']],
    ['x abcdefgh y', 3, ['x', 'abc', 'def', 'gh', 'y']],
    ['漢字漢字', 4, ['漢字', '漢字']],
    ['漢字漢字', 5, ['漢字', '漢字']],
  ]
  it.each(rows)('%j to %i', (text, most, lines) => expect(wrap(text, most)).toEqual(lines))
})

describe('a text that can do nothing', () => {
  it.each([
    ['a\tb', 'a  b', 'a b'],
    ['  x  ', '  x  ', 'x'],
    ['\u001b[2J\u001b]0;title\u0007x', 'x', 'x'],
    ['a\rb\u0000c', 'a b c', 'a b c'],
    ['a\u202eb', 'a b', 'a b'],
    ['a\u2028b', 'a b', 'a b'],
  ])('%j', (text, line, one) => {
    expect(harmless(text)).toBe(line)
    expect(oneLine(text)).toBe(one)
  })
})

it('several lines stay several, and harmless', () =>
  expect(harmlessLines('a\u001b[2J\r\n\tb\u0007\n\nc\n')).toBe('a\n  b \n\nc\n'))
