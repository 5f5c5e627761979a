import { describe, expect, it } from 'vitest'
import { redraw } from './screen.ts'

const UP = (n: number) => `\u001b[${n}A`
const K = '\u001b[K\n'
const J = '\u001b[J'

describe('from the lines that are there to the new ones', () => {
  const rows: [string, string[], string[], number, string][] = [
    ['the first time', [], ['a', 'b'], 80, `\ra${K}b${K}${J}`],
    ['as many', ['a', 'b'], ['c', 'd'], 80, `${UP(2)}\rc${K}d${K}${J}`],
    ['more', ['a'], ['c', 'd'], 80, `${UP(1)}\rc${K}d${K}${J}`],
    ['fewer', ['a', 'b', 'c'], ['d'], 80, `${UP(3)}\rd${K}${J}`],
    ['an empty line is a line', ['', 'b'], ['c'], 80, `${UP(2)}\rc${K}${J}`],
    ['the terminal became narrower', ['x'.repeat(79), 'b'], ['c'], 40, `${UP(3)}\rc${K}${J}`],
    ['colours take no room', [`\u001b[31m${'x'.repeat(40)}\u001b[0m`], ['c'], 40, `${UP(1)}\rc${K}${J}`],
    ['wide characters do', ['漢'.repeat(30)], ['c'], 40, `${UP(2)}\rc${K}${J}`],
  ]
  it.each(rows)('%s', (_, before, lines, columns, text) => expect(redraw(before, lines, columns)).toBe(text))
})
