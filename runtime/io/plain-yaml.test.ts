import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { plainYaml } from './plain-yaml.ts'
import { printYaml } from './yaml.ts'

const whole = (text: string): unknown => parseDocument(text, { version: '1.2' }).toJS()

/** Every kind that is read here. */
const record = {
  id: 'security-audit',
  title: 'Security audit: “all” of it',
  base: '5cfb0afc00d69de4ccb702a29c6118d563b3ae31',
  mark: '4d827256-297a-4946-ad68-57f71b1a956a',
  created: '2026-11-21T03:55:19.098Z',
  session: null,
  worktree: true,
  cost_usd: 0.125,
  timeout: 600000,
  delivers: [],
  argv: ['/usr/bin/node', 'a: b', '', '# no'],
  tokens: { input: 12, output: 3400 },
  final_text: 'First line.\n\n- indented\n    more: of it\nlast',
  reason: 'ends with a line end\n',
}

describe('what we write ourselves is read here, and as the library reads it', () => {
  test('a record with everything', () => {
    const text = printYaml(record)
    expect(plainYaml(text)).toEqual(record)
    expect(whole(text)).toEqual(record)
  })

  test('what the shell of the supervisor writes', () => {
    const text = 'pid: 22429\nstart: "3ac99903-7e97-425b-9087-1b1d8d106024:315591"\n'
    expect(plainYaml(text)).toEqual({ pid: 22429, start: '3ac99903-7e97-425b-9087-1b1d8d106024:315591' })
  })
})

test.each([
  '',
  'a',
  '- a\n',
  '{}\n',
  'a: 1',
  'a: &x 1\n',
  'a: *x\n',
  'a: !!str 1\n',
  "a: 'q'\n",
  'a: b # c\n',
  'a: b: c\n',
  'a: 0x10\n',
  'a: 1e3\n',
  'a: .5\n',
  'a: +1\n',
  'a: 007\n',
  'a: ~\n',
  'a: True\n',
  'a: NULL\n',
  'a: [1]\n',
  'a: b\n c\n',
  'a:\n',
  'a:\n- b\n',
  'a:\n    - b\n',
  'a:\n  - b\n   c\n',
  'a: 1\na: 2\n',
  'a: >-\n  x\n',
  'a: |+\n  x\n\n',
  'a: |2-\n    x\n',
  'a: |-\n   x\n  y\n',
  'a: |-\n  x\n\n',
  'a: |-\n\n  x\n',
  '# c\na: 1\n',
  '---\na: 1\n',
  'a: 1\n...\n',
  'a: "\\u0041"\n',
  'a: "x\n  y"\n',
  'a: 1\r\n',
  'a:\t1\n',
  'a: x \n',
  'a : 1\n',
  'A: 1\n',
  'a: @x\n',
  'a: `x`\n',
  'a: %x\n',
  'a: -\n',
  'a: ? b\n',
  'a: x:\n',
  '\ufeffa: 1\n',
  'a: 12e03\n',
])('left to the library: %j', (text) => {
  expect(plainYaml(text)).toBeUndefined()
}) // prettier would break the table

describe('never another value than the library’s', () => {
  // A fixed sequence: a failure can be repeated.
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % below
  }
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
  const pieces = [
    'a',
    'b1',
    '0',
    '12',
    '.5',
    'e3',
    'E',
    '-',
    ':',
    ' ',
    ': ',
    '#',
    ' #',
    '"',
    "'",
    '\\',
    '\n',
    '|',
    '>',
    '[',
    ']',
    '{',
    '}',
    ',',
    '&',
    '*',
    '!',
    '%',
    '@',
    '`',
    '?',
    '~',
    'null',
    'True',
    '0x1',
    '_',
    '+',
    '/',
    'é',
    '…',
    '\t',
    '  ',
    '\n\n',
    '👍',
    '=',
    '<<',
    'Z',
    'T',
  ]
  const words = () => Array.from({ length: random(6) }, () => pick(pieces)).join('')
  const value = (): unknown =>
    pick([
      words,
      () => random(100000) - 5000,
      () => random(1000) / 8,
      () => null,
      () => true,
      () => [],
      () => [words(), words()],
      () => ({ input: random(9), of: words() }),
    ])()

  test('printed records', () => {
    let here = 0
    for (let n = 0; n < 3000; n++) {
      const text = printYaml({ a: value(), b_2: value() })
      const plain = plainYaml(text)
      if (plain === undefined) continue
      here++
      expect(plain, text).toEqual(whole(text))
    }
    expect(here).toBeGreaterThan(500)
  })

  test('texts that somebody damaged', () => {
    const text = printYaml(record)
    let here = 0
    for (let n = 0; n < 3000; n++) {
      const at = random(text.length)
      const damaged = text.slice(0, at) + pick(pieces) + text.slice(at + random(3))
      const plain = plainYaml(damaged)
      if (plain === undefined) continue
      here++
      const document = parseDocument(damaged, { version: '1.2', uniqueKeys: true })
      expect(document.errors, damaged).toEqual([])
      expect(plain, damaged).toEqual(document.toJS())
    }
    expect(here).toBeGreaterThan(50)
  })

  test('texts put together from pieces', () => {
    for (let n = 0; n < 6000; n++) {
      const text = `a: ${words()}${words()}\nb:${pick(['', ' '])}${words()}\n`
      const plain = plainYaml(text)
      if (plain === undefined) continue
      const document = parseDocument(text, { version: '1.2', uniqueKeys: true })
      expect(document.errors, text).toEqual([])
      expect(plain, text).toEqual(document.toJS())
    }
  })
})
