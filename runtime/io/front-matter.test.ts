import { describe, expect, it } from 'vitest'
import { parseFrontMatter } from './front-matter.ts'

describe('front matter', () => {
  const rows: [string, string, Record<string, unknown>, string][] = [
    ['none', '# A\n', {}, '# A\n'],
    ['empty text', '', {}, ''],
    ['keys and a body', '---\na: 1\nb: [x, y]\n---\n# A\n', { a: 1, b: ['x', 'y'] }, '# A\n'],
    ['no keys', '---\n---\nbody\n', {}, 'body\n'],
    ['only a comment', '---\n# nothing yet\n---\nbody\n', {}, 'body\n'],
    ['named yaml', '---yaml\na: 1\n---\nbody', { a: 1 }, 'body'],
    ['Windows line ends', '---\r\na: 1\r\n---\r\nbody\r\n', { a: 1 }, 'body\r\n'],
    ['a byte order mark', '\uFEFF---\na: 1\n---\nbody', { a: 1 }, 'body'],
    ['YAML 1.2: yes is a text', '---\na: yes\n---\n', { a: 'yes' }, ''],
    ['a rule in the body', '---\na: 1\n---\none\n\n---\n\ntwo', { a: 1 }, 'one\n\n---\n\ntwo'],
    ['a rule is no front matter when it comes later', 'one\n---\na: 1\n---\n', {}, 'one\n---\na: 1\n---\n'],
  ]
  it.each(rows)('%s', (_, text, data, body) => expect(parseFrontMatter(text, 'x.md')).toEqual({ data, body }))

  const bad: [string, string, RegExp][] = [
    ['JavaScript', '---js\nmodule.exports = { a: 1 }\n---\n', /---js/],
    ['JavaScript, spelled out', '--- javascript\n1\n---\n', /---javascript/],
    ['JavaScript behind a byte order mark', '\uFEFF---js\nprocess.exit(3)\n---\n', /other than YAML/],
    ['JSON', '---json\n{"a":1}\n---\n', /---json/],
    ['a language that nobody knows', '\uFEFF---coffee\na = 1\n---\n', /---coffee/],
    ['a list', '---\n- a\n---\n', /not a mapping/],
    ['a text', '---\nhello\n---\n', /not a mapping/],
    ['broken YAML, with its line', '---\na: 1\nb: [\n---\n', /x\.md:[34]/],
    ['a key twice', '---\na: 1\na: 2\n---\n', /x\.md:3/],
  ]
  it.each(bad)('%s is refused, also the second time', (_, text, message) => {
    const refusal = expect.objectContaining({ exit: 65, message: expect.stringMatching(message) })
    expect(() => parseFrontMatter(text, 'x.md')).toThrow(refusal)
    expect(() => parseFrontMatter(text, 'x.md')).toThrow(refusal)
  })
})
