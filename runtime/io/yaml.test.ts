import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseYaml, printYaml, readYaml } from './yaml.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dispatch-yaml-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('what is read', () => {
  const rows: [string, string, unknown][] = [
    ['nothing', '', null],
    ['a comment', '# only\n', null],
    ['a mapping', 'a: 1\nb: [x]\n', { a: 1, b: ['x'] }],
    ['YAML 1.2 booleans', 'a: true\nb: yes\nc: off\n', { a: true, b: 'yes', c: 'off' }],
    ['a date stays a text', 'a: 2026-01-02T03:04:05.000Z\n', { a: '2026-01-02T03:04:05.000Z' }],
    ['a number with a leading zero', 'a: 007\n', { a: 7 }],
    ['an alias', 'a: &x [1]\nb: *x\n', { a: [1], b: [1] }],
    ['merge keys are keys', '<<: 1\n', { '<<': 1 }],
    ['Windows line ends', 'a: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
  ]
  it.each(rows)('%s', (_, text, value) => {
    expect(parseYaml(text, 'x')).toEqual(value)
    writeFileSync(join(folder, 'x'), text)
    expect(readYaml(join(folder, 'x'))).toEqual(value)
  })

  it('no file is undefined', () => expect(readYaml(join(folder, 'none'))).toBeUndefined())
})

describe('what is refused, with its line', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
  for (let n = 1; n < 9; n++)
    bomb.push(
      `${'abcdefghi'[n]}: &${'abcdefghi'[n]} [${Array(10)
        .fill(`*${'abcdefghi'[n - 1]}`)
        .join()}]`,
    )
  const rows: [string, string, RegExp][] = [
    ['an open bracket', 'a: 1\nb: [1\nc: 2\n', /^not YAML: PATH:[34]/],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', /^not YAML: PATH:3/],
    ['tabs', 'a:\n\tb: 1\n', /^not YAML: PATH:2/],
    ['two documents', 'a: 1\n---\nb: 2\n', /^not YAML: PATH:[23]/],
    ['an alias of nothing', 'a: *x\n', /PATH/],
    ['a few lines that would become a billion', bomb.join('\n'), /aliases/],
  ]
  it.each(rows)('%s', (_, text, message) => {
    const path = join(folder, 'x')
    writeFileSync(path, text)
    const expected = new RegExp(message.source.replace('PATH', path))
    expect(() => readYaml(path)).toThrow(
      expect.objectContaining({ exit: 65, message: expect.stringMatching(expected) }),
    )
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

describe('what is printed', () => {
  it.each([
    'plain',
    '',
    ' spaces ',
    'yes',
    '007',
    '# no comment',
    'a: b',
    '- c',
    'line\nline\n',
    'x'.repeat(300),
    'quotes " and \' and `$(x)`',
    '漢字 🎉 — …',
    '\u0000\u001b\u2028',
    '2026-01-02T03:04:05.000Z',
    '<<',
    '~',
  ])('comes back the same: %j', (text) => {
    writeFileSync(join(folder, 'x'), printYaml({ text, list: [text] }))
    expect(readYaml(join(folder, 'x'))).toEqual({ text, list: [text] })
  })
})
